import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.clean import language

SENTENCES = Path(__file__).parents[2] / "cases" / "languages" / "sentences.tsv"


def sentences() -> list[tuple[str, str]]:
    with SENTENCES.open(encoding="utf-8", newline="") as lines:
        return [(row["language"], row["text"]) for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


@pytest.mark.parametrize(("expected", "text"), sentences(), ids=lambda value: value[:12])
def test_the_words_of_a_text_tell_its_language(expected: str, text: str) -> None:
    found = language.choose(text, [])
    assert found is not None
    assert found[0] == expected


def test_a_wrong_declaration_loses_against_the_text() -> None:
    german = next(text for expected, text in sentences() if expected == "de")
    found = language.choose(german, [("en-US", "html")])
    assert found is not None
    assert found[0] == "de"


def test_a_declaration_decides_between_close_languages_and_for_short_texts() -> None:
    norwegian = next(text for expected, text in sentences() if expected == "no")
    found = [language.choose(norwegian, [(tag, "html")]) for tag in ("no", "nb", "da")]
    assert [each[0] for each in found if each] == ["no", "nb", "da"]
    assert (language.choose("Video", [(None, "html"), ("fr_FR", "portal")]) or ("",))[0] == "fr"


def test_words_that_only_one_of_two_close_languages_has_tell_them_apart_without_the_model(monkeypatch) -> None:
    monkeypatch.setattr(language, "_by_model", lambda _text: None)
    spanish = (
        "El pleno aprobó la reforma de la plaza, tras meses de debate. La alcaldesa agradeció la paciencia."
        " De la parada se encargará la empresa municipal, que presentó la propuesta de la comisión de movilidad. A la "
        "reunión acudieron treinta vecinos de la zona, y al final de la sesión se aprobó el plan con una enmienda."
    )
    catalan = (
        "El ple va aprovar la reforma de la plaça, després de mesos de debat. L'alcaldessa va agrair la paciència. "
        "De la parada s'encarregarà l'empresa municipal, que va presentar la proposta de la comissió. A la "
        "reunió van acudir trenta veïns de la zona, i al final de la sessió es va aprovar el pla amb una esmena."
    )
    assert [(language.choose(text, []) or ("",))[0] for text in (spanish, catalan)] == ["es", "ca"]
    assert not language._is_told_apart("el la de que la del", "es", "ca")


def test_a_long_text_in_an_unlisted_language_is_left_to_the_model() -> None:
    zulu = (
        "Uhlala ovalweni umndeni wangakithi emva kokuba amaphoyisa ethole imoto yawo entshiwe eduze komfula omkhulu. "
        * 10
    )
    found = language.choose(zulu, [])
    assert found is not None
    assert found[1].source == "model"


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en-GB", "en"),
        ("pt_BR", "pt"),
        ("deu", "de"),
        ("ZH-Hant-TW", "zh"),
        ("", None),
        (None, None),
        ("english", None),
    ],
)
def test_tags(tag: str | None, expected: str | None) -> None:
    assert language.code(tag) == expected


def test_nothing_to_go_by_gives_nothing() -> None:
    assert language.choose("", []) is None
    assert language.choose("123 456 --", [("??", "html")]) is None


@given(st.text(max_size=300), st.lists(st.tuples(st.text(max_size=6), st.just("html")), max_size=2))
def test_no_text_and_no_tag_raises(text: str, declared: list[tuple[str | None, str]]) -> None:
    found = language.choose(text, declared)
    assert found is None or 0 <= found[1].confidence <= 1
