"""Month names, digits and year counts of many languages into the Gregorian calendar"""

import json
import re
import unicodedata
from functools import cache
from importlib.resources import files

# Native digits become ASCII ones; marks that only steer direction, and odd spaces, would split a date.
_FOLD: dict[int, str | None] = {
    point: str(unicodedata.decimal(chr(point)))
    for point in range(0x660, 0xFF1A)
    if unicodedata.decimal(chr(point), None) is not None
}
_FOLD |= dict.fromkeys(map(ord, "\u200b\u200e\u200f\u202a\u202b\u202c\u2066\u2067\u2068\u2069\ufeff\u00ad"))
_FOLD |= dict.fromkeys(map(ord, "\u00a0\u202f\u2009\u3000\t\r\n"), " ")
_FOLDED = re.compile(f"[{''.join(map(chr, _FOLD))}]")

_JOINER = "\u2060"
_BUDDHIST_AHEAD = 543
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "民國": 1911, "民国": 1911}
ERA = re.compile(r"(令和|平成|昭和|民國|民国)\s?(\d{1,3}|元)\s?年")
_PREFIXED = ("ב", "ל", "ו", "ה")  # Hebrew writes "in" and "the" into the name


@cache
def _data() -> tuple[dict[str, int], dict[str, int]]:
    data = json.loads((files("workers.clean") / "calendar.json").read_text("utf-8"))
    return data["months"], data["disputed"]


@cache
def _two_word_months() -> tuple[str, ...]:
    return tuple(name for name in _data()[0] if " " in name)


def join_names(text: str) -> str:
    """The text with month names of two words, such as "كانون الثاني", made one word; positions stay."""
    if text.isascii():
        return text
    for name in _two_word_months():
        if name in text:
            text = text.replace(name, name.replace(" ", _JOINER))
    return text


def fold(text: str) -> str:
    """ASCII digits, plain spaces, no direction marks; eras such as 令和8年 become Gregorian years."""
    if text.isascii():
        return text
    if _FOLDED.search(text):  # in most texts nothing is, and a look tells it sooner than a translation
        text = text.translate(_FOLD)
    if "年" in text:
        text = ERA.sub(lambda m: f"{_ERAS[m[1]] + (1 if m[2] == '元' else int(m[2]))}年", text)
    return text


def month(word: str, language: str | None = None) -> int | None:
    """The number of a month's name or abbreviation, inflected or not; None for any other word."""
    months, disputed = _data()
    name = word.replace(_JOINER, " ").casefold().strip(" .,")
    if language and (number := disputed.get(f"{language}:{name}")):
        return number
    if name in months:
        return months[name]
    if name[:1] in _PREFIXED and name[1:] in months:
        return months[name[1:]]
    return months.get(name.removesuffix("ren").removesuffix("k"))  # Basque cases: "azaroaren", "azaroak"


def gregorian_year(year: int, language: str | None = None) -> int:
    """Two digits mean this century; years of the Buddhist count, printed in Thailand, are put back."""
    if year < 100:
        if language == "th" and year > 60:
            return 2500 + year - _BUDDHIST_AHEAD
        return 2000 + year if year < 70 else 1900 + year
    return year - _BUDDHIST_AHEAD if 2440 <= year <= 2700 else year
