"""Pages that hang, swell and crash are rejections, and harm no other page"""

import json
import os
import signal
import time
from datetime import UTC, datetime

import psutil
import pytest

from storage import archive
from storage.domain import CleanedArticle, Entry, PageContext, Rejection, RejectionReason
from storage.errors import Retryable
from workers.clean.keeper import Keeper, Limits
from workers.clean.parcel import Order

READER = "tests.workers.clean.poison:Reader"


def order(text, **words):
    context = PageContext(
        url="https://a.example/1",
        final_url="https://a.example/1",
        fetched_at=datetime(2026, 11, 20, tzinfo=UTC),
        **words,
    )
    return Order(context, archive.pack(text if isinstance(text, bytes) else text.encode()))


@pytest.fixture(scope="module")
def keeper():
    found = Keeper(Limits(seconds=0.4, megabytes=150, bytes=100_000), READER)
    yield found
    found.close()


def assert_healthy(keeper):
    assert keeper.read(order("ok Title\nBody")) == keeper.read(order("ok Title\nBody"))
    assert keeper.read(order("ok Title\nBody")).body == "Body"


def test_one_child_reads_page_after_page(keeper):
    assert_healthy(keeper)
    starts = keeper.starts
    for number in range(20):
        assert keeper.read(order(f"ok Title {number}\nBody")).title == f"Title {number}"
    assert keeper.starts == starts


@pytest.mark.parametrize(
    ("act", "reason", "detail"),
    [
        ("spin", RejectionReason.TIME_LIMIT, "not read after"),
        ("sleep", RejectionReason.TIME_LIMIT, "not read after"),
        ("swell", RejectionReason.MEMORY_LIMIT, "memory"),
        ("abort", RejectionReason.UNREADABLE, "SIGABRT"),
        ("exit", RejectionReason.UNREADABLE, "code 0"),
        ("kill", RejectionReason.MEMORY_LIMIT, "killed"),
        ("raise", RejectionReason.UNREADABLE, "a parser's own mistake"),
        ("recurse", RejectionReason.UNREADABLE, "nested too deeply"),
    ],
)
def test_poison_is_a_rejection(keeper, act, reason, detail):
    result = keeper.read(order(f"{act} x"))
    assert isinstance(result, Rejection)
    assert result.reason is reason
    assert detail in result.detail
    assert_healthy(keeper)


def test_one_that_dies_holding_memory(keeper):
    """The watch and the system may both be first."""
    result = keeper.read(order("hold x"))
    assert isinstance(result, Rejection)
    assert result.reason in (RejectionReason.UNREADABLE, RejectionReason.MEMORY_LIMIT)


def test_sizes_count_after_decompression(keeper):
    result = keeper.read(order(b"ok " + b"x" * 100_000))
    assert result == Rejection(RejectionReason.TOO_LARGE, "100,003 bytes")


def test_a_damaged_record_is_unreadable(keeper):
    damaged = Order(order("ok").context, b"no zstd")
    assert keeper.read(damaged).reason is RejectionReason.UNREADABLE


def test_the_context_arrives_as_it_was(keeper):
    entry = Entry("https://a.example/1", title="T", published_at=datetime(2026, 1, 2, tzinfo=UTC), authors=("A", "B"))
    given = order("echo", entry=entry, selectors={"title": "h1"}, portal="a\udc80")
    echoed = keeper.read(given).body
    assert "datetime.datetime(2026, 1, 2, 0, 0, tzinfo=" in echoed
    assert "('A', 'B')" in echoed
    assert "{'title': 'h1'}" in echoed
    assert "a\ufffd" in echoed


def test_a_child_that_somebody_kills_costs_no_page(keeper):
    assert_healthy(keeper)
    psutil.Process(keeper._process.pid).kill()
    assert isinstance(keeper.read(order("ok Title\nBody")), CleanedArticle)


def test_a_child_ignores_signals_to_the_group(keeper):
    assert_healthy(keeper)
    starts = keeper.starts
    for number in (signal.SIGTERM, signal.SIGINT):
        os.kill(keeper._process.pid, number)
    time.sleep(0.1)
    assert_healthy(keeper)
    assert keeper.starts == starts


def test_ticks_while_a_page_is_read(keeper):
    ticks = []
    keeper.read(order("sleep"), lambda: ticks.append(1))
    assert len(ticks) >= 3


def test_a_child_ends_when_its_pipe_closes():
    keeper = Keeper(Limits(1, 150, 1000), READER)
    assert_healthy(keeper)
    child = psutil.Process(keeper._process.pid)
    keeper._pipe.close()
    assert child.wait(5) == 0
    keeper._pipe = None
    keeper.close()


def test_a_reader_that_cannot_be_loaded_is_said(capfd):
    with pytest.raises(Retryable, match="did not start"):
        Keeper(Limits(1, 150, 1000), "workers.clean.nothing:read").read(order("ok"))
    assert "No module named 'workers.clean.nothing'" in capfd.readouterr().err


def test_habits_go_in_and_come_out(keeper):
    child = keeper.remember("p", '{"articles": 7}')
    keeper.read(order("ok Title\nBody", portal="p"))
    assert json.loads(keeper.habits("p"))["articles"] == 8
    assert keeper.known("p") == 1
    assert child == keeper.starts


def test_habits_that_break_the_child_cost_nothing_else(keeper):
    assert keeper.remember("p", "no json") == -1
    assert_healthy(keeper)
