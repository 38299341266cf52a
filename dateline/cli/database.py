"""Commands about the store: db upgrade, db copy, backup, restore"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from dateline.terminal import json_option, say_json, say_table
from storage.errors import Refused

Report = Callable[[str, int, int], None]


@click.group()
def db() -> None:
    """The store: bring it to the newest schema, or copy it to another server."""


@db.command()
@click.pass_obj
def upgrade(settings: Any) -> None:
    """Bring the store to the schema of this version. `up` does the same when it starts."""
    from storage import schema

    database = open_store(settings)
    before = schema.current(database)
    schema.upgrade(database)
    after = schema.current(database)
    click.echo(f"schema {after}" if before == after else f"schema {before or 'none'} -> {after}")


@db.command("copy")
@click.argument("url")
@json_option
@click.pass_obj
def copy_(settings: Any, url: str, *, is_json: bool) -> None:
    """Copy the store to the empty database at URL, with the same ids and seq.

    Stop the daemon first: what it writes during the copy would stay behind.

    \b
      dateline db copy postgresql://dateline@db.example/dateline
    """
    from storage import transfer
    from storage.db import Database

    target = Database(url)
    with progress() as report:
        counts = transfer.copy(open_store(settings), target, report)
    _say(counts, f"copied to {target.url.render_as_string(hide_password=True)}", is_json=is_json)
    target.close()


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_obj
def backup(settings: Any, file: Path, *, is_json: bool) -> None:
    """Write the whole store as one SQLite file, while the daemon runs; of PostgreSQL too."""
    from storage import transfer

    with progress() as report:
        counts = transfer.backup(known_store(settings), file, report)
    _say(counts, f"backup in {file} ({file.stat().st_size / 1e6:.1f} MB)", is_json=is_json)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@json_option
@click.pass_obj
def restore(settings: Any, file: Path, *, is_json: bool) -> None:
    """Fill an empty store from a backup, with the same ids and seq."""
    from storage import transfer

    with progress() as report:
        counts = transfer.restore(file, open_store(settings), report)
    _say(counts, f"restored from {file}", is_json=is_json)


@click.command()
@click.argument("query")
@json_option
@click.pass_obj
def sql(settings: Any, query: str, *, is_json: bool) -> None:
    """Ask the store a question in SQL; nothing can be changed that way.

    The views for readers are article_v1, revision_v1, story_v1, copy_v1 and change_v1: docs/schema.md describes them.

    \b
      dateline sql "SELECT portal, COUNT(*) FROM article_v1 GROUP BY portal"
    """
    from storage import asking

    columns, rows = asking.ask(known_store(settings), query)
    if is_json:
        say_json(dict(zip(columns, row, strict=True)) for row in rows)
    else:
        say_table("", columns, rows, empty="no rows")


def _say(counts: dict[str, int], text: str, *, is_json: bool) -> None:
    if is_json:
        say_json([{"table": table, "rows": rows} for table, rows in counts.items()])
    else:
        click.echo(f"{text}: {counts['article']} articles, {counts['page']} pages, {sum(counts.values())} rows in all")


@contextmanager
def progress() -> Iterator[Report]:
    """Bars on a terminal, a line per table elsewhere."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bars:
        tasks: dict[str, TaskID] = {}

        def report(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = bars.add_task(name, total=total)
            bars.update(tasks[name], completed=done, total=total)

        yield report


def open_store(settings: Any) -> Any:
    """The store, whatever its schema; closed when the command ends."""
    from dateline import operations

    database = operations.open_store(settings)
    click.get_current_context().call_on_close(database.close)
    return database


def known_store(settings: Any) -> Any:
    """The store, refused with the remedy where its schema isn't this version's."""
    from storage import schema

    database = open_store(settings)
    at, wanted = schema.current(database), schema.head()
    if at != wanted:
        raise Refused(f"the store is at schema {at or 'none'}, not {wanted}: run `dateline db upgrade`")
    return database
