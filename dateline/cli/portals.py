"""Commands about portals: check, list, probe, add, pause, resume, test"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from dateline.terminal import ago, cell, json_option, say_json, say_table
from storage.errors import Refused


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


@portals.command()
@click.argument("url")
@click.option("--timezone", help="IANA name, such as Europe/Vienna, for times that its pages give without a zone.")
@click.option("--seconds", type=click.FloatRange(1), help="Stop looking after so long; 120 by default.")
@json_option
@click.pass_obj
def probe(settings: Any, url: str, *, timezone: str | None, seconds: float | None, is_json: bool) -> None:
    """Look at a site: which seeds it offers, what its robots.txt says, five sample articles.

    Asks one thing at a time, as robots.txt permits, and writes nothing. Ends with 1 where no seed could be read.

    \b
      dateline portals probe https://www.example.org/
    """
    from dateline import probing
    from dateline.cli import probe_screen

    found = probing.probe(settings, url, timezone, seconds)
    if is_json:
        say_json([found])
    else:
        probe_screen.show(found)
    raise SystemExit(0 if found.usable() else 1)


@portals.command()
@click.argument("url")
@click.option("--id", "key", help="The portal's id, kept for ever; left out: made from the host.")
@click.option("--timezone", help="IANA name, such as Europe/Vienna; left out: guessed from a country's domain.")
@click.option("--no-probe", is_flag=True, help="Write the entry without a look at the site; the daemon finds seeds.")
@click.pass_obj
def add(settings: Any, url: str, *, key: str | None, timezone: str | None, no_probe: bool) -> None:
    """Probe a site and write its entry into the portals file. A running daemon follows it at once.

    \b
      dateline portals add https://www.example.org/ --id example --timezone Europe/Vienna
    """
    from dateline import probing
    from dateline.cli import probe_screen
    from storage import portal_checks, portal_entries

    if timezone:
        probing.checked(portal_checks.timezone, timezone)
    if no_probe:
        entry = probing.bare_entry(url, key)
    else:
        found = probing.probe(settings, url, timezone)
        probe_screen.show(found)
        if not found.usable():
            raise Refused(f"{url} offers no seed that could be read; --no-probe writes the entry all the same")
        entry = probing.entry(found, key)
    if timezone:
        entry["timezone"] = timezone
    portal_entries.add(settings.portals, entry)
    click.echo(f"{settings.portals}: portal {cell(entry['id'])} added")
    if not entry.get("timezone"):
        click.echo("its time zone isn't known: set `timezone` there, unless its pages name the zone of their times")


@portals.command("test")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=None, required=False)
@click.option("--save", "url", metavar="URL", help="Fetch this page and save it with what cleaning makes of it now.")
@click.option("--portal", help="With --save: a page of this portal, with its time zone and selectors.")
@json_option
@click.pass_obj
def test_(settings: Any, folder: Path | None, *, url: str | None, portal: str | None, is_json: bool) -> None:
    """Read saved pages again and compare them with what they must come to. Ends with 1 where one differs.

    FOLDER (tests/cases/portals by default) holds a folder a page, with page.html and expected.json: the page's url,
    and the fields that must come out, such as title, body (a list of paragraphs), authors, published_at, rejection.

    \b
      dateline portals test golden --save https://www.example.org/a/b --portal example
      dateline portals test golden
    """
    from dateline import cleaning, golden
    from dateline.errands import Portal

    folder = folder or golden.DEFAULT
    if url is not None:
        known = cleaning.portal_of(settings, portal) if portal else Portal()
        case = golden.save(settings, folder, url, known)
        click.echo(f"{case} saved: read its expected.json and put right what is wrong in it")
        return
    tested = list(golden.test(folder))
    if is_json:
        say_json(tested)
    else:
        for one in tested:
            click.echo(f"{'differs' if one.differences else 'ok':8} {cell(one.name)}")
            for line in _differing(one):
                click.echo(f"  {line}")
    differing = sum(bool(one.differences) for one in tested)
    if not is_json:
        click.echo(f"{len(tested)} pages, {differing} of them differ")
    raise SystemExit(1 if differing else 0)


def _differing(one: Any) -> Iterator[str]:
    """Each field that differs; of lists only the items that are missing or too many."""
    for d in one.differences:
        if isinstance(d.expected, list) and isinstance(d.found, list) and sorted(d.expected) != sorted(d.found):
            yield f"{d.field}:"
            yield from (f"  missing  {cell(item)}" for item in d.expected if item not in d.found)
            yield from (f"  too much {cell(item)}" for item in d.found if item not in d.expected)
        else:
            yield f"{d.field}: expected {cell(d.expected)}, found {cell(d.found)}"
