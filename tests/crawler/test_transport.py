"""What a watch hears and may stop, on real connections"""

import asyncio
import time
from contextlib import contextmanager

import pytest
from scrapy import Request

from crawler.transport import MARK, WATCH
from storage.config import Config
from tests.crawler.loopback import reply, serving

CONFIG = Config(allow_addresses="127.0.0.0/8", page_seconds=5.0)


class Diary:
    def __init__(self, objection=None):
        self.objection = objection
        self.left, self.gone, self.arrived = [], [], []

    def leaves(self, is_reused):
        if self.objection:
            raise self.objection
        self.left.append(is_reused)

    def has_left(self):
        self.gone.append(time.monotonic())

    def arrives(self, status, headers):
        self.arrived.append((status, headers))


@contextmanager
def asking(engine, answer):
    """A site, and a function that asks it with a watch: the response's status, or the error."""
    with serving(answer) as site, engine.crawler(CONFIG) as crawler:

        async def download(path, watch):
            request = Request(site.url(path), meta={WATCH: watch} if watch else {}, dont_filter=True)
            try:
                return (await crawler.engine.download_async(request)).status
            except Exception as error:  # noqa: BLE001 - it is the result
                return error

        yield site, lambda path, watch: engine.run(download(path, watch)), download


def test_a_watch_hears_of_each_request_and_status(engine):
    with asking(engine, lambda _: reply(404, "gone", Retry_After="3")) as (site, ask, _):
        diary = Diary()
        assert [ask("/a", diary), ask("/b", diary)] == [404, 404]
    assert diary.left == [False, True]  # the second went over the connection of the first
    assert [status for status, _ in diary.arrived] == [404, 404]
    assert diary.arrived[0][1]["retry-after"] == "3"
    assert MARK.decode().lower() not in site.requests[0].headers


def test_a_request_has_left_when_it_is_out_however_long_the_loop_is_held(engine):
    class Held(Diary):
        def leaves(self, is_reused):
            super().leaves(is_reused)
            asyncio.get_running_loop().call_soon(time.sleep, 0.3)

    came = []
    with asking(engine, lambda _: came.append(time.monotonic()) or reply(200, "page")) as (_, ask, _download):
        diary = Held()
        assert [ask("/a", diary), ask("/b", diary)] == [200, 200]  # on a new connection and on an old one
    assert [abs(gone - at) < 0.1 for gone, at in zip(diary.gone, came, strict=True)] == [True, True]


def test_without_a_watch_it_is_scrapys_handler(engine):
    with asking(engine, lambda _: reply(200, "page")) as (_, ask, _download):
        assert ask("/", None) == 200


def test_what_a_watch_objects_to_is_never_sent(engine):
    with asking(engine, lambda _: reply(200, "page")) as (site, ask, _):
        objection = LookupError("not now")
        assert ask("/a", Diary(objection)) is objection  # on a new connection
        assert ask("/b", Diary()) == 200
        assert ask("/c", Diary(objection)) is objection  # on an old one
        assert ask("/d", Diary()) == 200
        assert site.paths() == ["/b", "/d"]


def test_the_status_is_told_before_the_body_has_come(engine):
    with asking(engine, lambda _: reply(200, "a beginning", Content_Length="5000")) as (_, _ask, download):
        diary = Diary()

        async def scene():
            task = asyncio.ensure_future(download("/", diary))
            while not diary.arrived:
                await asyncio.sleep(0.01)
            is_under_way = not task.done()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return is_under_way

        assert engine.run(scene())


@pytest.mark.parametrize("path", ["/drop", "/first"])
def test_nothing_is_sent_twice(engine, path):
    """Twisted would send a request again at once when an old connection is closed instead of answered."""
    with asking(engine, lambda r: None if r.path == "/drop" else reply(200, "page")) as (site, ask, _):
        assert ask("/first", Diary()) == 200
        ask(path, Diary())
        assert site.paths() == ["/first", path]


def test_watches_are_told_apart(engine):
    def answer(request):
        return reply(200 + int(request.path[1:]), "page")

    with asking(engine, answer) as (_, _ask, download):
        diaries = [Diary() for _ in range(20)]

        async def scene():
            return await asyncio.gather(*(download(f"/{n}", diary) for n, diary in enumerate(diaries)))

        assert engine.run(scene()) == [200 + n for n in range(20)]
    assert [[status for status, _ in d.arrived] for d in diaries] == [[200 + n] for n in range(20)]
