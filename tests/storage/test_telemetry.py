"""Logs can't be forged and hold no passwords; heartbeats are rows"""

import itertools
import json
import logging
import sys
import time

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from storage import telemetry
from storage.models.operation import Gauge


def record(message, *, exc_info=None):
    return logging.LogRecord("x", logging.INFO, "f", 1, message, (), exc_info)


@given(st.text())
def test_a_record_is_one_line(message):
    text = telemetry.TextFormatter().format(record(message.replace("%", "")))
    assert len(text.splitlines()) == 1
    assert len(telemetry.JsonFormatter().format(record(message.replace("%", ""))).split("\n")) == 1


def test_passwords_are_hidden():
    message = "postgresql://me:s3cret@db/x and redis://:pw@host"
    for formatter in (telemetry.TextFormatter(), telemetry.JsonFormatter()):
        text = formatter.format(record(message))
        assert "s3cret" not in text
        assert ":pw@" not in text
        assert "me:***@db" in text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("redis://:p@s@host/0", "redis://:***@host/0"),
        ("host=db user=me password=s3cret dbname=x", "host=db user=me password=*** dbname=x"),
        ("https://a.example/?token=abc&page=2", "https://a.example/?token=***&page=2"),
        ("api_key: 'a b c', next", "api_key: ***, next"),
        ("https://a.example/?access_token=abc&page=2", "https://a.example/?access_token=***&page=2"),
        ("https://abc123@a.example/feed", "https://***@a.example/feed"),
        ("https://a.example/@ann", "https://a.example/@ann"),
        ('{"client_secret": "abc def", "page": 2}', '{"client_secret": ***, "page": 2}'),
        ("Authorization: Bearer abc.def-123", "Authorization: Bearer ***"),
        ("x-api-key=abc", "x-api-key=***"),
        ("authorization: Basic YWxhZGRpbjpvcGVu", "authorization: Basic ***"),
        ("the bearer eyJhbGciOi1.x", "the bearer ***"),
        ("basic services are back", "basic services are back"),
        ("https://a.example/password-reset?next=/x@y", "https://a.example/password-reset?next=/x@y"),
    ],
)
def test_what_is_hidden_and_what_stays(text, kept):
    assert telemetry.hide(text) == kept


def test_tracebacks_hide_too():
    try:
        raise ValueError("cannot reach postgresql://me:s3cret@db/x\n2026-01-01 INFO forged: line")
    except ValueError:
        made = record("broke", exc_info=sys.exc_info())
    for formatter in (telemetry.TextFormatter(), telemetry.JsonFormatter()):
        text = formatter.format(made)
        assert "s3cret" not in text
        assert not any(line.startswith("2026-01-01") for line in text.splitlines())


def test_it_beats_while_work_goes_on(database, monkeypatch):
    monkeypatch.setattr(telemetry, "BEAT_SECONDS", 0.05)
    numbers = itertools.count(1)
    with telemetry.Heartbeat(database, "clean", "clean-1").beating(lambda: {"n": next(numbers)}):
        end = time.monotonic() + 20
        while time.monotonic() < end:
            with database.read() as session:
                found = session.scalars(sa.select(Gauge.figures)).all()
            if found and found[0]["n"] > 2:
                break
            time.sleep(0.02)
        assert found[0]["n"] > 2
    with database.read() as session:
        assert session.scalars(sa.select(Gauge)).all() == []


def test_json_has_fields():
    fields = json.loads(telemetry.JsonFormatter().format(record("héllo\nworld")))
    assert fields["message"] == "héllo\\nworld"
    assert fields["level"] == "INFO"


def test_a_heartbeat_is_one_row(database):
    beat = telemetry.Heartbeat(database, "clean", "clean-1")
    beat.beat({"stored": 1})
    beat.beat({"stored": 2})
    with database.read() as session:
        (gauge,) = session.scalars(sa.select(Gauge)).all()
        assert (gauge.role, gauge.figures) == ("clean", {"stored": 2})
    beat.end()
    with database.read() as session:
        assert session.scalars(sa.select(Gauge)).all() == []
