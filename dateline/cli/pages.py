"""Commands about pages: recrawl, reprocess, why"""

import getpass
from datetime import UTC, datetime, timedelta
from typing import Any

import click

from dateline.terminal import json_option, say_json
from storage.errors import Refused


class When(click.ParamType[datetime]):
    """A time: ISO 8601 (UTC unless it says otherwise), or an age such as 36h."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        if isinstance(value, datetime):
            return value
        from storage import portal_checks

        try:
            return datetime.now(UTC) - timedelta(seconds=portal_checks.seconds(value))
        except ValueError:
            pass
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            self.fail(
                f"{value!r} is no time: give 2026-11-20, 2026-11-20T14:00+01:00, or an age such as 36h", param, ctx
            )
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def selection_options(command: Any) -> Any:
    """The options that say which pages are meant."""
    for option in reversed(
        (
            click.option("--url", "urls", multiple=True, help="This page; may be given more than once."),
            click.option("--portal", help="Pages of this portal."),
            click.option("--since", type=When(), help="Published (else discovered) at or after: 2026-11-20, 36h."),
            click.option("--until", type=When(), help="Published (else discovered) before."),
            click.option("--failed", "is_failed", is_flag=True, help="Quarantined pages."),
            click.option("--all", "is_all", is_flag=True, help="Every page, where nothing else is given."),
            click.option("--reason", default="", help="Kept with the operation, for those who read it later."),
            click.option("--dry-run", "is_dry", is_flag=True, help="Say how many pages are meant, and stop."),
            json_option,
        )
    ):
        command = option(command)
    return command


@click.command()
@selection_options
@click.pass_obj
def recrawl(settings: Any, /, **words: Any) -> None:
    """Fetch known pages again, now, with the politeness of every visit.

    \b
      dateline recrawl --portal world-nation --since 36h --reason "byline rule fixed"
      dateline recrawl --url https://world.example/a --url https://world.example/b
      dateline recrawl --failed --dry-run
    """
    _ask("recrawl", settings, words)


@click.command()
@selection_options
@click.pass_obj
def reprocess(settings: Any, /, **words: Any) -> None:
    """Clean the kept bytes of known pages again, without the network: after an update of the rules.

    \b
      dateline reprocess --portal world-nation --since 7d
      dateline reprocess --all
    """
    _ask("reprocess", settings, words)


def _ask(kind: str, settings: Any, words: dict[str, Any]) -> None:
    from dateline import operations
    from dateline.cli.database import known_store
    from storage.repositories.operations import Request, Selection

    is_all, is_dry, is_json, reason = (words.pop(k) for k in ("is_all", "is_dry", "is_json", "reason"))
    if not is_all and not any(words.values()):
        raise Refused(f"say which pages to {kind}: --url, --portal, --since, --until, --failed, or --all")
    request = Request(kind, Selection(**words), reason, _who())
    database = known_store(settings)
    asked = operations.look(database, request) if is_dry else operations.ask(database, request)
    if is_json:
        say_json([asked])
        return
    skipped = f" ({asked.skipped} more have no bytes kept)" if asked.skipped else ""
    if is_dry:
        click.echo(f"{asked.due} pages would be due{skipped}; nothing was written")
    else:
        click.echo(f"operation {asked.operation_id}: {asked.due} pages due{skipped}")
        click.echo(f"watch it: dateline status {asked.operation_id}")


def _who() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


@click.command()
@click.argument("url")
@json_option
@click.pass_obj
def why(settings: Any, url: str, *, is_json: bool) -> None:
    """The whole life of one URL on one screen.

    Who named it, what robots.txt says, every fetch and job, what cleaning and comparison made of it, every revision.
    """

    from dateline.cli import life_screen
    from dateline.cli.database import known_store
    from storage.repositories import life

    with known_store(settings).read() as session:
        page = life.find(session, url)
        if page is None:
            near = "".join(f"\n  {u}" for u in life.near(session, url))
            raise Refused(f"the store knows no page {url}" + (f"; near it are:{near}" if near else ""))
        told = life.tell(session, page)
    if is_json:
        say_json([told])
    else:
        life_screen.show(told)
