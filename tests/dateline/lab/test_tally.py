from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from dateline.lab import tally, truth
from dateline.lab.model import World
from dateline.lab.tally import Row, Window
from dateline.lab.truth import Expected, Truth


@pytest.fixture
def known(demo: World, tmp_path: Path) -> Truth:
    truth.write(demo, tmp_path)
    return truth.read(tmp_path)


@pytest.fixture
def window(known: Truth) -> Window:
    return Window(known.start, known.start + timedelta(minutes=5))


def row(article: Expected) -> Row:
    return Row(
        article.url,
        article.url,
        article.title,
        article.body,
        article.authors,
        article.agency,
        article.language,
        article.published_at,
        article.story,
        article.copy_kind,
        article.is_original,
        article.paywalled,
    )


@pytest.fixture
def rows(known: Truth) -> list[Row]:
    return [row(article) for article in known.articles if not article.gone_at]


def test_a_perfect_crawl_has_no_problem_and_full_scores(known: Truth, rows: list[Row], window: Window) -> None:
    assert tally.problems(known, rows, window) == []
    assert set(tally.scores(known, rows, window).values()) == {1.0}


def test_each_fault_of_a_crawl_is_named(known: Truth, rows: list[Row], window: Window) -> None:
    required = next(a.url for a in known.articles if not a.is_optional and not a.gone_at)
    found = tally.problems(known, [r for r in rows if r.url != required], window)
    assert [(p.rule, p.subject) for p in found] == [("missing", required)]
    found = tally.problems(known, [*rows, rows[0]], window)
    assert [(p.rule, p.subject) for p in found] == [("doubled", rows[0].url)]
    stray = next(url for url, kind in known.not_articles.items() if kind == "consent")
    found = tally.problems(known, [*rows, Row(stray, stray, "t", "b")], window)
    assert [(p.rule, p.subject, p.detail) for p in found] == [("extra", stray, "consent")]


def test_an_alias_beside_the_article_is_a_double(known: Truth, rows: list[Row], window: Window) -> None:
    article = next(a for a in known.articles if a.aliases and not a.gone_at)
    alias = Row(article.aliases[0], None, article.title, article.body)
    assert [p.rule for p in tally.problems(known, [*rows, alias], window)] == ["doubled"]


def test_what_was_gone_before_the_crawl_is_extra(known: Truth, rows: list[Row], window: Window) -> None:
    gone = next(a for a in known.articles if a.gone_at)
    assert [p.rule for p in tally.problems(known, [*rows, row(gone)], window)] == ["extra"]


def test_scores_fall_with_what_is_wrong(known: Truth, rows: list[Row], window: Window) -> None:
    wrong = [
        replace(r, title="x", body="x", agency="Nobody", language="xx", story=None, copy_kind=None, authors=("x",))
        for r in rows
    ]
    scores = tally.scores(known, wrong, window)
    assert scores["recall"] == 1.0
    low = ("title", "body", "agency", "language", "story_recall", "copy_kind", "authors")
    assert max(scores[key] for key in low) < 0.01
    merged = tally.scores(known, [replace(r, story="one") for r in rows], window)
    assert merged["story_recall"] == 1.0
    assert merged["story_precision"] < 0.1


def test_what_has_not_come_yet_is_not_missed(lay_out: Callable[..., World], tmp_path: Path) -> None:
    world = lay_out("small", every=5.0, arrivals=20)
    truth.write(world, tmp_path)
    known = truth.read(tmp_path)
    early = Window(known.start, known.start + timedelta(seconds=26), timedelta(seconds=10))
    missing = {p.subject for p in tally.problems(known, [], early)}
    arrived = [a.url for a in known.articles if a.published_at > known.start and a.url in missing]
    assert len(arrived) <= 3
    late = Window(known.start, known.start + timedelta(hours=1))
    assert len(tally.problems(known, [], late)) > len(missing)
