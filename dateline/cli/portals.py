"""Commands about portals: check, list, probe, add, pause, resume, test"""

from typing import Any

import click

from dateline.terminal import ago, json_option, say_json, say_table


@click.group()
def portals() -> None:
    """The news sites that are followed: what the portals file says, and what has become of it."""


@portals.command()
@json_option
@click.pass_obj
def check(settings: Any, *, is_json: bool) -> None:
    """Read the portals file and complain about all of it at once."""
    from storage import portals as file

    try:
        found = file.read(settings.portals)
    except file.BadPortals as error:
        if not is_json:
            raise
        say_json(error.complaints)
        raise SystemExit(1) from None
    if is_json:
        say_json({"portal": p.key, "home": p.home, "enabled": p.enabled} for p in found)
    else:
        enabled = sum(p.enabled for p in found)
        click.echo(f"{settings.portals}: {len(found)} portals, {enabled} of them enabled, nothing to complain about")


@portals.command("list")
@json_option
@click.pass_obj
def list_(settings: Any, *, is_json: bool) -> None:
    """Every portal with its state, seeds, articles and last news."""
    from dateline.cli.database import known_store
    from storage import db
    from storage.repositories import portal_health

    with known_store(settings).read() as session:
        now = db.now(session)
        rows = portal_health.summary(session)
    if is_json:
        say_json(rows)
        return
    columns = ("portal", "state", "seeds", "failing", "pages", "articles", "quarantined", "last article", "home")
    table = (
        (
            r.key,
            r.state,
            r.seeds,
            r.seeds_failing,
            r.pages,
            r.articles,
            r.quarantined,
            ago(r.last_stored_at, now),
            r.home,
        )
        for r in rows
    )
    say_table("", columns, table, empty=f"no portals yet: write {settings.portals}, or `dateline portals add URL`")


@portals.command()
@click.argument("key")
@click.option("--reason", default="", help="Shown wherever the portal is.")
@click.pass_obj
def pause(settings: Any, key: str, reason: str) -> None:
    """Stop visiting a portal until `resume`."""
    from dateline.cli.database import known_store
    from storage import db
    from storage.repositories import portals as table

    with known_store(settings).session() as session:
        table.pause(session, key, reason, db.now(session))
    click.echo(f"{key} is paused; `dateline portals resume {key}` ends it")


@portals.command()
@click.argument("key")
@click.pass_obj
def resume(settings: Any, key: str) -> None:
    """Visit a paused portal again, at once."""
    from dateline.cli.database import known_store
    from storage import db
    from storage.repositories import portals as table

    with known_store(settings).session() as session:
        table.resume(session, key, db.now(session))
    click.echo(f"{key} is visited again")
