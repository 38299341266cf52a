"""Turns at a host: how far apart, how many at once, and what a rest or a lost lease does to those that wait"""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from time import monotonic

import pytest

from crawler import gates
from crawler.gates import Gate, LostError, Pace, RestingError
from storage.repositories.hosts import ClaimedHost

HOST = ClaimedHost(1, "a.example", 1, None, None, 0, None, None, None)
DELAY = 0.05


class Book:
    """A store that takes its time to write a reserved turn down."""

    def __init__(self, seconds=0.0, is_held=True):
        self.seconds, self.is_held = seconds, is_held
        self.written = []

    async def reserve(self, gate, ready_at):
        await asyncio.sleep(self.seconds)
        self.written.append((monotonic(), ready_at))
        return self.is_held


def make(book, *, concurrency=2, delay=0.0, lease=60.0, **host):
    return Gate(replace(HOST, **host), Pace(concurrency, delay), book.reserve, lease)


class Requests:
    """Times and numbers of the requests that a gate let through."""

    def __init__(self):
        self.sent, self.under_way, self.most, self.refused = [], 0, 0, []

    async def send(self, gate, seconds=0.01):
        try:
            async with gate.turn():
                self.sent.append(monotonic())
                self.under_way += 1
                self.most = max(self.most, self.under_way)
                await asyncio.sleep(seconds)
                self.under_way -= 1
        except (RestingError, LostError) as error:
            self.refused.append(error)


def play(scene):
    return asyncio.run(asyncio.wait_for(scene, 20))


@pytest.mark.parametrize("concurrency", [1, 2, 5])
def test_no_more_at_once_than_allowed(concurrency):
    async def scene():
        gate, requests = make(Book(), concurrency=concurrency), Requests()
        await asyncio.gather(*(requests.send(gate) for _ in range(12)))
        return requests

    requests = play(scene())
    assert len(requests.sent) == 12
    assert requests.most == concurrency


def test_who_follows_a_crawler_that_was_killed_as_its_request_left_late_waits_long_enough(monkeypatch):
    monkeypatch.setattr(gates, "LEAVES_SECONDS", 0.3)

    async def scene():
        book = Book()
        killed = make(book, delay=DELAY)
        async with killed.turn():
            await asyncio.sleep(0.25)  # over a handshake, say
            killed.send()
        left = monotonic()
        follower, requests = make(Book(), delay=DELAY, ready_at=book.written[-1][1]), Requests()
        await requests.send(follower)
        return requests.sent[0] - left

    assert play(scene()) >= DELAY


def test_the_pause_counts_from_when_a_request_really_left():
    async def scene():
        gate, requests = make(Book(), delay=0.2), Requests()
        async with gate.turn():
            gate.send()
            await asyncio.sleep(0.15)  # the loop was held
            left = monotonic()
            gate.sent()
        await requests.send(gate)
        return requests.sent[0] - left

    assert play(scene()) >= 0.2


@pytest.mark.parametrize("seconds", [0.0, 0.02, 0.2])
def test_never_sooner_than_the_delay_however_slow_the_store(seconds):
    async def scene():
        book, requests = Book(seconds), Requests()
        gate = make(book, concurrency=3, delay=DELAY)
        await asyncio.gather(*(requests.send(gate) for _ in range(4)))
        return book, requests

    book, requests = play(scene())
    assert min(later - earlier for earlier, later in pairwise(requests.sent)) >= DELAY
    for (at, _), sent in zip(book.written, requests.sent, strict=True):
        assert at <= sent  # written before it is sent


def test_the_longer_of_two_pauses_counts():
    assert make(Book(), delay=2.0).delay_seconds == 2.0
    assert make(Book(), delay=2.0, crawl_delay_seconds=5.0).delay_seconds == 5.0
    assert make(Book(), delay=7.0, crawl_delay_seconds=5.0).delay_seconds == 7.0


def test_what_a_dead_crawler_wrote_down_is_waited_for():
    async def scene():
        began, requests = monotonic(), Requests()
        gate = make(Book(), ready_at=datetime.now(UTC) + timedelta(seconds=0.3))
        await requests.send(gate)
        return requests.sent[0] - began

    assert play(scene()) >= 0.29


def test_a_long_rest_is_refused_to_all_that_wait():
    async def scene():
        gate, requests = make(Book(), concurrency=1, delay=DELAY), Requests()
        async with gate.turn():
            waiting = [asyncio.create_task(requests.send(gate)) for _ in range(4)]
            await asyncio.sleep(0.01)
            until = gate.rest(timedelta(minutes=1))
        await asyncio.gather(*waiting)
        return requests, until, gate

    requests, until, gate = play(scene())
    assert not requests.sent
    assert [abs(r.until - until) < timedelta(seconds=1) for r in requests.refused] == [True] * 4
    assert gate.is_resting()


def test_a_rest_holds_those_that_sleep_until_their_turn():
    """They were told a time when they went to sleep; it isn't their turn any more when they wake."""

    async def scene():
        gate, requests = make(Book(), concurrency=3, delay=0.2), Requests()
        await requests.send(gate)
        waiting = [asyncio.create_task(requests.send(gate)) for _ in range(2)]
        await asyncio.sleep(0.1)
        gate.rest(timedelta(minutes=1))
        await asyncio.gather(*waiting)
        return requests

    requests = play(scene())
    assert len(requests.sent) == 1
    assert len(requests.refused) == 2


def test_a_short_rest_is_waited_for():
    async def scene():
        gate, requests = make(Book(), concurrency=1), Requests()
        gate.rest(timedelta(seconds=0.3))
        began = monotonic()
        await requests.send(gate)
        return requests.sent[0] - began

    assert play(scene()) >= 0.3


@pytest.mark.parametrize("rest", [0.4, 60.0])
def test_a_rest_that_comes_while_a_turn_is_written_down_holds_it(rest):
    """A 429 to a parallel request arrives between the turn's time in the store and its request."""

    async def scene():
        gate, requests = make(Book(seconds=0.1), concurrency=2, delay=DELAY), Requests()
        waiting = asyncio.create_task(requests.send(gate))
        await asyncio.sleep(0.05)
        told = monotonic()
        gate.rest(timedelta(seconds=rest))
        await waiting
        return requests, told

    requests, told = play(scene())
    if rest > gates.PATIENCE_SECONDS:
        assert not requests.sent
        assert isinstance(requests.refused[0], RestingError)
    else:
        assert requests.sent[0] - told >= rest


def test_a_later_rest_is_never_shortened():
    async def scene():
        gate = make(Book())
        long = gate.rest(timedelta(minutes=5))
        return long, gate.rest(timedelta(seconds=1))

    long, after = play(scene())
    assert abs(after - long) < timedelta(seconds=1)


def test_a_pause_of_minutes_that_robots_ask_for_is_no_rest():
    """Otherwise each visit of a host with Crawl-delay: 600 would be sent away until nobody comes back."""

    async def scene():
        gate, requests = make(Book(), concurrency=1, crawl_delay_seconds=600.0), Requests()
        await requests.send(gate)
        return gate

    assert not play(scene()).is_resting()


def test_a_lost_lease_ends_all_turns():
    async def scene():
        book, requests = Book(is_held=False), Requests()
        gate = make(book, delay=DELAY)
        await asyncio.gather(*(requests.send(gate) for _ in range(3)))
        return gate, book, requests

    gate, book, requests = play(scene())
    assert gate.is_lost
    assert not requests.sent
    assert len(book.written) == 1  # the others don't even try
    assert all(isinstance(error, LostError) for error in requests.refused)


def test_no_request_after_the_lease_is_over_unless_it_was_prolonged():
    async def scene():
        gate, requests = make(Book(), lease=0.05), Requests()
        await asyncio.sleep(0.1)
        await requests.send(gate)
        gate.prolong(60.0)
        await requests.send(gate)
        return requests

    requests = play(scene())
    assert len(requests.sent) == 1
    assert isinstance(requests.refused[0], LostError)


def test_a_failed_request_gives_its_turn_back():
    async def scene():
        gate, requests = make(Book(), concurrency=1), Requests()
        for _ in range(3):
            with pytest.raises(OSError, match="reset"):
                async with gate.turn():
                    raise OSError("reset")
        waiting = asyncio.create_task(requests.send(gate, 5.0))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await requests.send(gate)
        return requests

    assert len(play(scene()).sent) == 2


def test_a_turn_that_can_t_be_written_down_is_no_turn():
    async def scene():
        async def away(_gate, _ready_at):
            raise ConnectionError("the store is away")

        gate, sent = Gate(HOST, Pace(1, DELAY), away, 60.0), []
        for _ in range(2):  # nor does it block the next
            with pytest.raises(ConnectionError):
                async with gate.turn():
                    sent.append(1)
        return sent

    assert play(scene()) == []


def test_seeds_and_pages_take_turns_and_an_empty_host_is_left_alone_for_moments(monkeypatch):
    gate = make(Book())
    assert gate.is_seeds_turn
    gate.note_claim(1)
    assert (gate.is_seeds_turn, gate.is_empty()) == (False, False)
    gate.note_claim(0)
    assert (gate.is_seeds_turn, gate.is_empty()) == (True, True)
    later = monotonic() + gates.EMPTY_SECONDS
    monkeypatch.setattr(gates, "monotonic", lambda: later)
    assert not gate.is_empty()
