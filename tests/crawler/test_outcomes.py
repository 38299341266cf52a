"""What an answer is worth"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler import outcomes
from storage.config import Config
from storage.domain import RejectionReason
from storage.repositories.fetches import Brought

HTML = b"<!doctype html><html><head><title>t</title></head><body><p>text</p></body></html>"
PLAIN = {"content-type": "text/html; charset=utf-8"}


def judge(status=200, headers=PLAIN, body=HTML, old=None, wishes=None):
    return outcomes.judge(status, headers, body, old, wishes or Config())


def test_bytes_then_unchanged():
    first = judge()
    assert first.brought is Brought.BYTES
    assert judge(old=first.digest).brought is Brought.UNCHANGED
    assert judge(304, {}, b"").brought is Brought.UNCHANGED


@pytest.mark.parametrize(
    ("status", "brought", "reason"),
    [
        (404, Brought.REJECTION, RejectionReason.GONE),
        (410, Brought.REJECTION, RejectionReason.GONE),
        (403, Brought.REJECTION, RejectionReason.LOGIN),
        (400, Brought.REJECTION, RejectionReason.BAD_ADDRESS),
        (429, Brought.NOTHING, None),
        (500, Brought.ERROR, None),
        (503, Brought.ERROR, None),
        (204, Brought.ERROR, None),
    ],
)
def test_statuses(status, brought, reason):
    found = judge(status)
    assert (found.brought, found.reason) == (brought, reason)


@pytest.mark.parametrize(
    ("headers", "body", "reason"),
    [
        (PLAIN, b"  \n", RejectionReason.EMPTY),
        ({"content-type": "application/pdf"}, b"%PDF-1.7", RejectionReason.NOT_HTML),
        (PLAIN, b"%PDF-1.7 \x00\x01\x02", RejectionReason.NOT_HTML),
        ({"content-type": "image/png"}, HTML, RejectionReason.NOT_HTML),
        ({"content-type": "application/json"}, b'{"a": 1}', RejectionReason.NOT_HTML),
        ({}, b"just words", RejectionReason.NOT_HTML),
    ],
)
def test_what_is_no_page(headers, body, reason):
    assert judge(headers=headers, body=body).reason is reason


@pytest.mark.parametrize("headers", [{}, {"content-type": "text/plain"}, {"content-type": "TEXT/HTML"}])
def test_html_that_is_called_otherwise(headers):
    assert judge(headers=headers).brought is Brought.BYTES


def test_utf16_is_text():
    assert judge(body="<html><body>wide</body></html>".encode("utf-16")).brought is Brought.BYTES


def test_wishes_are_recorded_and_obeyed_by_setting():
    body = b"<html><meta name='robots' content='noindex, noarchive'><meta name=tdm-reservation content=1>" + HTML
    found = judge(headers={**PLAIN, "x-robots-tag": "nosnippet"}, body=body)
    assert found.directives == ("noarchive", "noindex", "nosnippet", "tdm-reservation")
    assert found.brought is Brought.BYTES
    for setting in ("obey_noindex", "obey_noarchive", "obey_tdm_reservation"):
        refused = judge(body=body, wishes=Config(**{setting: True}))
        assert refused.reason is RejectionReason.OPTED_OUT


@given(
    st.integers(100, 599),
    st.dictionaries(st.sampled_from(outcomes.KEPT_HEADERS), st.text(max_size=30)),
    st.binary(max_size=200),
)
def test_no_answer_raises(status, headers, body):
    found = judge(status, headers, body)
    assert (found.reason is not None) == (found.brought is Brought.REJECTION)
