"""The reader of the cleaning child, in this process and in a child"""

from datetime import UTC, datetime

import pytest

from storage import archive
from storage.domain import CleanedArticle, PageContext, Rejection, RejectionReason
from workers.clean.keeper import Keeper, Limits
from workers.clean.parcel import Order
from workers.clean.reading import PortalReader

BOX = "Sign up for the morning letter and never miss a story from the valley again."
NAMES = ("harbour", "council", "museum", "railway", "orchard", "bridge", "hospital", "theatre")
OWN = """The {name} of Lower Tarn will close for {weeks} weeks in spring, the town said on Monday, because its roof \
has to be mended before the summer guests arrive.
Work on the {name} costs {millions} million crowns, half of which the region pays, said mayor Ada Brenn, who had asked \
for the money two years ago.
Shops beside the {name} fear for their trade. The baker said that he would rather have it done in winter, when hardly \
anybody comes by anyway."""


def page(number):
    """A page of one portal: its own story and a box that stands on each, in the middle of the text."""
    name = NAMES[number]
    own = OWN.format(name=name, weeks=number + 3, millions=number + 2).split("\n")
    text = "".join(f"<p>{line}</p>" for line in (own[0], BOX, own[1], own[2]))
    head = f"<title>The {name} closes - Tarn Courier</title>"
    return f"<html><head>{head}</head><body><article><h1>The {name} closes</h1>{text}</article></body></html>".encode()


def context(number, portal="tarn"):
    url = f"https://tarn.example/{NAMES[number]}-closes"
    return PageContext(
        url=url, final_url=url, fetched_at=datetime(2026, 11, 20, tzinfo=UTC), portal=portal, language="en"
    )


def test_what_stands_on_every_page_is_learnt_and_left_out():
    reader = PortalReader()
    results = [reader.read(page(i), context(i)) for i in range(8)]
    assert all(isinstance(result, CleanedArticle) for result in results)
    assert BOX in results[0].body
    assert BOX not in results[-1].body
    assert "theatre of Lower Tarn" in results[-1].body


def test_habits_are_carried_to_another_reader():
    one, other = PortalReader(), PortalReader()
    for number in range(7):
        one.read(page(number), context(number))
    other.remember("tarn", one.habits("tarn"))
    assert other.habits("tarn") == one.habits("tarn")
    assert BOX not in other.read(page(7), context(7)).body
    assert BOX in PortalReader().read(page(7), context(7)).body


def test_how_many_habits_are_known_is_told_without_them():
    reader = PortalReader()
    counts = []
    for number in range(7):
        reader.read(page(number), context(number))
        counts.append(reader.known("tarn"))
    assert counts == [0, 0, 0, 1, 1, 1, 1]


def test_a_page_of_no_portal_teaches_nothing():
    reader = PortalReader()
    reader.read(page(0), context(0, portal=None))
    assert reader.habits("tarn") == PortalReader().habits("tarn")


@pytest.fixture(scope="module")
def keeper():
    found = Keeper(Limits(seconds=20, megabytes=400, bytes=10_000_000))
    yield found
    found.close()


def test_a_child_reads_as_this_process_does(keeper):
    reader = PortalReader()
    for number in range(8):
        order = Order(context(number), archive.pack(page(number)))
        assert keeper.read(order) == reader.read(page(number), context(number))
    assert keeper.starts == 1
    assert keeper.habits("tarn") == reader.habits("tarn")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00" * 10_000,
        b"<div>" * 3_000,
        b"<p>" + b"\xff\xfe\xed\xa0\x80" * 5000,
        b"<html><body>" + b"<a href='x'>y</a>" * 50_000,
        b"&#0;&#xD800;&#x10FFFF;" * 10_000,
    ],
    ids=["empty", "nul", "deep", "no charset", "links", "references"],
)
def test_hostile_bytes_are_read_within_limits(keeper, body):
    result = keeper.read(Order(context(0), archive.pack(body)))
    if isinstance(result, Rejection):
        assert result.reason not in (RejectionReason.TIME_LIMIT, RejectionReason.MEMORY_LIMIT), result.detail
