"""Figures into advice: what an operator should know and do"""

from collections.abc import Iterator
from datetime import timedelta

from storage.config import Config
from storage.repositories.health import Health

SILENT = timedelta(seconds=30)
WANTED = ("supervisor", "crawler", "clean", "dedup", "scheduler")


def advice(health: Health, config: Config) -> Iterator[str]:
    """One sentence a trouble, each with what to do next; nothing when all is well."""
    yield from _processes(health)
    if health.fetch_due and health.oldest_due_at and health.now - health.oldest_due_at > timedelta(minutes=10):
        yield (
            f"{health.fetch_due} visits are due, the oldest since {health.oldest_due_at:%Y-%m-%d %H:%M}Z: "
            "hosts may be slow, waiting or paused (below), or the crawler is down"
        )
    if health.clean_waiting >= config.backlog_pages:
        yield (
            f"{health.clean_waiting} pages wait for cleaning, so crawling pauses: "
            f"raise clean_workers (now {config.cleaners})"
        )
    if health.failures_open:
        yield f"{health.failures_open} failures are open: `dateline failures list`, then `replay` or `dismiss`"
    if quarantined := sum(n for name, n in health.pages.items() if name.startswith("quarantined")):
        yield f"{quarantined} pages are quarantined: `dateline why URL` tells, `dateline recrawl --failed` tries again"
    for portal, url, failures, error in health.seeds_failing:
        if failures >= 3:
            what = f"{portal}: seed {url} failed {failures} times in a row ({error})"
            yield f"{what}: `dateline portals probe` finds others"
    for key in health.paused:
        yield f"{key} is paused: `dateline portals resume {key}`"


def _processes(health: Health) -> Iterator[str]:
    alive = {p.role for p in health.processes if health.now - p.seen_at < SILENT}
    known = {p.role for p in health.processes}
    if not alive:
        yield "no process of the daemon gives signs of life: `dateline up` starts it"
        return
    for role in WANTED:
        if role not in alive:
            yield f"no {role} gives signs of life" + ("" if role in known else " and none ever did")
