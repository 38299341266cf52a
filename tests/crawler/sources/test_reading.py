"""Times and texts of feeds"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sources import reading

TOKYO = ZoneInfo("Asia/Tokyo")


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-20T12:00:00Z", 12),
        ("2026-11-20T12:00:00+02:00", 10),
        ("2026-11-20 12:00:00", 3),
        ("Fri, 20 Nov 2026 12:00:00 GMT", 12),
        ("Fri, 20 Nov 2026 12:00:00", 3),
        ("Fri, 20 Nov 2026 12:00:00 -0500", 17),
        ("Nov 20, 2026 12:00", 3),
    ],
)
def test_times(text, hour):
    assert reading.time(text, TOKYO) == datetime(2026, 11, 20, hour, tzinfo=UTC)


@pytest.mark.parametrize("text", [None, "", "yesterday", "0000-00-00", "9" * 200, "1234"])
def test_no_times(text):
    assert reading.time(text, TOKYO) is None


@given(st.text(max_size=60))
def test_no_text_raises(text):
    found = reading.time(text, TOKYO)
    assert found is None or found.tzinfo is not None
    plain = reading.text(text)
    assert plain is None or plain == plain.strip()
