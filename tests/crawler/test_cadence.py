"""When to come back"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import cadence

LADDER = (1200.0, 7200.0, 86400.0, 604800.0)


@pytest.mark.parametrize(("minutes", "rung"), [(0, 0), (19, 0), (20, 1), (119, 1), (121, 2), (1441, 3), (10081, 4)])
def test_the_ladder_counts_from_discovery(now, minutes, rung):
    found, at = cadence.revisit(now, now + timedelta(minutes=minutes), LADDER)
    assert found == rung
    assert at == (now + timedelta(seconds=LADDER[rung]) if rung < 4 else None)


def test_a_portal_that_edits_or_may_is_visited_oftener():
    busy = cadence.ladder_for(LADDER, 20, 400)
    assert len(busy) == 10
    assert set(LADDER) <= set(busy)
    assert list(busy) == sorted(busy)
    assert cadence.ladder_for(LADDER, 0, 10) == busy
    assert cadence.ladder_for(LADDER, 0, cadence.KNOWN_REVISITS) == LADDER
    assert cadence.ladder_for(LADDER, 1, 400) == LADDER


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("120", 120),
        ("Fri, 20 Nov 2026 12:05:00 GMT", 300),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("999999999", 86400),
        (None, None),
        ("soon", None),
        ("-5", None),
        ("", None),
    ],
)
def test_retry_after(now, value, seconds):
    found = cadence.retry_after(value, now)
    assert (found.total_seconds() if found is not None else None) == seconds


@given(st.text(max_size=40))
def test_no_header_raises(text):
    found = cadence.retry_after(text, datetime(2026, 1, 1, tzinfo=UTC))
    assert found is None or 0 <= found.total_seconds() <= cadence.LONGEST_RETRY_AFTER_SECONDS


@given(st.floats(0, 1e6), st.integers(0, 100))
def test_polling_stays_within_its_bounds(interval, new):
    found = cadence.poll_interval(interval, new, 60, 3600)
    assert 60 <= found <= 3600
    assert cadence.poll_interval(found, 0, 60, 3600) >= found
    assert cadence.poll_interval(found, 9, 60, 3600) <= found


def test_waits_grow_and_end():
    retries = [cadence.retry(n, 30).total_seconds() for n in range(40)]
    assert retries[:3] == [30, 60, 120]
    assert retries == sorted(retries)
    assert retries[-1] == cadence.LONGEST_RETRY_SECONDS
    assert cadence.backoff(100).total_seconds() == cadence.LONGEST_BACKOFF_SECONDS


def test_schedules(now):
    assert cadence.scheduled("adaptive", now) is None
    assert cadence.scheduled("15m", now) == now + timedelta(minutes=15)
    assert cadence.scheduled("30 14 * * *", now) == now.replace(hour=14, minute=30)


def test_a_long_pause_is_the_whole_hosts_when_it_is_asked_for_twice():
    day = timedelta(days=1)
    assert cadence.host_rest(day, 0) == cadence.backoff(0)
    assert cadence.host_rest(day, 1) == day
    assert cadence.host_rest(timedelta(seconds=30), 0) == timedelta(seconds=30)
    assert cadence.host_rest(None, 3) == cadence.backoff(3)
