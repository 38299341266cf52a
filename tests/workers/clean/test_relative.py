from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.domain import Moment
from workers.clean import relative
from workers.clean.dates import Locale
from workers.clean.zones import Zone

NOON = Locale(datetime(2026, 11, 24, 12, tzinfo=UTC), Zone(ZoneInfo("Europe/Berlin"), "portal"))


def shown(moment: Moment | None) -> str:
    return f"{moment.at:%Y-%m-%d %H:%M} {moment.precision}" if moment else "none"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("12 minutes ago", "2026-11-24 11:48 minute"),
        ("Published 12 min ago", "2026-11-24 11:48 minute"),
        ("vor 12 Minuten", "2026-11-24 11:48 minute"),
        ("hace 12 minutos", "2026-11-24 11:48 minute"),
        ("il y a une heure", "2026-11-24 00:00 day"),
        ("12 минут назад", "2026-11-24 11:48 minute"),
        ("12分前", "2026-11-24 11:48 minute"),
        ("12 분 전", "2026-11-24 11:48 minute"),
        ("منذ 12 دقائق", "2026-11-24 11:48 minute"),
        ("3 hours ago", "2026-11-24 00:00 day"),
        ("2 days ago", "2026-11-22 00:00 day"),
        ("13 hours ago", "none"),
        ("Today, 9:05", "2026-11-24 08:05 minute"),
        ("heute um 9.05 Uhr", "2026-11-24 08:05 minute"),
        ("Вчера, 14:05", "2026-11-23 13:05 minute"),
        ("3 ноября, 14:05", "2026-11-03 13:05 minute"),
        ("Nov 3, 2:05 p.m.", "2026-11-03 13:05 minute"),
        ("11月3日 14:05", "2026-11-03 13:05 minute"),
        ("3 de diciembre, 14:05h", "2025-12-03 13:05 minute"),
        ("3 November", "none"),
        ("31 February, 14:05", "none"),
        ("gestern", "none"),
        ("The ferry left two hours ago and has not been seen since, harbour officials said", "none"),
        ("5 min read", "none"),
        ("for 5 years", "none"),
        ("3 comments", "none"),
        ("", "none"),
    ],
)
def test_lines(line: str, expected: str) -> None:
    assert shown(relative.read(line, NOON)) == expected


@given(st.text(max_size=80))
def test_no_line_raises_and_nothing_lies_ahead(line: str) -> None:
    moment = relative.read(line, NOON)
    assert moment is None or moment.at <= datetime(2026, 11, 25, tzinfo=UTC)
