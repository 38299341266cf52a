import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.clean.charset import decoded

TEXTS = {
    "windows-1251": "Правительство сообщило о новых мерах поддержки. " * 20,
    "koi8-r": "Правительство сообщило о новых мерах поддержки. " * 20,
    "iso-8859-7": "Η κυβέρνηση ανακοίνωσε νέα μέτρα για την οικονομία. " * 20,
    "windows-1256": "أعلنت الحكومة عن إجراءات جديدة لدعم الاقتصاد. " * 20,
    "windows-1255": "הממשלה הודיעה על צעדים חדשים לתמיכה בכלכלה. " * 20,
    "shift_jis": "政府は新しい支援策を発表した。" * 20,
    "euc-kr": "정부는 새로운 지원책을 발표했다. " * 20,
    "big5": "政府宣布新的支援措施。" * 20,
    "gb18030": "政府宣布新的支持措施。" * 20,
    "tis-620": "รัฐบาลประกาศมาตรการใหม่ " * 20,
    "iso-8859-2": "Zażółć gęślą jaźń, rząd ogłosił nowe środki. " * 20,
}


def decode(body: bytes, content_type: str | None = None) -> str:
    return decoded(body, content_type).text


@pytest.mark.parametrize("charset", TEXTS)
def test_a_declared_charset_is_read_from_header_and_from_meta(charset: str) -> None:
    text = TEXTS[charset]
    page = f'<html><head><meta charset="{charset}"></head><body><p>{text}</p>'.encode(charset)
    bare = f"<html><body><p>{text}</p>".encode(charset)
    assert text in decode(page)
    assert text in decode(bare, f"text/html; charset={charset}")


def test_the_header_wins_over_meta_and_the_mark_over_both() -> None:
    page = '<meta charset="koi8-r"><p>' + TEXTS["windows-1251"]
    assert TEXTS["windows-1251"] in decode(page.encode("cp1251"), "text/html; charset=windows-1251")
    assert TEXTS["koi8-r"] in decode(page.encode("utf-16"), "text/html; charset=windows-1251")


@pytest.mark.parametrize("charset", ["windows-1251", "shift_jis", "gb18030", "euc-kr"])
def test_an_undeclared_charset_is_detected(charset: str) -> None:
    page = ("<html><body>" + "<div></div>" * 9000 + f"<p>{TEXTS[charset]}</p>").encode(charset)
    assert TEXTS[charset] in decode(page)


WESTERN = {
    "fr": "Le maire a annoncé la réouverture de l’école, fermée depuis « huit mois ». ",
    "de": "Für den Bürgermeister heißt das – so sagt er – „mehr Geld“ für Straßen. ",
    "es": "¿Qué pasará mañana? El año acabó mal, señaló él. ",
    "sv": "Bron över ån är stängd på grund av översvämning. ",
    "en": "The café on the quay pays £30 a day, its owner said. ",
}


@pytest.mark.parametrize("times", [1, 20])
@pytest.mark.parametrize("language", WESTERN)
def test_an_undeclared_page_in_a_western_language_is_read_as_browsers_do(language: str, times: int) -> None:
    page = f'<html lang="{language}"><body><p>{WESTERN[language] * times}</p>'
    assert decode(page.encode("cp1252")) == page


@pytest.mark.parametrize("charset", ["windows-1251", "shift_jis", "gb18030", "euc-kr", "windows-1256"])
def test_a_page_that_only_says_to_be_english_is_read_by_its_bytes(charset: str) -> None:
    page = f"<html lang='en-US'><body><p>{TEXTS[charset]}</p>".encode(charset)
    assert TEXTS[charset] in decode(page)


def test_utf8_is_utf8_whatever_it_declares() -> None:
    page = '<meta charset="iso-8859-1"><p>Übergrößenträger — „so“</p>'
    assert decode(page.encode()) == page
    assert decode(page.encode(), "text/html; charset=latin-1") == page


def test_one_bad_byte_costs_one_character() -> None:
    assert decode("<html lang=fr><p>déjà là, été".encode() + b"\xff").endswith("déjà là, été\ufffd")
    page = ("<meta charset=utf-8><p>Übergrößenträger, Köln und Málaga</p>").encode() + b"\xff"
    assert decode(page).endswith("Málaga</p>\ufffd")


def test_utf16_without_a_mark_is_read_by_its_header() -> None:
    assert decode("<p>Привет".encode("utf-16-le"), "text/html; charset=utf-16le") == "<p>Привет"


@given(st.binary(max_size=400), st.sampled_from([None, "text/html; charset=nonsense", "text/html; charset=gbk"]))
def test_no_bytes_raise(body: bytes, header: str | None) -> None:
    text = decode(body, header)
    assert text.encode("utf-8").decode("utf-8") == text  # no half of a pair
    assert len(text) <= 2 * len(body) + 2


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", ["", "\r\n  "])
def test_two_bytes_a_character_without_a_mark(charset: str, before: str) -> None:
    page = f"{before}<!doctype html><html><meta charset=utf-8><p>{TEXTS['windows-1251']}</p>"
    assert decode(page.encode(charset), "text/html; charset=utf-8") == page


def test_bytes_are_kept_where_they_are_the_text_in_utf_8() -> None:
    page = "<p>Málaga, Привет</p>"
    assert decoded(page.encode()) == (page, page.encode())
    marked = decoded(page.encode("utf-8-sig"))
    assert marked == (page, None)
    assert decoded(page.encode("utf-16")).utf8 is None
