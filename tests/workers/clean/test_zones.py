from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage.domain import PageContext
from workers.clean import zones


def context(timezone: str | None = None, country: str | None = None) -> PageContext:
    address = "https://paper.example/a"
    return PageContext(address, address, datetime(2026, 11, 24, tzinfo=UTC), timezone=timezone, country=country)


def test_the_portals_zone_goes_before_the_countrys_and_utc_is_last() -> None:
    assert zones.of_page(context("Asia/Tokyo", "DE")) == zones.Zone(ZoneInfo("Asia/Tokyo"), "portal")
    assert zones.of_page(context(None, "de")) == zones.Zone(ZoneInfo("Europe/Berlin"), "country")
    assert zones.of_page(context("No/Such", "US")) == zones.Zone(ZoneInfo("America/New_York"), "country")
    assert zones.of_page(context("../etc", "??")) == zones.ASSUMED


@pytest.mark.parametrize(
    ("text", "portal", "hours"),
    [
        ("+05:30", "UTC", 5.5),
        (" (GMT+3)", "UTC", 3),
        (" UTC−4", "UTC", -4),
        (" EST", "UTC", -5),
        (" IST", "Europe/Dublin", 1),
        (" IST", "UTC", 5.5),
        (" CST", "Asia/Shanghai", 8),
        (" CST", "America/New_York", -6),
        (" PT", "UTC", -7),
    ],
)
def test_written_zones(text: str, portal: str, hours: float) -> None:
    summer = datetime(2026, 7, 1, 12)  # noqa: DTZ001 - a local time is meant
    zone = zones.written(text, 0, summer, ZoneInfo(portal))
    assert zone is not None
    assert summer.replace(tzinfo=zone[0]).utcoffset() == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["", " Updated", " READ MORE", "-2026", "+99:00", " A"])
def test_what_is_no_zone(text: str) -> None:
    assert zones.written(text, 0, datetime(2026, 7, 1), UTC) is None  # noqa: DTZ001 - a local time is meant
