"""Fingerprints of articles and what deduplication has learnt, kept for its next start"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from storage import db
from storage.db import Session
from storage.models.article import Fingerprint, Learned

AT_ONCE = 5000


@dataclass(frozen=True, slots=True)
class Kept:
    """A fingerprint as its row holds it."""

    article_id: int
    revision_id: int
    at: int  # seconds since 1970
    until: int
    terms: bytes  # signed 64-bit numbers, little-endian
    weights: bytes  # 32-bit floats


def save(session: Session, fingerprints: Sequence[Kept]) -> None:
    """Keep fingerprints; each replaces what its article had."""
    if not fingerprints:
        return
    insert = db.insert(session, Fingerprint)
    names = [c.name for c in Fingerprint.__table__.columns if not c.primary_key]
    upsert = insert.on_conflict_do_update(
        index_elements=["article_id"], set_={name: insert.excluded[name] for name in names}
    )
    session.execute(upsert, [{name: getattr(one, name) for name in Kept.__slots__} for one in fingerprints])


def load(session: Session, now: datetime) -> Iterator[Kept]:
    """All fingerprints whose window is open, oldest first, a few thousand in memory at once."""
    columns = [getattr(Fingerprint, name) for name in Kept.__dataclass_fields__]
    query = sa.select(*columns).where(Fingerprint.until >= int(now.timestamp())).order_by(Fingerprint.at)
    for row in session.execute(query.execution_options(yield_per=AT_ONCE)):
        yield Kept(*row)


def forget(session: Session, article_ids: Collection[int]) -> None:
    """Drop the fingerprints of articles whose window has ended."""
    session.execute(sa.delete(Fingerprint).where(Fingerprint.article_id.in_(article_ids)))


def learned(session: Session) -> Mapping[str, bytes]:
    """What was learnt, by name."""
    return {row.name: row.data for row in session.scalars(sa.select(Learned))}


def learn(session: Session, learnt: Mapping[str, bytes], now: datetime) -> None:
    """Keep what was learnt."""
    insert = db.insert(session, Learned)
    values = {"data": insert.excluded.data, "updated_at": insert.excluded.updated_at}
    upsert = insert.on_conflict_do_update(index_elements=["name"], set_=values)
    session.execute(upsert, [{"name": name, "data": data, "updated_at": now} for name, data in learnt.items()])
