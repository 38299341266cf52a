from datetime import UTC, datetime, timedelta

import pytest

from dateline.lab.faults import AWAY_EVERY, BUSY_EVERY, Switchboard, Turnstile, parse


def test_a_fault_ends_by_itself_and_keeps_to_its_site() -> None:
    board = Switchboard(1)
    board.replace([{"kind": "latency", "site": "a", "seconds": 5}], now=100.0)
    assert set(board.drawn("a", 101.0)) == {"latency"}
    assert board.drawn("b", 101.0) == {}
    assert board.drawn("a", 105.1) == {}


def test_the_rate_is_kept_and_repeatable() -> None:
    def hits(seed: int) -> list[bool]:
        board = Switchboard(seed)
        board.replace([{"kind": "errors", "rate": 0.3}], now=0.0)
        return ["errors" in board.drawn("a", 1.0) for _ in range(1000)]

    assert hits(1) == hits(1)
    assert 240 < sum(hits(1)) < 360


@pytest.mark.parametrize("entry", [{}, {"kind": "flood"}, {"kind": "cut", "rate": 2}, {"kind": "cut", "seconds": 0}])
def test_nonsense_is_refused(entry: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - each has its own message
        parse(entry, 0.0)


def test_a_turnstile_shuts_now_and_then_and_opens_again() -> None:
    turnstile = Turnstile()
    now = datetime(2026, 11, 20, tzinfo=UTC)
    statuses = []
    for _ in range(AWAY_EVERY * 2):
        refusal = turnstile.refusal("a", now)
        if refusal:
            status, _, until = refusal
            statuses.append(status)
            assert turnstile.refusal("a", now + timedelta(seconds=0.5)) is not None
            now = until
    assert statuses.count(429) == AWAY_EVERY * 2 // BUSY_EVERY
    assert statuses.count(503) == 2
