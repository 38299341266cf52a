"""Commands that start processes: up, once, demo, crawler, worker, scheduler, recover"""

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click


def _ready(settings: Any) -> Any:
    """The store, waited for and brought to the newest schema; a queue server of somebody else's is checked."""
    from dateline import operations
    from storage import db, processes, schema

    with processes.alone(settings.var):
        pass  # a daemon that works here must not find its tables changed by one that is refused a moment later
    if settings.redis:
        _check_queue(settings)
    database = operations.open_store(settings)
    db.wait_until_up(database, 60)
    schema.upgrade(database)
    return database


def _check_queue(settings: Any) -> None:
    from storage import broker

    connection = broker.connect(settings)  # refuses an unsafe address
    try:
        broker.check_server(connection)
    except broker.AWAY as error:
        click.echo(f"dateline: the queue's server is away, work is taken from the store until it is back: {error}")


@click.command()
@click.pass_obj
def up(settings: Any) -> None:
    """Run the daemon: crawler, cleaners, deduplication, scheduler, and a queue server unless the settings name one.

    Follows the enabled portals of the portals file, which is read again whenever it changes. Ctrl-C or SIGTERM
    finishes what is under way; a second one hurries. Whatever is killed, nothing is lost: the next `up` goes on.

    \b
      dateline portals add https://www.example.org/ --timezone Europe/Vienna
      dateline up
      dateline status          (in another terminal)
    """
    from dateline.daemon import Supervisor, children

    if not settings.portals.exists():
        from storage.errors import Refused

        raise Refused(
            f"there is no {settings.portals}: `dateline portals add URL` writes one, `dateline demo` needs none"
        )
    supervisor = Supervisor(settings, _ready(settings), children(settings))
    supervisor.listen()
    supervisor.start()
    click.echo(f"store {supervisor.database.url.render_as_string(hide_password=True)}; `dateline status` looks at it")
    click.echo(followed(settings.portals))
    supervisor.run()


def followed(path: Path) -> str:
    """Which portals a daemon that starts now follows, or why it follows none; it reads the file again by itself."""
    from storage import portals

    try:
        found = portals.read(path)
    except portals.BadPortals as error:
        return f"{error}\nthe portals that were known before are followed until the file is right"
    enabled = [p.key for p in found if p.enabled]
    if not enabled:
        todo = "set `enabled = true`, or `dateline portals add URL`"
        return f"none of the {len(found)} portals of {path} is enabled: {todo}"
    more = f" and {len(enabled) - 5} more" if len(enabled) > 5 else ""
    return f"following {', '.join(enabled[:5])}{more}"


@click.command()
@click.option("--quiet", is_flag=True, help="No progress.")
@click.pass_obj
def once(settings: Any, *, quiet: bool) -> None:
    """Visit what is due, work everything off, exit: for cron, CI and measuring.

    Ends when nothing but later revisits is left; a site that asks for pauses of more than two minutes is left to the
    next run. Ends with 1 when it was stopped before.
    """
    from contextlib import nullcontext

    from dateline import once as run
    from dateline.cli.progress import watching
    from dateline.daemon import Supervisor, children, works_itself
    from dateline.scheduler import Scheduler
    from storage import broker, processes, queue, telemetry

    processes.spare_memory()
    database = _ready(settings)
    supervisor = Supervisor(settings, database, children(settings, is_once=True))
    supervisor.listen()
    supervisor.start()
    scheduler = Scheduler(database, settings, telemetry.owner("once"), _waker(settings))
    hands: Any = nullcontext()
    if works_itself(settings):
        from dateline.hands import working  # loads what workers load

        hands = working(database, settings, supervisor.stopping)
    try:
        with watching(is_quiet=quiet) as report, hands:
            is_done = run.run(supervisor, scheduler, report)
        if is_done and supervisor.server is not None:
            queue.empty(broker.connect(settings, is_hasty=True))  # of reminders: the workers looked into the store
    finally:
        supervisor.shut_down()
        scheduler.give_up()
    raise SystemExit(0 if is_done else 1)


def _waker(settings: Any) -> Any:
    """Reminds the cleaners of fetches."""
    from storage import broker, queue

    connection = broker.connect(settings, is_hasty=True)
    return lambda ids: queue.remind(connection, ids, settings.clean_batch)


@click.command()
def crawler() -> None:
    """Run a crawler alone, on a machine that shares store and queue with the others."""
    command = [sys.executable, "-m", "crawler", "run"]
    os.execv(command[0], command)  # noqa: S606 - the crawler takes this process's place, and its signals


@click.command()
@click.argument("queue", type=click.Choice(["clean", "dedup"]))
@click.pass_obj
def worker(settings: Any, queue: str) -> None:
    """Run one worker on one QUEUE: `clean` (any number of them) or `dedup` (one at a time works, others wait)."""
    from dateline import operations
    from storage import processes

    if settings.owner:
        processes.end_as_orphan()
    import_module(f"workers.{queue}.service").run(operations.open_store(settings), settings)


@click.command()
@click.pass_obj
def scheduler(settings: Any) -> None:
    """Run the scheduler alone: the sweep, and the portals file read again when it changes."""
    from dateline import operations
    from dateline.scheduler import Scheduler
    from storage import processes, telemetry

    if settings.owner:
        processes.end_as_orphan()
    stopping = processes.stop_event()
    database = operations.open_store(settings)
    owner = settings.owner or telemetry.owner("scheduler")
    ours = Scheduler(database, settings, owner, _waker(settings))
    with telemetry.Heartbeat(database, "scheduler", owner).beating(ours.figures):
        ours.run(stopping)


@click.command()
@click.pass_obj
def recover(settings: Any) -> None:
    """Fill an emptied queue again from the store, at once; without it the sweep does so within half a minute."""
    from dateline.cli.database import known_store
    from storage import broker, queue
    from storage.repositories import sweeping

    with known_store(settings).read() as session:
        ids = sweeping.all_waiting(session)
    connection = broker.connect(settings)
    is_done = queue.enqueue_clean(connection, ids, settings.clean_batch)
    queue.ring(connection, queue.DEDUP)
    click.echo(
        f"{len(ids)} fetches queued again"
        if is_done
        else "the queue's server doesn't answer: meanwhile the workers take what waits from the store"
    )
    raise SystemExit(0 if is_done else 1)


@click.command()
@click.option("--seconds", type=float, help="Stop by itself after so long.")
@click.option("--var", "folder", type=click.Path(path_type=Path), help="Where to keep the demo's files.")
@click.option("--keep", is_flag=True, help="Go on with an earlier demo's store instead of a new one.")
@click.pass_obj
def demo(settings: Any, seconds: float | None, folder: Path | None, *, keep: bool) -> None:
    """Run the daemon against a small simulated web on this machine: no network, nothing to configure.

    Within a minute articles arrive and their copies are named. Ctrl-C stops it.
    """
    from dateline import demo as show

    raise SystemExit(show.run(settings, folder, seconds, is_kept=keep))
