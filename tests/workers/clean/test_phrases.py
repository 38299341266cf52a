import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.clean.phrases import KINDS, said


def kinds(bits: int) -> set[str]:
    return {name for at, name in enumerate(KINDS) if bits >> at & 1}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Read Also: Storm closes bridge", "more"),
        ("READ MORE", "more"),
        ("Lesen Sie auch: Sturm sperrt Brücke", "more"),
        ("Читайте также: Шторм закрыл мост", "more"),
        ("関連記事：嵐で橋が通行止め", "more"),
        ("اقرأ المزيد عن العاصفة", "more"),
        ("- Advertisement -", "ad"),
        ("Correction: An earlier version misspelled a name", "correction"),
        ("© 2026 Northern Press", "rights"),
        ("Photo: City archive", "picture"),
        ("Suscríbase a nuestro boletín", "sign_up"),
        ("Boletín diario", "sign_up"),
        ("Nieuwsbrief: elke avond het nieuws", "sign_up"),
        ("Meld je aan voor de nieuwsbrief", "sign_up"),
        ("Nyhedsbrev om morgenen", "sign_up"),
        ("Подпишись на рассылку", "sign_up"),
        ("Iratkozzon fel hírlevelünkre", "sign_up"),
        ("النشرة البريدية", "sign_up"),
        ("हमें फॉलो करें", "sign_up"),
        ("यह भी पढ़ें: तूफान", "more"),
        ("뉴스레터 구독하기", "sign_up"),
    ],
)
def test_set_phrases_are_heard_at_the_start(text: str, kind: str) -> None:
    assert kind in kinds(said(text)[0])


def test_later_phrases_are_held_and_not_begun() -> None:
    begins, holds = said("Get all of it in our newsletter")
    assert "sign_up" in kinds(holds) - kinds(begins)


def test_plain_sentences_say_little() -> None:
    assert said("The minister travelled to the island on Wednesday for talks with harbour chiefs.")[0] == 0


@given(st.text(max_size=300))
def test_what_begins_is_held(text: str) -> None:
    begins, holds = said(text)
    assert begins & holds == begins
