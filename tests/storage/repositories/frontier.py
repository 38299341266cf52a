"""One portal with a host, a seed and some pages, for the tests of the frontier"""

from datetime import datetime

from storage.db import Session
from storage.domain import Entry, SeedKind
from storage.repositories import pages, portals, seeds
from storage.repositories.pages import ClaimedPage, Named
from storage.repositories.seeds import NewSeed

HOME = "https://a.example/"


def portal(session: Session, now: datetime) -> None:
    """Portal 1 with seed 1."""
    from storage.portals import Portal

    portals.apply(session, [Portal.model_validate({"id": "a", "home": HOME})], now)
    seeds.add(session, [NewSeed(1, HOME + "rss", SeedKind.FEED, "file")], now)


def named(*names: str, **entry: object) -> list[Named]:
    """Entries of the portal."""
    return [Named(HOME + n, HOME + n + "?utm_source=rss", Entry(HOME + n, **entry)) for n in names]  # type: ignore[arg-type]


def claim(session: Session, now: datetime, limit: int = 10, owner: str = "c1") -> list[ClaimedPage]:
    """Claim what is due at host 1."""
    return pages.claim(session, 1, owner, now, 20, limit)


def discover(session: Session, now: datetime, *names: str, **entry: object) -> int:
    """Let seed 1 name pages."""
    return pages.discover(session, 1, (1, SeedKind.FEED), named(*names, **entry), now)
