"""Verdicts laid open."""

import pytest

from tests.workers.dedup.texts import HARBOUR, OWN_REPORT, REWORDED, claim, document
from workers.dedup import classify, explain
from workers.dedup.limits import Limits


def test_a_copy_is_explained_on_one_screen() -> None:
    found = explain.explain(document(2, REWORDED), document(1, HARBOUR), classify.shipped(), Limits())
    assert found.verdict.kind is not None
    assert found.verdict.rule_version == classify.shipped().version
    screen = explain.render(found)
    assert len(screen.splitlines()) <= 45
    assert max(map(len, screen.splitlines())) <= 110
    for part in ("spun", "article 2", "article 1", "score", "Meridian Kestrel", f"{Limits().attach:.2f}", "names"):
        assert part in screen


def test_sentences_stand_beside_their_partners() -> None:
    found = explain.explain(document(2, REWORDED), document(1, HARBOUR), classify.shipped(), Limits())
    line = next(line for line in found.lines if "Quillfeather" in line.copy)
    assert line.source is not None
    assert "Quillfeather" in line.source


def test_no_copy_is_explained_too() -> None:
    found = explain.explain(document(2, OWN_REPORT), document(1, HARBOUR), classify.shipped(), Limits())
    assert found.verdict.kind is None
    assert "no copy" in explain.render(found)
    assert any(line.source is None for line in found.lines)


@pytest.mark.parametrize(("agency", "is_said"), [("REUTERS", True), ("AP", False), (None, False)])
def test_credits_of_two_agencies_are_named(agency: str | None, is_said: bool) -> None:
    copy = document(2, REWORDED, agency=agency and claim(agency))
    source = document(1, HARBOUR, agency=claim("AP"))
    found = explain.explain(copy, source, classify.shipped(), Limits())
    plain = explain.explain(document(2, REWORDED), source, classify.shipped(), Limits())
    assert ("credited to REUTERS and AP" in explain.render(found)) is is_said
    assert (found.verdict.score < plain.verdict.score) is is_said


def test_long_texts_are_cut_to_the_screen() -> None:
    long = "\n\n".join(f"Sentence number {n} of this text speaks of {n} things." for n in range(200))
    screen = explain.render(explain.explain(document(2, long), document(1, long), classify.shipped(), Limits()))
    assert len(screen.splitlines()) <= 45
    assert "more sentences" in screen


STRANGE = (
    "Совет города собрался в понедельник. Мэр сообщил, что старый мост закроют на 23 дня.\n\n"
    "Объезд займёт час, поэтому автобусы пойдут через порт. Жители просили оставить проход, но инженеры против."
)


@pytest.mark.parametrize(("body", "is_said"), [(STRANGE, True), (REWORDED, False)])
def test_texts_in_different_languages_with_a_few_numbers_in_common_are_told(body: str, is_said: bool) -> None:
    found = explain.explain(document(2, body), document(1, HARBOUR), classify.shipped(), Limits())
    assert ("no translation either" in explain.render(found)) is is_said
    assert (found.verdict.score < 0.01) is is_said
