"""Requests in turns over loopback: refusals, robots.txt, old connections, a store that is away"""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise

import pytest

from crawler import asking
from crawler.asking import Asker
from crawler.fetcher import Ask, Fetcher, TransportError
from crawler.gates import Pace, RestingError
from storage.errors import Retryable
from tests.crawler import keeping
from tests.crawler.keeping import CONFIG, Keeper
from tests.crawler.loopback import reply, serving


class Scene:
    def __init__(self, engine, crawler, site, keeper):
        self.engine, self.site, self.keeper = engine, site, keeper
        self.asker = Asker(keeper, Fetcher(crawler, keeper.config))

    async def one(self, path):
        """The answer's status, or the error."""
        try:
            gate = await self.keeper.hold(self.site.host)
            return (await self.asker.ask(gate, Ask(self.site.url(path)))).status
        except (RestingError, TransportError) as error:
            return error

    def ask(self, *paths):
        async def scene():
            return await asyncio.gather(*(self.one(path) for path in paths))

        return self.engine.run(scene())

    @property
    def gate(self):
        return self.keeper.gates[self.site.host]

    def rules(self, portal=None):
        async def scene():
            return await self.asker.rules(await self.keeper.hold(self.site.host), portal)

        return self.engine.run(scene())


@pytest.fixture
def make(engine, crawler, opened, monkeypatch):
    """A scene with a site that answers so, kept at this pace."""
    keeping.written(monkeypatch)

    def made(answer, pace=None, config=CONFIG):
        return Scene(engine, crawler, opened(answer), Keeper(config, pace))

    return made


def seconds_of(rest_until):
    return (rest_until - datetime.now(UTC)).total_seconds()


def test_requests_keep_their_distance_and_number(make):
    scene = make(lambda _: reply(200, "page"), Pace(2, 0.1))
    assert scene.ask(*(f"/{n}" for n in range(5))) == [200] * 5
    gaps = [b.at - a.at for a, b in pairwise(scene.site.requests)]
    assert min(gaps) >= 0.1
    assert len(scene.keeper.reserved) == 5


@pytest.mark.parametrize("concurrency", [1, 3])
def test_no_more_requests_at_once_than_allowed(make, concurrency):
    import time

    def slow(_request):
        time.sleep(0.1)
        return reply(200, "page")

    scene = make(slow, Pace(concurrency, 0.0))
    assert scene.ask(*(f"/{n}" for n in range(9))) == [200] * 9
    assert scene.site.most == concurrency


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_holds_all_requests_of_the_host(make, status, form):
    """Those at the gate, those let through it, and those that come later."""

    def answer(request):
        if request.path != "/busy":
            return reply(200, "page")
        at = datetime.now(UTC) + timedelta(seconds=31)
        return reply(status, "wait", Retry_After="30" if form == "seconds" else format_datetime(at, usegmt=True))

    scene = make(answer, Pace(1, 0.0))
    first, *others = scene.ask("/busy", *(f"/{n}" for n in range(6)))
    assert first == status
    assert all(isinstance(o, RestingError) for o in others)
    assert isinstance(scene.ask("/later")[0], RestingError)
    assert scene.site.paths() == ["/busy"]
    ((until, failures),) = scene.keeper.rests
    assert 28 <= seconds_of(until) <= 32
    assert failures == 1


def test_a_short_rest_is_kept_to_the_moment(make):
    scene = make(lambda r: reply(429, "wait", Retry_After="1") if r.before == 0 else reply(200, "page"), Pace(3, 0.0))
    scene.ask("/busy")
    assert scene.ask("/a", "/b", "/c") == [200] * 3
    refused = scene.site.answered[0][1]
    assert min(r.at for r in scene.site.requests[1:]) - refused >= 1.0


def test_parallel_requests_none_after_the_first_refusal(make):
    """Requests that were let through the gate, but whose connections don't stand yet, are held too."""
    scene = make(lambda _: reply(429, "wait", Retry_After="60"), Pace(8, 0.0))
    scene.ask("/first")  # "60": no pause of minutes, kept at once
    assert all(isinstance(o, RestingError) for o in scene.ask(*(f"/{n}" for n in range(20))))
    assert scene.site.paths() == ["/first"]


def test_refusals_without_a_word_back_off_longer_each_time(make):
    scene = make(lambda _: reply(503, "down"), Pace(1, 0.0))
    for number in (1, 2, 3):
        scene.ask("/busy")
        until, failures = scene.keeper.rests[-1]
        assert failures == number
        assert 5 * 2 ** (number - 1) - 1 <= seconds_of(until) <= 5 * 2 ** (number - 1) + 1
        scene.gate._ready = scene.gate._rests_until = 0.0  # time goes by


def test_a_pause_of_hours_may_be_meant_for_one_page_until_it_is_said_again(make):
    scene = make(lambda _: reply(429, "wait", Retry_After="3600"), Pace(1, 0.0))
    scene.ask("/busy")
    assert seconds_of(scene.keeper.rests[-1][0]) < 10
    scene.gate._ready = scene.gate._rests_until = 0.0
    scene.ask("/other")
    assert seconds_of(scene.keeper.rests[-1][0]) > 3500


def test_an_answer_forgets_the_failures_and_says_so_once(make):
    scene = make(lambda r: reply(503, "down", Retry_After="0") if r.before == 0 else reply(404, "no"), Pace(1, 0.0))
    scene.ask("/a")
    scene.ask("/b")
    scene.ask("/c")
    assert [failures for _, failures in scene.keeper.rests] == [1, 0]


def test_plain_server_errors_are_the_page_s_trouble(make):
    scene = make(lambda _: reply(500, "oops"), Pace(1, 0.0))
    assert scene.ask("/a", "/b") == [500, 500]
    assert scene.keeper.rests == []


def test_a_rest_that_can_t_be_written_down_holds_all_the_same(make):
    scene = make(lambda _: reply(429, "wait", Retry_After="60"), Pace(1, 0.0))
    scene.keeper.away = Retryable("the store is away")
    assert scene.ask("/busy") == [429]
    assert scene.gate.is_unwritten  # whoever gives the host back writes it
    assert scene.gate.is_resting()


def test_what_an_old_connection_swallowed_is_sent_again_in_a_turn_of_its_own(make):
    scene = make(lambda r: None if r.before == 1 else reply(200, "page"), Pace(1, 0.4))
    assert [scene.ask("/a"), scene.ask("/b")] == [[200], [200]]
    assert scene.site.paths() == ["/a", "/b", "/b"]
    assert min(b.at - a.at for a, b in pairwise(scene.site.requests)) >= 0.4


def test_a_host_that_hangs_up_each_time_is_asked_no_third_time(make):
    scene = make(lambda r: reply(200, "page") if r.path == "/a" else None, Pace(1, 0.0))
    scene.ask("/a")
    assert isinstance(scene.ask("/b")[0], TransportError)
    assert scene.site.paths() == ["/a", "/b", "/b"]


ROBOTS = "User-agent: *\nDisallow: /private\nCrawl-delay: 0.5\n\nUser-agent: friend\nDisallow: /public\n"


def test_robots_are_read_once_and_count_as_a_request(make):
    scene = make(lambda _: reply(200, ROBOTS), Pace(2, 0.0))
    rules = scene.rules()
    assert rules.judge(scene.site.url("/private/a")) == "disallowed"
    assert scene.rules().judge(scene.site.url("/public/a")) == "allowed"
    assert scene.ask("/page", "/other") == [200, 200]
    assert scene.site.paths() == ["/robots.txt", "/page", "/other"]
    assert min(b.at - a.at for a, b in pairwise(scene.site.requests)) >= 0.5
    ((kept, ready_at),) = scene.keeper.robots
    assert (kept.status, kept.crawl_delay_seconds) == (200, 0.5)
    assert (ready_at - kept.fetched_at).total_seconds() >= 0.45  # so that the pause outlives the crawler


def test_portals_of_one_host_have_the_rules_of_their_own_agents(make):
    scene = make(lambda _: reply(200, ROBOTS))
    friend = scene.keeper.know(scene.site.url(), user_agent="friend/2.0 (+mailto:me)").value
    for _ in range(2):
        assert scene.rules().judge(scene.site.url("/public")) == "allowed"
        assert scene.rules(friend).judge(scene.site.url("/public")) == "disallowed"
    assert scene.site.paths() == ["/robots.txt"]


def test_robots_are_asked_for_the_way_the_portal_is(make):
    scene = make(lambda _: reply(200, "not asked"))
    with serving(lambda _: reply(200, ROBOTS)) as proxy:
        portal = scene.keeper.know(scene.site.url(), proxy=proxy.url(), headers={"X-Key": "k"}, user_agent="me/1").value
        assert scene.rules(portal).judge(scene.site.url("/private")) == "disallowed"
        assert proxy.requests[0].headers["x-key"] == "k"
        assert proxy.requests[0].headers["user-agent"] == "me/1"
    assert scene.site.requests == []


def test_many_visits_that_begin_together_read_robots_once(make):
    scene = make(lambda _: reply(200, ROBOTS))

    async def together():
        gate = await scene.keeper.hold(scene.site.host)
        return await asyncio.gather(*(scene.asker.rules(gate, None) for _ in range(10)))

    scene.engine.run(together())
    assert scene.site.paths() == ["/robots.txt"]


@pytest.mark.parametrize(
    ("answer", "verdict", "status"),
    [
        (lambda: reply(404, "none"), "allowed", 404),
        (lambda: reply(403, "no"), "allowed", 403),
        (lambda: reply(500, "oops"), "unreachable", 500),
        (lambda: None, "unreachable", 0),
        (lambda: reply(200, b"x" * 3_000_000), "allowed", 200),
    ],
)
def test_what_an_answer_to_robots_means(make, answer, verdict, status):
    scene = make(lambda _: answer())
    assert scene.rules().judge(scene.site.url("/page")) == verdict
    ((kept, _),) = scene.keeper.robots
    assert kept.status == status
    left = (kept.expires_at - kept.fetched_at).total_seconds()
    assert left == pytest.approx(CONFIG.robots_seconds if verdict == "allowed" else 300.0, abs=1)


def test_a_refused_robots_file_is_left_alone_as_long_as_it_says(make):
    scene = make(lambda _: reply(429, "wait", Retry_After="3600"))
    assert scene.rules().judge(scene.site.url("/page")) == "unreachable"
    ((kept, _),) = scene.keeper.robots
    assert seconds_of(kept.expires_at) > 3500
    assert scene.rules().judge(scene.site.url("/page")) == "unreachable"
    assert scene.site.paths() == ["/robots.txt"]
    assert scene.gate.is_unwritten is False
    assert scene.keeper.rests[0][1] == 1  # and the host has its first refusal


def test_robots_that_move_are_followed_and_a_circle_is_left(make):
    def answer(request):
        if request.path == "/rules.txt":
            return reply(200, ROBOTS)
        return reply(301, "", Location="/rules.txt" if request.before == 0 else request.path)

    scene = make(answer)
    assert scene.rules().judge(scene.site.url("/private")) == "disallowed"
    scene = make(lambda r: reply(301, "", Location=r.path))
    assert scene.rules().judge(scene.site.url("/private")) == "allowed"
    assert len(scene.site.requests) == asking.ROBOTS_REDIRECTS + 1


def test_a_host_that_another_crawler_has_is_not_asked(make):
    scene = make(lambda _: reply(200, "page"))
    scene.keeper.elsewhere.add(scene.site.host)

    async def redirected():
        other = await scene.keeper.hold("other.example")
        async with scene.asker.hold(scene.site.url("/page"), other):
            return "held"

    with pytest.raises(RestingError):
        scene.engine.run(redirected())
    assert scene.site.requests == []
    assert scene.keeper.gates["other.example"].visits == 0
