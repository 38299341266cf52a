"""Commands about jobs that ended in an unexpected error: list, replay, dismiss"""

from typing import Any

import click

from dateline.terminal import ago, json_option, say_json, say_table
from storage.errors import Refused

MOST = 1_000_000


@click.group()
def failures() -> None:
    """Jobs that ended in an unexpected error, kept until they are replayed or dismissed.

    \b
      dateline failures list
      dateline failures list 17             (with its traceback)
      dateline failures replay 17 18        (after the cause is gone)
      dateline failures replay --all --portal world-nation
      dateline failures dismiss 17 --note "the page is a game"
    """


@failures.command("list")
@click.argument("ids", nargs=-1, type=int)
@click.option("--portal", help="Failures of this portal's pages.")
@click.option("--all", "is_all", is_flag=True, help="Also those that were replayed or dismissed.")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True, help="The newest so many.")
@json_option
@click.pass_obj
def list_(settings: Any, ids: tuple[int, ...], *, portal: str | None, is_all: bool, limit: int, is_json: bool) -> None:
    """The open failures, newest first; those named by IDS with their tracebacks."""
    from dateline.cli.database import known_store
    from storage import db
    from storage.repositories import failures as table

    with known_store(settings).read() as session:
        now = db.now(session)
        found = table.show(session, MOST if ids else limit, is_all=is_all or bool(ids), portal=portal)
    if ids:
        found = [f for f in found if f.id in ids]
        if missing := set(ids) - {f.id for f in found}:
            raise Refused(f"no failure {', '.join(map(str, sorted(missing)))}: `dateline failures list --all`")
    if is_json:
        say_json(found)
        return
    columns = ("id", "when", "state", "job", "page", "tries", "error")
    rows = ((f.id, ago(f.failed_at, now), f.state, f.job, f.url, f.tries, f.error.split("\n")[0][:200]) for f in found)
    say_table("", columns, rows, empty="no failure is open" if not is_all else "no failure is kept")
    for one in found if ids else ():
        click.echo(f"\n{one.id}: {one.error}\n{one.traceback}" + (f"\nnote: {one.note}" if one.note else ""))


def _which(command: Any) -> Any:
    for option in (
        click.argument("ids", nargs=-1, type=int),
        click.option("--portal", help="With --all: of this portal's pages only."),
        click.option("--all", "is_all", is_flag=True, help="Every open failure, instead of IDS."),
        json_option,
    ):
        command = option(command)
    return command


def _chosen(session: Any, ids: tuple[int, ...], portal: str | None, *, is_all: bool) -> list[int]:
    from storage.repositories import failures as table

    if bool(ids) == is_all:
        raise Refused("say which failures: their ids (`dateline failures list` shows them), or --all")
    if portal is not None and not is_all:
        raise Refused("--portal goes with --all")
    return list(ids) if ids else [f.id for f in table.show(session, MOST, portal=portal)]


@failures.command()
@_which
@click.pass_obj
def replay(settings: Any, ids: tuple[int, ...], *, portal: str | None, is_all: bool, is_json: bool) -> None:
    """Let failed work run again: what stands in quarantine is due at once, as politely as ever."""
    from dateline.cli.database import known_store
    from storage import db
    from storage.repositories import failures as table

    with known_store(settings).session() as session:
        rows = table.replay(session, _chosen(session, ids, portal, is_all=is_all), db.now(session))
        done = [{"id": r.id, "job": r.job, "page_id": r.page_id, "state": "replayed"} for r in rows]
    _say(done, "due again; the daemon takes them up within seconds", is_json=is_json)


@failures.command()
@_which
@click.option("--note", default="", help="Why; kept with the failure.")
@click.pass_obj
def dismiss(settings: Any, ids: tuple[int, ...], *, portal: str | None, is_all: bool, note: str, is_json: bool) -> None:
    """Put failures aside. Their pages stay in quarantine: `dateline recrawl --failed` fetches those again."""
    from dateline.cli.database import known_store
    from storage import db
    from storage.repositories import failures as table

    with known_store(settings).session() as session:
        rows = table.dismiss(session, _chosen(session, ids, portal, is_all=is_all), note, db.now(session))
        done = [{"id": r.id, "job": r.job, "page_id": r.page_id, "state": "dismissed"} for r in rows]
    _say(done, "dismissed", is_json=is_json)


def _say(done: list[dict[str, Any]], what: str, *, is_json: bool) -> None:
    if is_json:
        say_json(done)
    else:
        click.echo(f"{len(done)} failure{'' if len(done) == 1 else 's'} {what}")
