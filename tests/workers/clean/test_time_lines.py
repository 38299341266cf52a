import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workers.clean.pages import HEADLINE, page, signals
from workers.clean import time_claims, time_lines
from workers.clean.time_claims import Claim


def claims(html: str, **context: object) -> list[Claim]:
    seen = signals(html, **context)
    return list(time_lines.of_page(seen, seen.near(seen.headline_at(HEADLINE)), time_claims.locale_of(seen)))


def shown(claim: Claim) -> str:
    kind = "modified" if claim.is_modified else "stated" if claim.is_stated else "printed"
    return f"{claim.moment.at:%Y-%m-%d %H:%M} {claim.moment.source} {kind}"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("<p>Published 3 Nov 2026, 14:05</p>", ["2026-11-03 14:05 text stated"]),
        ("<b>Veröffentlicht</b><p>3. November 2026, 14:05</p>", ["2026-11-03 14:05 text stated"]),
        ("<p>3 Nov 2026, 14:05</p>", ["2026-11-03 14:05 text printed"]),
        ("<p>Обновлено: 3 ноября 2026, 14:05</p>", ["2026-11-03 14:05 text modified"]),
        (
            "<p>Publicado: 3 de noviembre de 2026 - 14:05 | Actualizado: 4 de noviembre de 2026</p>",
            ["2026-11-03 14:05 text stated", "2026-11-04 00:00 text modified"],
        ),
        ("<time datetime='2026-11-03T14:05Z'>3 weeks ago</time>", ["2026-11-03 14:05 time printed"]),
        (
            "<abbr class=published title='2026-11-03T14:05:00+01:00'>3 Nov 2026</abbr>",
            ["2026-11-03 13:05 time printed"],
        ),
        ("<span data-timestamp=1793714700>Nov 3, 2026</span>", ["2026-11-03 14:05 time printed"]),
        ("<time datetime='2026-11-03T14:05Z'></time>", ["2026-11-03 14:05 time printed"]),
        ("<p>12 minutes ago</p>", ["2026-11-24 17:48 text printed"]),
        ("<p>4 Dec 2025: <a href=/x>Related: the first talks</a></p>", []),
        ("<p>No date in this line.</p>", []),
    ],
)
def test_lines_by_the_headline(line: str, expected: list[str]) -> None:
    assert [shown(claim) for claim in claims(page(under=line))] == expected


def test_a_machines_time_belongs_to_the_text_it_stands_for() -> None:
    two = "<time datetime='2026-11-03T14:05Z'>3 Nov</time> <time datetime='2026-11-04T09:00Z'>4 Nov</time>"
    found = claims(page(under=f"<p>Published 3 Nov 2026 | Updated 4 Nov 2026 {two}</p>"))
    assert [shown(claim) for claim in found] == ["2026-11-03 14:05 time stated", "2026-11-04 09:00 time modified"]


def test_what_stands_behind_the_text_is_never_stated() -> None:
    found = claims(page(behind="<p>Published 3 Nov 2026, 14:05</p>"))
    assert [shown(claim) for claim in found] == ["2026-11-03 14:05 text printed"]


@settings(deadline=None)  # the first call loads word lists
@given(st.text(max_size=60), st.text(max_size=30))
def test_no_line_raises(line: str, machine: str) -> None:
    claims(page(under=f"<p>{line} 3 Nov 2026</p><time datetime='{machine}'>{line}</time>"))


def test_a_caption_dates_its_picture() -> None:
    seen = signals(page(under="<figure><figcaption>The pier on 3 November 2025</figcaption></figure>"))
    near = seen.near(seen.headline_at(HEADLINE))
    assert list(time_lines.of_page(seen, near, time_claims.locale_of(seen))) == []
