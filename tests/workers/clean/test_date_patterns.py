"""What may be a date or time, with its parts, and numbers that are none"""

import re
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.clean.date_patterns import AFTERNOON, COMPACT, DATES, EPOCH, ISO, MORNING, TIME

MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2099, 12, 31))  # noqa: DTZ001 - no zone is read here


def parts(pattern: re.Pattern[str], text: str) -> dict[str, str] | None:
    """The named parts of the first match, those that are missing left out."""
    match = pattern.search(text)
    return {name: part for name, part in match.groupdict().items() if part is not None} if match else None


def dates(text: str) -> list[dict[str, str]]:
    """The parts of what each pattern finds."""
    return [found for pattern in DATES if (found := parts(pattern, text))]


@pytest.mark.parametrize(
    ("text", "day", "name", "year"),
    [
        ("3 November 2026", "3", "November", "2026"),
        ("3rd of November, 2026", "3", "November", "2026"),
        ("3. listopadu 2026", "3", "listopadu", "2026"),
        ("3 de noviembre de 2026", "3", "noviembre", "2026"),
        ("1er novembre 2026", "1", "novembre", "2026"),
        ("03-Nov-26", "03", "Nov", "26"),
        ("3 ноября 2026 г.", "3", "ноября", "2026"),
        ("November 3, 2026", "3", "November", "2026"),
        ("Nov. 3rd 2026", "3", "Nov.", "2026"),
        ("2026. november 3.", "3", "november", "2026"),
        ("2026 m. lapkričio 3 d.", "3", "lapkričio", "2026"),
        ("2026ko azaroaren 3a", "3", "azaroaren", "2026"),
    ],
)
def test_dates_with_the_name_of_a_month(text: str, day: str, name: str, year: str) -> None:
    assert {"day": day, "name": name, "year": year} in dates(text)


@pytest.mark.parametrize("text", ["2026-11-3", "2026/11/3", "2026年11月3日", "2026년 11월 3일", "2026. 11. 3."])
def test_dates_whose_year_comes_first(text: str) -> None:
    assert {"year": "2026", "month": "11", "day": "3"} in dates(f"on {text} we met")


@pytest.mark.parametrize(("text", "year"), [("3.11.2026", "2026"), ("3/11/26", "26"), ("3 tháng 11, 2026", "2026")])
def test_dates_in_numbers_leave_open_which_is_the_month(text: str, year: str) -> None:
    assert [
        (found["first"], found["second_part"], found["year"]) for found in dates(text) if "second_part" in found
    ] == [("3", "11", year)]


def test_a_date_as_the_c_library_prints_it() -> None:
    found = dates("Tue Nov 03 14:05:09 EST 2026")
    assert {
        "name": "Nov", "day": "03", "clock": "14:05:09", "hour": "14", "minute": "05", "second": "09", "zone": "EST",
        "year": "2026",
    } in found  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026",
        "call 555-01-2345-678",
        "version 1.2.3.4",
        "10:30:45",
        "3:2",
        "20 000 readers",
        "192.168.10.20",
        "12/2026",
    ],
)
def test_numbers_that_are_no_date(text: str) -> None:
    assert dates(text) == []


@pytest.mark.parametrize("text", ["7-2026-11-03", "1.2026-11-03", "12026-11-03", "2026-11-03-7", "2026-11-031"])
def test_a_date_of_machines_stands_alone(text: str) -> None:
    assert parts(ISO, text) is None


@pytest.mark.parametrize(
    ("text", "hour", "minute"),
    [
        ("14:05", "14", "05"),
        ("14h05", "14", "05"),
        ("14.05 Uhr", "14", None),
        ("8 Uhr", "8", None),
        ("2 pm", "2", None),
        ("14時5分", "14", "5"),
        ("下午2点05分", "2", "05"),
        ("24:00", "24", "00"),
    ],
)
def test_times(text: str, hour: str, minute: str | None) -> None:
    found = parts(TIME, f"at {text}, it rained") or {}
    assert (found.get("hour"), found.get("minute")) == (hour, minute)
    assert found.get("dotted") == ("05" if "." in text else None)


@pytest.mark.parametrize("text", ["", "14", "3.11.2026", "12/14:3", "25:99", "14 horses"])
def test_numbers_that_are_no_time(text: str) -> None:
    assert parts(TIME, text) is None


@pytest.mark.parametrize(
    ("text", "half"),
    [
        ("2 p.m.", AFTERNOON),
        ("2:05 am", MORNING),
        ("下午2:05", AFTERNOON),
        ("오전 2:05", MORNING),
        ("2:05 μ.μ.", AFTERNOON),
    ],
)
def test_the_half_of_the_day_stands_beside_the_time(text: str, half: re.Pattern[str]) -> None:
    found = parts(TIME, text) or {}
    mark = found.get("before") or found.get("after") or ""
    assert [bool(pattern.match(mark)) for pattern in (AFTERNOON, MORNING)] == [half is AFTERNOON, half is MORNING]


@given(MOMENTS, st.sampled_from(["T", " ", "_"]), st.sampled_from(["", "seen ", "("]))
def test_what_machines_write_is_taken_apart_as_it_was_put_together(at: datetime, mark: str, before: str) -> None:
    found = parts(ISO, f"{before}{at:%Y-%m-%d}{mark}{at:%H:%M:%S}.250Z") or {}
    fields = ("year", "month", "day", "hour", "minute", "second")
    expected = [getattr(at, field) for field in fields]
    assert [int(found[field]) for field in fields] == expected
    compact = parts(COMPACT, f"{at:%Y%m%dT%H%M%S}Z") or {}
    assert [int(compact[field]) for field in fields] == expected


@given(MOMENTS.filter(lambda at: at.year > 2001))
def test_seconds_and_milliseconds_since_1970(at: datetime) -> None:
    seconds = (at - datetime(1970, 1, 1)) // timedelta(seconds=1)  # noqa: DTZ001 - differences only
    for written in (f"{seconds}", f"{seconds}000", f"{seconds}.5"):
        match = EPOCH.fullmatch(written)
        assert match is not None
        assert int(match["seconds"]) == seconds
    assert EPOCH.fullmatch(f"{seconds}00") is None
