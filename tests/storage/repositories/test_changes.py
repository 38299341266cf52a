"""Changes take numbers without a hole, in commit order"""

import threading

import sqlalchemy as sa

from storage.models.operation import Change
from storage.repositories import changes


def seqs(database):
    with database.read() as session:
        return list(session.execute(sa.select(Change.seq).order_by(Change.seq)).scalars())


def test_numbers_follow_commits(database, now):
    with database.session() as session:
        changes.note(session, changes.Note("article", now, article_id=7))
        changes.note(session, changes.Note("placed", now, article_id=7))
    with database.session() as session:
        changes.note(session, changes.Note("revision", now, article_id=7))
    assert seqs(database) == [1, 2, 3]


def test_a_failed_transaction_leaves_no_hole(database, now):
    try:
        with database.session() as session:
            changes.note(session, changes.Note("article", now, article_id=1))
            raise RuntimeError("on the way")
    except RuntimeError:
        pass
    with database.session() as session:
        changes.note(session, changes.Note("article", now, article_id=2))
    assert seqs(database) == [1]


def test_a_reader_with_one_number_misses_nothing(database, now):
    writers, rounds, seen, stop = 4, 25, [], threading.Event()

    def write(n):
        for _ in range(rounds):
            with database.session() as session:
                changes.note(session, changes.Note("article", now, article_id=n))

    def read():
        last = 0
        while True:
            ended = stop.is_set()
            with database.read() as session:
                query = sa.select(Change.seq).where(Change.seq > last).order_by(Change.seq)
                fresh = list(session.execute(query).scalars())
            seen.extend(fresh)
            last = fresh[-1] if fresh else last
            if ended and not fresh:
                return

    reader = threading.Thread(target=read)
    threads = [threading.Thread(target=write, args=(n,)) for n in range(writers)]
    reader.start()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    stop.set()
    reader.join()
    assert seen == list(range(1, writers * rounds + 1))
