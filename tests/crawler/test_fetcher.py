"""One request over loopback: what comes back, what is refused, and how errors are called"""

import gzip
import socket
from datetime import timedelta

import pytest

from crawler import guard
from crawler.fetcher import Answer, Ask, Fetcher, HungUpError, TransportError, TruncatedError
from crawler.gates import EarlyError, Gate, LostError, Pace
from storage.config import Config
from storage.domain import RejectionReason
from storage.errors import Rejected
from storage.portals import Portal
from storage.repositories.hosts import ClaimedHost
from tests.crawler.loopback import reply, serving

CONFIG = Config(allow_addresses="127.0.0.0/8", page_seconds=1.5, page_bytes=20_000)
HOST = ClaimedHost(1, "a.example", 1, None, None, 0, None, None, None)
LONG = b"<p>many words</p>" * 2000  # more than a page may have


def answers(request):
    path = request.path
    return {
        "/page": lambda: reply(200, "<p>page</p>", ETag='"1"', X_Robots_Tag="noindex"),
        "/gzip": lambda: reply(200, gzip.compress(b"<p>page</p>"), Content_Encoding="gzip"),
        "/bomb": lambda: reply(200, gzip.compress(LONG), Content_Encoding="gzip"),
        "/half-gzip": lambda: reply(200, gzip.compress(LONG[:9000])[:-9], Content_Encoding="gzip"),
        "/large": lambda: reply(200, LONG),
        "/endless": lambda: reply(200, LONG, Content_Length="", Connection="close"),
        "/cut": lambda: reply(200, "<p>pa", Content_Length="5000", Connection="close"),
        "/slow": lambda: reply(200, "<p>pa", Content_Length="5000"),
        "/nothing": lambda: None,
        "/noise": lambda: b"\x00\xff no HTTP at all\r\n\r\n",
        "/moved": lambda: reply(301, "moved", Location="/page"),
        "/moved-and-cut": lambda: reply(302, "mo", Location="/page", Content_Length="5000", Connection="close"),
        "/moved-and-large": lambda: reply(302, LONG, Location="/page"),
        "/gone-and-cut": lambda: reply(404, "go", Content_Length="5000", Connection="close"),
        "/busy": lambda: reply(429, "wait", Retry_After="7"),
        "/busy-and-slow": lambda: reply(429, "wa", Retry_After="7", Content_Length="5000"),
        "/busy-and-large": lambda: reply(503, LONG, Retry_After="7"),
        "/busy-and-broken": lambda: reply(429, gzip.compress(LONG)[:30], Retry_After="7", Content_Encoding="gzip"),
    }[path]()


class Scene:
    def __init__(self, engine, site, fetcher):
        self.engine, self.site, self.fetcher = engine, site, fetcher
        self.heard = []
        self.gate = self.make_gate()

    def make_gate(self, **host):
        return Gate(HOST, Pace(2, host.get("delay", 0.0)), None, host.get("lease", 60.0))

    def get(self, path, gate=None, **words):
        """The answer, or the error."""
        url = path if "//" in path else self.site.url(path)

        async def scene():
            try:
                return await self.fetcher.get(Ask(url, **words), gate or self.gate, self.hear)
            except (Rejected, TransportError, EarlyError, LostError) as error:
                return error

        return self.engine.run(scene())

    def hear(self, gate, status, headers):
        self.heard.append((gate, status, headers.get("retry-after")))


@pytest.fixture(scope="module")
def shared(engine):
    with serving(answers) as site, engine.crawler(CONFIG) as crawler:
        yield engine, site, Fetcher(crawler, CONFIG)


@pytest.fixture
def scene(shared):
    _, site, _ = shared
    site.requests.clear()
    return Scene(*shared)


def test_an_answer(scene):
    found = scene.get("/page")
    assert isinstance(found, Answer)
    assert (found.status, found.body, found.url) == (200, b"<p>page</p>", scene.site.url("/page"))
    assert (found.headers["etag"], found.headers["x-robots-tag"]) == ('"1"', "noindex")
    assert 0 < found.seconds < 5
    assert scene.heard == [(scene.gate, 200, None)]


def test_redirects_are_not_followed_here(scene):
    for path in ("/moved", "/moved-and-cut", "/moved-and-large"):
        found = scene.get(path)
        assert found.location == "/page", path
    assert scene.site.paths() == ["/moved", "/moved-and-cut", "/moved-and-large"]


def test_compressed_bodies_are_unpacked(scene):
    assert scene.get("/gzip").body == b"<p>page</p>"


@pytest.mark.parametrize("path", ["/bomb", "/large", "/endless"])
def test_too_large(scene, path):
    found = scene.get(path)
    assert isinstance(found, Rejected)
    assert found.reason is RejectionReason.TOO_LARGE


@pytest.mark.parametrize("path", ["/cut", "/half-gzip"])
def test_half_a_body_is_no_page(scene, path):
    assert isinstance(scene.get(path), TruncatedError)


@pytest.mark.parametrize("path", ["/slow", "/nothing", "/noise"])
def test_what_may_work_the_next_time(scene, path):
    found = scene.get(path)
    assert isinstance(found, TransportError)
    assert not isinstance(found, TruncatedError)
    assert str(found)


def test_nobody_listens_there(scene):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = scene.get(f"http://127.0.0.1:{port}/")
    assert "Refused" in str(found)


def test_a_name_that_nobody_has(scene):
    assert "name of the host was not found" in str(scene.get("http://nowhere.invalid/"))


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://169.254.169.254/latest", "http://[::1]/", "http://0x0a.1/"]
)
def test_unsafe_addresses_are_refused_without_a_request(scene, url):
    found = scene.get(url)
    assert isinstance(found, Rejected)
    assert found.reason is RejectionReason.PRIVATE_ADDRESS


@pytest.mark.parametrize("address", ["10.0.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0"])
def test_a_name_that_leads_to_an_unsafe_address(scene, monkeypatch, address):
    """Nothing in the URL gives it away; what it resolves to does."""
    monkeypatch.setattr(socket, "gethostbyname", lambda _name: address)
    found = scene.get(f"http://leads-to-{address}.example/")
    assert isinstance(found, Rejected)
    assert found.reason is RejectionReason.PRIVATE_ADDRESS
    assert address in found.detail


def test_a_name_s_address_is_looked_up_again_after_a_while(scene, monkeypatch):
    """A portal that moves to another server isn't followed to the old one until the next restart."""
    asked, clock = [], [1000.0]
    monkeypatch.setattr(guard, "monotonic", lambda: clock[0])
    monkeypatch.setattr(socket, "gethostbyname", lambda name: asked.append(name) or "127.0.0.1")
    url = f"http://moves.example:{scene.site.port}/gone-and-cut"  # which ends its connection
    for seconds in (0, 1, guard.FRESH_SECONDS + 1):
        clock[0] += seconds
        assert scene.get(url).status == 404
    assert asked == ["moves.example"] * 2


@pytest.mark.parametrize("path", ["/busy", "/busy-and-slow", "/busy-and-large", "/busy-and-broken"])
def test_a_refusal_is_heard_however_its_body_fares(scene, path):
    found = scene.get(path)
    assert (found.status, found.headers["retry-after"]) in ((429, "7"), (503, "7"))
    assert scene.heard == [(scene.gate, found.status, "7")]
    assert found.seconds < CONFIG.page_seconds


def test_gone_is_gone_however_its_body_fares(scene):
    assert scene.get("/gone-and-cut").status == 404


def test_a_turn_that_is_over_before_the_connection_stands(scene):
    """A parallel request was refused meanwhile: this one was let through the gate, and must not be sent."""
    scene.gate.rest(timedelta(seconds=30))
    assert isinstance(scene.get("/page"), EarlyError)
    assert scene.site.paths() == []
    assert scene.heard == []


def test_requests_that_connections_bring_together_are_kept_apart(scene):
    """Two turns a delay apart: the first's connection took longer, and both would reach the host at once."""
    gate = scene.make_gate(delay=5.0)
    assert isinstance(scene.get("/page", gate), Answer)
    assert isinstance(scene.get("/page", gate), EarlyError)
    assert len(scene.site.paths()) == 1


def test_a_lease_that_ends_before_the_connection_stands(scene):
    assert isinstance(scene.get("/page", scene.make_gate(lease=-1.0)), LostError)
    assert scene.site.paths() == []


def test_an_old_connection_that_is_hung_up_on_is_told_from_a_new_one(scene):
    scene.get("/nothing")
    assert type(scene.get("/nothing")) is TransportError
    scene.get("/page")
    assert isinstance(scene.get("/nothing"), HungUpError)
    assert scene.site.paths() == ["/nothing", "/nothing", "/page", "/nothing"]


def test_only_the_head_of_a_robots_file_is_read(scene):
    found = scene.get("/endless", head_bytes=1000)
    assert len(found.body) == 1000
    assert LONG.startswith(found.body)
    assert scene.get("/bomb", head_bytes=1000).body == LONG[:1000]


def test_a_portal_s_own_headers(scene):
    portal = Portal.model_validate(
        {"id": "a", "home": "https://a.example/", "user_agent": "Visitor/1", "headers": {"X-Key": "k", "Accept": "a/b"}}
    )
    scene.get("/page", portal=portal, headers={"If-None-Match": '"1"'})
    headers = scene.site.requests[0].headers
    assert (headers["user-agent"], headers["x-key"], headers["accept"]) == ("Visitor/1", "k", "a/b")
    assert headers["if-none-match"] == '"1"'


def test_a_portal_s_proxy_is_asked_instead(scene, engine):
    with serving(lambda r: reply(200, f"through {r.path}")) as proxy:
        portal = Portal.model_validate({"id": "a", "home": "https://a.example/", "proxy": f"http://{proxy.host}"})
        found = scene.get("/page", portal=portal)
    assert found.body.decode() == f"through {scene.site.url('/page')}"
    assert scene.site.paths() == []
