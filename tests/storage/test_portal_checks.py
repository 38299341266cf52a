"""Single values of a portals file"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage import portal_checks as checks


@pytest.mark.parametrize(
    ("text", "seconds"), [("90s", 90), ("15m", 900), ("1h30m", 5400), ("7d", 604800), ("0.5h", 1800)]
)
def test_durations(text, seconds):
    assert checks.seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "15", "15 minutes", "-1h", "1h-"])
def test_no_durations(text):
    with pytest.raises(ValueError, match="duration"):
        checks.seconds(text)


@pytest.mark.parametrize("value", ["http://127.0.0.10:8080/", "https://例え.jp/", "http://[::1]:80/x"])
def test_addresses(value):
    assert checks.address(value) == value


@given(
    st.text(max_size=60), st.sampled_from(["address", "host", "language", "country", "timezone", "schedule", "proxy"])
)
def test_a_check_returns_or_explains(value, name):
    try:
        getattr(checks, name)(value)
    except ValueError as error:
        assert str(error)
