"""One visit to a page over loopback: robots, redirects hop by hop, conditions, and what it came to"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from crawler.desk import KnownPortal
from crawler.fetcher import Fetcher
from crawler.visiting import Visitor
from storage.domain import RejectionReason
from storage.errors import Retryable
from storage.repositories.fetches import Brought
from storage.repositories.pages import ClaimedPage
from tests.crawler import keeping
from tests.crawler.keeping import CONFIG, Keeper
from tests.crawler.loopback import reply, serving

PAGE = ClaimedPage(
    id=1, url="", host_id=1, portal_id=1, fence=1, tries=0, discovered_at=datetime.now(UTC), part_of_id=None,
    fetched_at=None, etag=None, last_modified=None, digest=None, unchanged_streak=0, rung=0, is_forced=False,
    operation_id=None,
)  # fmt: skip
HTML = "<!doctype html><html><body><p>words</p></body></html>"
KNOWN = {"etag": '"1"', "last_modified": "Mon, 02 Nov 2026 10:00:00 GMT", "digest": "d" * 32}
ROBOTS = "User-agent: *\nDisallow: /private\n"


class Scene:
    def __init__(self, engine, crawler, site, config):
        self.engine, self.site = engine, site
        self.keeper = Keeper(config)
        self.visitor = Visitor(self.keeper, Fetcher(crawler, config))
        self.portal = self.keeper.know(site.url())

    def visit(self, path="/page", portal=None, **words):
        page = replace(PAGE, **{"url": self.site.url(path), "discovered_at": datetime.now(UTC), **words})

        async def scene():
            gate = await self.keeper.hold(self.site.host)
            return await self.visitor.page(gate, page, portal or self.portal)

        return self.engine.run(scene())

    def asked(self):
        return [p for p in self.site.paths() if p != "/robots.txt"]

    @property
    def last(self):
        return self.site.requests[-1]


@pytest.fixture
def make(engine, crawler, opened, monkeypatch):
    keeping.written(monkeypatch)

    def made(answer, robots=ROBOTS, **settings):
        def whole(request):
            return reply(200, robots) if request.path == "/robots.txt" else answer(request)

        return Scene(engine, crawler, opened(whole), CONFIG.model_copy(update=settings))

    return made


def seconds_until(at):
    return (at - datetime.now(UTC)).total_seconds()


def test_a_page_brings_its_bytes(make):
    scene = make(lambda _: reply(200, HTML, ETag='"7"', Set_Cookie="a=1", Content_Language="de"))
    visit = scene.visit()
    assert visit.brought is Brought.BYTES
    assert (visit.status, visit.robots, visit.hops, visit.reason) == (200, "allowed", (), None)
    assert visit.body == HTML.encode()
    assert len(visit.digest) == 32
    assert visit.headers == {"content-type": "text/html", "etag": '"7"', "content-language": "de"}
    assert visit.final_url == scene.site.url("/page")
    assert seconds_until(visit.due_at) == pytest.approx(CONFIG.revisit_seconds[0], abs=5)
    assert "cookie" not in scene.last.headers


def test_the_same_bytes_are_unchanged(make):
    scene = make(lambda _: reply(200, HTML))
    digest = scene.visit().digest
    again = scene.visit(digest=digest)
    assert (again.brought, again.body) == (Brought.UNCHANGED, None)


def test_a_known_page_is_asked_for_with_conditions(make):
    scene = make(lambda r: reply(304) if "if-none-match" in r.headers else reply(200, HTML))
    assert scene.visit(**KNOWN).brought is Brought.UNCHANGED
    assert scene.last.headers["if-none-match"] == '"1"'
    assert scene.last.headers["if-modified-since"] == KNOWN["last_modified"]


@pytest.mark.parametrize(
    "words",
    [
        {"is_forced": True, **KNOWN},  # an operator wants the bytes
        {"part_of_id": 5, **KNOWN},  # its whole is put together anew
        {"unchanged_streak": len(CONFIG.revisit_seconds) - 1, **KNOWN},  # the portal's word is checked once a page
        {"unchanged_streak": 3 * len(CONFIG.revisit_seconds) - 1, **KNOWN},
        {**KNOWN, "digest": None},  # never brought bytes
    ],
)
def test_without_conditions_where_the_bytes_are_wanted(make, words):
    scene = make(lambda _: reply(200, HTML))
    assert scene.visit(**words).brought is Brought.BYTES
    assert not {"if-none-match", "if-modified-since"} & set(scene.last.headers)


def test_a_304_that_nobody_asked_for_ends_nothing(make):
    """Taken at its word, a page that was never read would count as read."""
    scene = make(lambda _: reply(304))
    visit = scene.visit()
    assert visit.brought is Brought.ERROR
    assert "304" in visit.detail


def test_redirects_are_followed_hop_by_hop_to_an_alias(make):
    def answer(request):
        to = {"/a": "/b", "/b": "/c?utm_source=x"}.get(request.path)
        return reply(301 if request.path == "/a" else 307, "", Location=to) if to else reply(200, HTML)

    scene = make(answer)
    visit = scene.visit("/a", **KNOWN)
    assert (visit.brought, visit.reason) == (Brought.REJECTION, RejectionReason.ALIAS)
    assert visit.alias_url == visit.final_url == scene.site.url("/c")
    assert visit.hops == ((301, scene.site.url("/b")), (307, scene.site.url("/c")))
    assert visit.body == HTML.encode()  # the other page's first bytes
    assert scene.asked() == ["/a", "/b", "/c"]
    sent = {r.path: "if-none-match" in r.headers for r in scene.site.requests}
    assert (sent["/a"], sent["/b"], sent["/c"]) == (True, False, False)


def test_a_part_that_moved_is_still_the_part(make):
    scene = make(lambda r: reply(302, "", Location="/new") if r.path == "/old" else reply(200, HTML))
    assert scene.visit("/old", part_of_id=4).brought is Brought.BYTES


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("http://elsewhere.example/story", RejectionReason.OFF_PORTAL),
        ("http://10.0.0.1/", RejectionReason.OFF_PORTAL),
        ("http://127.0.0.2:81/", RejectionReason.OFF_PORTAL),
        ("/start", RejectionReason.REDIRECT_LOOP),
        ("mailto:us@a.example", RejectionReason.BAD_ADDRESS),
        ("http://[broken/", RejectionReason.BAD_ADDRESS),
        ("/private/story", RejectionReason.ROBOTS),
    ],
)
def test_where_no_redirect_may_lead(make, location, reason):
    scene = make(lambda _: reply(302, "", Location=location))
    visit = scene.visit("/start")
    assert (visit.brought, visit.reason) == (Brought.REJECTION, reason)
    assert scene.asked() == ["/start"]
    assert visit.hops[0][0] == 302


def test_a_loop_over_several_hops_and_a_way_without_end(make):
    circle = {"/a": "/b", "/b": "/c", "/c": "/a"}
    scene = make(lambda r: reply(302, "", Location=circle[r.path]))
    assert scene.visit("/a").reason is RejectionReason.REDIRECT_LOOP
    assert scene.asked() == ["/a", "/b", "/c"]
    scene = make(lambda r: reply(302, "", Location=f"/{int(r.path[1:]) + 1}"))
    assert scene.visit("/0").reason is RejectionReason.REDIRECT_LOOP
    assert scene.asked() == [f"/{n}" for n in range(CONFIG.redirects + 1)]


def test_a_further_host_of_the_portal_has_its_own_robots_and_turn(make):
    with serving(lambda r: reply(200, "User-agent: *\nDisallow: /no" if r.path == "/robots.txt" else HTML)) as other:
        scene = make(lambda r: reply(302, "", Location=other.url(r.path)))
        portal = scene.keeper.know(scene.site.url(), hosts=[other.host])
        assert scene.visit("/yes", portal).reason is RejectionReason.ALIAS
        assert scene.visit("/no", portal).reason is RejectionReason.ROBOTS
        assert other.paths() == ["/robots.txt", "/yes"]
        assert set(scene.keeper.gates) == {scene.site.host, other.host}
        assert [gate.visits for gate in scene.keeper.gates.values()] == [0, 0]
        scene.keeper.elsewhere.add(other.host)
        visit = scene.visit("/yes", portal)
    assert visit.brought is Brought.NOTHING  # another crawler has it: later
    assert seconds_until(visit.due_at) > 1


def test_what_robots_forbid_is_never_asked_for(make):
    scene = make(lambda _: reply(200, HTML))
    visit = scene.visit("/private/story")
    assert (visit.brought, visit.reason, visit.robots) == (Brought.REJECTION, RejectionReason.ROBOTS, "disallowed")
    assert visit.due_at is not None  # the rule may go
    assert scene.asked() == []


def test_robots_may_be_left_out_by_setting(make):
    scene = make(lambda _: reply(200, HTML), obey_robots=False)
    assert scene.visit("/private/story").brought is Brought.BYTES
    assert scene.site.paths() == ["/private/story"]


def test_while_robots_can_t_be_had_nothing_is_asked_and_no_try_is_lost(make):
    scene = make(lambda _: reply(200, HTML))
    scene.site.answer = lambda _: reply(500, "oops")
    for _ in range(2):
        visit = scene.visit()
        assert (visit.brought, visit.robots, visit.status) == (Brought.NOTHING, "unreachable", None)
        assert seconds_until(visit.due_at) == pytest.approx(300, abs=5)
    assert scene.site.paths() == ["/robots.txt"]


@pytest.mark.parametrize(
    ("status", "brought"),
    [(429, Brought.NOTHING), (503, Brought.ERROR), (500, Brought.ERROR), (404, Brought.REJECTION)],
)
def test_retry_after_says_when_the_page_is_due_too(make, status, brought):
    scene = make(lambda _: reply(status, "no", Retry_After="7200"))
    visit = scene.visit()
    assert (visit.brought, visit.status) == (brought, status)
    if status != 404:
        assert 7100 < seconds_until(visit.due_at) < 7300


def test_a_resting_host_costs_no_try(make):
    scene = make(lambda _: reply(429, "wait", Retry_After="60"))
    scene.visit("/a")
    visit = scene.visit("/b")
    assert (visit.brought, visit.status) == (Brought.NOTHING, None)
    assert 55 < seconds_until(visit.due_at) < 65
    assert scene.asked() == ["/a"]


def test_failed_visits_come_back_later_each_time_and_end(make):
    scene = make(lambda _: None)
    waits = []
    for tries in range(CONFIG.fetch_tries):
        visit = scene.visit(tries=tries)
        waits.append(visit.due_at and round(seconds_until(visit.due_at) / 30))
        assert visit.brought is (Brought.FAILURE if tries == CONFIG.fetch_tries - 1 else Brought.ERROR)
    assert waits == [1, 2, 4, 8, None]


def test_half_a_page_is_tried_twice(make):
    scene = make(lambda _: reply(200, HTML, Content_Length="5000", Connection="close"))
    assert scene.visit().brought is Brought.ERROR
    again = scene.visit(tries=1)
    assert (again.brought, again.reason) == (Brought.REJECTION, RejectionReason.TRUNCATED)


def test_a_store_that_is_away_costs_neither_the_page_nor_a_try(make):
    scene = make(lambda _: reply(429, "wait", Retry_After="30"))
    scene.visit("/warm")  # robots are read
    scene.keeper.gates[scene.site.host]._ready = scene.keeper.gates[scene.site.host]._rests_until = 0.0
    scene.keeper.away = Retryable("the store is away")
    assert scene.visit().status == 429  # what came of it is kept, and written later
    scene.keeper.gates.clear()
    assert scene.visit().brought is Brought.NOTHING  # new robots can't be kept: later


def test_a_fault_of_ours_is_a_failed_try(make):
    scene = make(lambda _: reply(200, HTML))
    visit = scene.visitor.broken(replace(PAGE, url=scene.site.url()), scene.portal, KeyError("ours"))
    assert (visit.brought, visit.detail) == (Brought.ERROR, "KeyError: 'ours'")
    assert seconds_until(visit.due_at) > 20


@pytest.mark.parametrize(
    ("age", "edits", "expected"),
    [(0, 0, 1200), (1800, 0, 7200 - 1800), (1800, 50, 1200 * 6 ** (1 / 3) - 1800), (8 * 86400, 0, None)],
)
def test_the_next_visit_follows_the_ladder_from_discovery(make, age, edits, expected):
    scene = make(lambda _: reply(200, HTML))
    portal = KnownPortal(scene.portal.id, scene.portal.value, edits, 400)
    visit = scene.visit(portal=portal, discovered_at=datetime.now(UTC) - timedelta(seconds=age))
    if expected is None:
        assert visit.due_at is None
    else:
        assert seconds_until(visit.due_at) == pytest.approx(expected, abs=10)
