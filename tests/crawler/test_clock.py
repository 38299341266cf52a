"""A crawler's times are the store's"""

from datetime import UTC, datetime, timedelta

from crawler.clock import Clock


def test_it_goes_on_from_the_last_look():
    clock = Clock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    at = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    clock.set(at)
    first = clock.now()
    assert at <= first <= clock.now() < at + timedelta(minutes=1)
