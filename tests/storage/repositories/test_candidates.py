"""Fingerprints and what was learnt come back as they were kept"""

from datetime import timedelta

from storage.repositories import candidates
from storage.repositories.candidates import Kept
from tests import factories


def kept(article, at, until):
    return Kept(article.id, article.revision_id, int(at.timestamp()), int(until.timestamp()), b"\1" * 8, b"\2" * 4)


def load(database, now):
    with database.read() as session:
        return list(candidates.load(session, now))


def test_open_windows_oldest_first(database, now):
    day = timedelta(days=1)
    with database.session() as session:
        rows = [factories.article(session, f"https://a.example/{i}") for i in range(3)]
        prints = [
            kept(rows[0], now, now + day),
            kept(rows[1], now - day, now + day),
            kept(rows[2], now - 9 * day, now - day),
        ]
        candidates.save(session, prints)
        candidates.save(session, [])
    assert load(database, now) == [prints[1], prints[0]]
    with database.session() as session:
        later = kept(rows[0], now - 2 * day, now + 5 * day)
        candidates.save(session, [later])
        candidates.forget(session, [rows[1].id])
    assert load(database, now) == [later]


def test_what_was_learnt(database, now):
    for data in (b"one", b"two"):
        with database.session() as session:
            candidates.learn(session, {"a": data, "b": b"same"}, now)
    with database.read() as session:
        assert candidates.learned(session) == {"a": b"two", "b": b"same"}
