"""Every run is counted once; what may pass is tried again, anything else becomes a failure"""

from threading import Event

import pytest
import sqlalchemy as sa

from storage.domain import Outcome
from storage.errors import Retryable
from storage.models.operation import Failure
from workers import jobs
from workers.jobs import Job


@pytest.fixture(autouse=True)
def no_waits(monkeypatch):
    monkeypatch.setattr(jobs, "FIRST_WAIT_SECONDS", 0.001)


def test_outcomes_are_counted_once(sqlite):
    job = Job(sqlite, "clean", lambda ids: {Outcome.STORED: len(ids), Outcome.REJECTED: 1}, Event())
    assert job([1, 2]) == {Outcome.STORED: 2, Outcome.REJECTED: 1}
    job([3])
    assert job.figures() == {"stored": 3, "rejected": 2}


def test_what_may_pass_runs_again(sqlite):
    answers = iter([Retryable("away"), Retryable("away"), {Outcome.STORED: 1}])

    def work(_ids):
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    job = Job(sqlite, "clean", work, Event())
    assert [job([1]), job([1])] == [None, None]
    assert job([1]) == {Outcome.STORED: 1}
    assert job.figures() == {"retried": 2, "stored": 1}
    with sqlite.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Failure)) == 0


def test_waits_grow_and_end_when_told_to_stop(sqlite):
    stopping = Event()
    waits = []
    stopping.wait = waits.append  # type: ignore[method-assign]
    job = Job(sqlite, "clean", lambda _ids: (_ for _ in ()).throw(Retryable("away")), stopping)
    for _ in range(20):
        job([1])
    assert waits == sorted(waits)
    assert waits[-1] == jobs.LONGEST_WAIT_SECONDS


def test_anything_else_is_a_failure_with_its_traceback(database):
    def work(ids):
        raise ZeroDivisionError("poison\0here")

    job = Job(database, "clean", work, Event())
    assert job([7, 8]) == {Outcome.FAILED: 1}
    with database.read() as session:
        (failure,) = session.scalars(sa.select(Failure)).all()
    assert failure.job == "clean"
    assert failure.arguments == {"ids": [7, 8]}
    assert "ZeroDivisionError" in failure.error
    assert "in work" in failure.traceback


def test_a_failure_that_cannot_be_kept_is_tried_again(sqlite, tmp_path):
    def work(_ids):
        sqlite.session = broken  # type: ignore[method-assign]
        raise ValueError

    def broken():
        raise Retryable("away")

    job = Job(sqlite, "clean", work, Event())
    assert job([1]) is None
    assert job.figures() == {"retried": 1}
