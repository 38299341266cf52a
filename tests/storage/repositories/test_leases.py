"""One holder at a time, a new token for each new holder"""

from datetime import timedelta

from storage.repositories import leases


def take(database, owner, now):
    with database.session() as session:
        return leases.take(session, "dedup", owner, now, 20)


def test_one_holder(database, now):
    first = take(database, "a", now)
    assert first is not None
    assert take(database, "b", now) is None
    assert take(database, "a", now) == first


def test_an_expired_lease_changes_hands_with_a_new_token(database, now):
    first = take(database, "a", now)
    second = take(database, "b", now + timedelta(seconds=21))
    assert second is not None
    assert second > first
    with database.session() as session:
        assert not leases.holds(session, "dedup", "a", first)
        assert leases.holds(session, "dedup", "b", second)


def test_a_released_one_is_free(database, now):
    take(database, "a", now)
    with database.session() as session:
        leases.release(session, "dedup", "a")
    assert take(database, "b", now) is not None
