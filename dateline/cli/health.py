"""Commands about the daemon's health: status, doctor"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from dateline.terminal import ago, cell, json_option, say_json, say_table
from storage.errors import Refused


@click.command()
@click.argument("operation", type=int, required=False)
@json_option
@click.pass_obj
def status(settings: Any, operation: int | None, *, is_json: bool) -> None:
    """What the daemon is doing, what is wrong, and what to do about it.

    With the number of an OPERATION: how far that recrawl or reprocess has got. Ends with 1 when something is wrong.
    """
    from dateline.cli.database import known_store

    database = known_store(settings)
    if operation is not None:
        _operation(database, operation, is_json=is_json)
        return
    from dateline.health import advice
    from storage import db
    from storage.repositories import health, operations

    with database.read() as session:
        found = health.look(session, db.now(session))
        recent = operations.progress(session, limit=5)
    troubles = list(advice(found, settings))
    if is_json:
        say_json([{"health": found, "operations": recent, "advice": troubles}])
    else:
        _screen(found, recent, troubles)
    raise SystemExit(1 if troubles else 0)


def _operation(database: Any, number: int, *, is_json: bool) -> None:
    from storage.repositories import operations

    with database.read() as session:
        found = operations.progress(session, number)
    if not found:
        raise Refused(f"no operation {number}: `dateline status` shows the newest")
    if is_json:
        say_json(found)
    else:
        click.echo(_progress(found[0]))


def _progress(found: Any) -> str:
    counts = ", ".join(f"{n} {name}" for name, n in found.counts.items())
    return f"operation {found.operation_id} ({found.kind}): {found.due} due = {counts or '0 pending'}"


def _screen(found: Any, recent: list[Any], troubles: list[str]) -> None:
    now = found.now
    say_table(
        "processes",
        ("role", "pid", "version", "started", "seen", "figures"),
        (
            (p.role, p.pid, p.version, ago(p.started_at, now), ago(p.seen_at, now), _pairs(p.figures))
            for p in found.processes
        ),
        empty="none runs here",
    )
    click.echo(
        f"\narticles  {found.articles} ({found.articles_hour} in the last hour, last {ago(found.last_stored_at, now)}) "
        f"in {found.stories} stories, {found.copies} copies"
    )
    click.echo(f"pages     {_pairs(found.pages) or 'none'}")
    click.echo(
        f"waiting   {found.fetch_due} visits due, {found.clean_waiting} to clean, {found.place_waiting} to compare"
    )
    click.echo(
        f"last hour {_pairs(found.outcomes_hour) or 'no visit'}; rejected: {_pairs(found.rejections_hour) or 'none'}"
    )
    if found.hosts_waiting:
        waits = ((name, ago(at, now), failures) for name, at, failures in found.hosts_waiting)
        say_table("\nhosts that asked for a pause", ("host", "again", "failures in a row"), waits)
    for operation in recent:
        click.echo(_progress(operation))
    click.echo("")
    for line in troubles or ["all is well"]:
        click.echo(click.style("! " if troubles else "", fg="red") + cell(line))


def _pairs(figures: Mapping[str, Any]) -> str:
    return ", ".join(f"{n} {name}" for name, n in figures.items())


@click.command()
@click.option("--lab", type=click.Path(path_type=Path), help="Also judge the crawl of the lab that wrote this folder.")
@click.option("--slack", default=0.0, metavar="SECONDS", help="With --lab: how long an article may be out unseen.")
@json_option
@click.pass_obj
def doctor(settings: Any, lab: Path | None, slack: float, *, is_json: bool) -> None:
    """Prove from the store that nothing is lost, doubled or stuck; ends with 1 and counterexamples if not.

    With --lab the rows are also compared with the lab's truth, and its request log with robots.txt, delays,
    Retry-After and the setting for requests at once.
    """
    from dateline.cli.database import known_store
    from storage import db
    from storage.repositories import invariants

    with known_store(settings).read() as session:
        found = list(invariants.check(session, settings, db.now(session)))
        if lab:
            found += _lab_findings(session, lab, slack, settings.host_concurrency)
    if is_json:
        say_json(found)
    else:
        for finding in found:
            mark = click.style("ok", fg="green") if not finding.count else click.style("BROKEN", fg="red", bold=True)
            click.echo(f"{mark:<8} {finding.name}: {finding.promise}")
            for example in finding.counterexamples:
                click.echo(f"         {cell(example)}")
            if finding.count > len(finding.counterexamples):
                click.echo(f"         and {finding.count - len(finding.counterexamples)} more")
    raise SystemExit(1 if any(f.count for f in found) else 0)


def _lab_findings(session: Any, folder: Path, slack: float, limit: int) -> list[Any]:
    from dateline.lab import verdict
    from storage.repositories import invariants, readings

    try:
        judged = verdict.judge(folder, verdict.rows_of(readings.articles(session)), slack_seconds=slack, limit=limit)
    except FileNotFoundError as error:
        raise Refused(f"no lab wrote into {folder}: {error.filename} is missing; give its --out folder") from error
    found = []
    for rule, promise in verdict.RULES.items():
        cases = [f"{p.subject} {p.detail}".strip() for p in judged.problems if p.rule == rule]
        shown = tuple(cases[: invariants.SHOWN])
        found.append(invariants.Finding(f"lab {rule}", promise, len(cases), shown))
    return found
