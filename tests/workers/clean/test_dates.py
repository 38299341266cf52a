import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.domain import Moment, Precision
from workers.clean.dates import Locale, find, places, read
from workers.clean.zones import Zone

NOW = datetime(2026, 11, 24, 18, tzinfo=UTC)
BERLIN = Zone(ZoneInfo("Europe/Berlin"), "portal")
FORMS = Path(__file__).parents[2] / "cases" / "dates" / "forms.tsv"


def forms() -> list[dict[str, str]]:
    with FORMS.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def shown(moment: Moment | None) -> str:
    if moment is None:
        return "none"
    if moment.precision is Precision.DAY:
        return f"{moment.at:%Y-%m-%d} day"
    return f"{moment.at:%Y-%m-%dT%H:%M:%S} {moment.precision} {moment.zone_source}"


@pytest.mark.parametrize("form", forms(), ids=lambda form: form["text"])
def test_each_form_is_read(form: dict[str, str]) -> None:
    assert shown(read(form["text"], Locale(NOW, BERLIN, form["language"]))) == form["expected"]


def test_order_of_day_and_month_is_the_locales_unless_it_would_lie_ahead() -> None:
    assert shown(read("3/4/2026", Locale(NOW, is_day_first=True))) == "2026-04-03 day"
    assert shown(read("3/4/2026", Locale(NOW, is_day_first=False))) == "2026-03-04 day"
    assert shown(read("03/12/2026", Locale(NOW, is_day_first=True))) == "2026-03-12 day"
    assert shown(read("3.4.2026", Locale(NOW, is_day_first=False))) == "2026-04-03 day"


def test_every_date_of_a_line_is_found_with_its_own_time() -> None:
    line = "Published 3 Nov 2026, 14:05 | Updated 4 Nov 2026 09:30 GMT | Copyright 2026"
    found = find(line, Locale(NOW, BERLIN))
    assert [shown(each.moment) for each in found] == [
        "2026-11-03T13:05:00 minute portal",
        "2026-11-04T09:30:00 minute offset",
    ]
    next_to = find("14:05, 3 Nov 2026 | 10:00, 4 Nov 2026", Locale(NOW, BERLIN))
    assert [shown(each.moment)[:16] for each in next_to] == ["2026-11-03T13:05", "2026-11-04T09:00"]
    assert line[found[0].start : found[0].end] == "3 Nov 2026, 14:05"


def test_the_time_as_written_can_be_restored() -> None:
    moment = read("2026-11-03T00:30:00+02:00", Locale(NOW))
    assert moment is not None
    assert moment.offset_minutes == 120
    assert f"{moment.at + timedelta(minutes=120):%Y-%m-%d %H:%M}" == "2026-11-03 00:30"


@given(st.text(max_size=120))
def test_no_text_raises_and_every_moment_is_utc(text: str) -> None:
    for moment in [read(text, Locale(NOW, BERLIN)), *(each.moment for each in find(text, Locale(NOW)))]:
        assert moment is None or moment.at.utcoffset() == timedelta(0)


@given(st.from_regex(r"\A[\d:./ T+\-Z,年月日pma]{1,40}\Z"))
def test_no_jumble_of_digits_and_marks_raises(text: str) -> None:
    moment = read(text, Locale(NOW, BERLIN))
    assert moment is None or moment.at.utcoffset() == timedelta(0)


@given(
    st.datetimes(datetime(1990, 1, 1), datetime(2069, 12, 31)),  # noqa: DTZ001 - local times are meant
    st.sampled_from(["%Y-%m-%dT%H:%M:%S", "%d %B %Y %H:%M:%S", "%B %d, %Y, %H:%M:%S", "%d.%m.%Y %H:%M:%S"]),
)
def test_what_was_written_is_read_back(local: datetime, form: str) -> None:
    local = local.replace(microsecond=0)
    moment = read(local.strftime(form), Locale(NOW))
    assert moment is not None
    assert moment.at == local.replace(tzinfo=UTC)


def test_a_line_tells_where_its_dates_stand_whatever_they_are() -> None:
    line = "Ada Quill · 3 Nov 2026, 14:05 · updated 2099-01-02"
    assert [line[start:end] for start, end in places(line)] == ["3 Nov 2026, 14:05", "2099-01-02"]
    assert places("Ada Quill · 20 000 readers") == ()
