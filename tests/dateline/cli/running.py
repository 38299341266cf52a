"""Runs a command on a test's own store"""

import json

from click.testing import CliRunner

from storage.config import Config
from storage.errors import DatelineError


def run(database, command, *words, **settings):
    """What a command prints; raises what it refuses with, and fails on any other end than 0."""
    config = Config(database=database.engine.url.render_as_string(hide_password=False), **settings)
    return invoke(command, config, *words)


def invoke(command, config, *words):
    """The same with settings alone."""
    result = CliRunner().invoke(command, list(map(str, words)), obj=config)
    if isinstance(result.exception, DatelineError):
        raise result.exception
    assert result.exit_code == 0, result.output or result.exception
    return result.output


def lines(output):
    """The objects of JSON lines."""
    return [json.loads(line) for line in output.splitlines()]
