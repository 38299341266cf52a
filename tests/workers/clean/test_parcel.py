"""Whatever cleaning says arrives whole, but for what no database keeps"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.domain import (
    Block,
    BlockKind,
    CleanedArticle,
    Entry,
    Moment,
    PageContext,
    Precision,
    Provenance,
    Rejection,
    RejectionReason,
    SeedKind,
)
from workers.clean import parcel
from workers.clean.parcel import Order

TEXT = st.text(alphabet=st.characters(codec=None, categories=("L", "P", "Cs", "Cc", "Zs")))
NOW = datetime(2026, 11, 20, 12, 0, 5, tzinfo=UTC)


def article(title, body):
    return CleanedArticle(
        title=title,
        body=body,
        blocks=(Block(BlockKind.QUOTE, body),),
        language="en",
        authors=(title,),
        published=Moment(NOW, Precision.SECOND, "jsonld", "offset", 60),
        provenance={"title": Provenance("h1", 0.5)},
        reasons={"published": body},
    )


@given(TEXT, TEXT)
def test_an_article_arrives_with_storable_text(title, body):
    arrived = parcel.unpack_answer(parcel.pack_answer(article(title, body)))
    assert arrived == article(parcel.storable(title), parcel.storable(body))
    assert "\0" not in arrived.body
    arrived.body.encode()


@given(TEXT)
def test_storable_text_stays(text):
    once = parcel.storable(text)
    assert parcel.storable(once) == once
    once.encode()


@given(st.sampled_from(RejectionReason), TEXT)
def test_a_rejection_arrives(reason, detail):
    arrived = parcel.unpack_answer(parcel.pack_answer(Rejection(reason, detail)))
    assert arrived == Rejection(reason, parcel.storable(detail))


@given(TEXT, st.binary(max_size=200))
def test_an_order_arrives(text, record):
    context = PageContext(
        url="https://a.example/",
        final_url="https://a.example/",
        fetched_at=NOW,
        entry=Entry("https://a.example/", title=text, modified_at=NOW),
        entry_kind=SeedKind.FEED,
        selectors={"title": text},
    )
    arrived = parcel.unpack_order(parcel.pack_order(Order(context, record)))
    assert arrived.record == record
    assert arrived.context.entry == Entry("https://a.example/", title=parcel.storable(text), modified_at=NOW)
    assert arrived.context.entry_kind is SeedKind.FEED


def test_a_text_beyond_all_size_is_a_rejection():
    huge = article("t", "x" * parcel.LARGEST_ANSWER)
    assert parcel.unpack_answer(parcel.pack_answer(huge)).reason is RejectionReason.TOO_LARGE


@pytest.mark.parametrize("data", [b"", b"{}", b"null", b'{"article": null, "rejection": null}', b"\xff\xfe"])
def test_anything_else_is_refused(data):
    with pytest.raises(ValueError, match="no answer"):
        parcel.unpack_answer(data)
