"""Which language a text is in, how surely"""

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files

from storage.domain import Provenance
from workers.clean import language_model

_SAMPLE = 700  # characters; more changes no answer
_WORD = re.compile(r"[^\W\d_]+")
_INDIC_WORD = re.compile(
    r"[^\W\d_]+(?:[\u0900-\u0903\u093a-\u094f\u0962\u0963]+[^\W\d_]*)*"
)  # vowel signs are no letters
_SCRIPT_SAMPLE = 300
_BEYOND_LATIN = re.compile(r"[^\x00-\u036f\u1e00-\u20ff]")
_SURE = 0.12  # share of frequent words in running text; prose has 0.2-0.5
_ENOUGH_WORDS = 25
_MARGIN = 1.25  # lead over the second language that needs no other witness
_PROSE = 0.2
_FEWEST_OWN = 4  # words that only the best of two close languages has
_DECLARED_BONUS = 1.3
_CODE = re.compile(r"[a-z]{2}|ckb")
_SHORTEST = 40  # characters a model can judge
_ALIASES = {
    "nb": "no",
    "iw": "he",
    "in": "id",
    "ji": "yi",
    "sh": "hr",
    "bs": "hr",
    "cmn": "zh",
    "fil": "tl",
    "nno": "nn",
}
_SILENT = 0.04  # a text of that many words without more frequent ones is in no language listed here


@cache
def _data() -> tuple[dict[str, frozenset[str]], dict[str, list[str]], list[frozenset[str]]]:
    data = tomllib.loads((files("workers.clean") / "stopwords.toml").read_text("utf-8"))
    words = {language: frozenset(line.split()) for language, line in data["words"].items()}
    return words, data["scripts"], [frozenset(each["languages"]) for each in data["like"]]


@cache
def _in_latin() -> frozenset[str]:
    words, scripts, _ = _data()
    return frozenset(words) - {language for languages in scripts.values() for language in languages}


@cache
def _languages_by_word() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for language, words in _data()[0].items():
        for word in words:
            found.setdefault(word, []).append(language)
    return {word: tuple(languages) for word, languages in found.items()}


def code(tag: str | None) -> str | None:
    """The language of a tag such as "en-GB", "pt_BR" or "deu"; None for what is no language."""
    base = (tag or "").strip().lower().replace("_", "-").partition("-")[0]
    base = _THREE_LETTERS.get(base, base)
    return base if _CODE.fullmatch(base) else None


def choose(text: str, declared: Sequence[tuple[str | None, str]]) -> tuple[str, Provenance] | None:
    """The language of `text`; `declared` are tags with their source, in order of trust.

    The words of the text decide; what is declared settles close calls and short texts. None without either.
    """
    told = [(language, source) for tag, source in declared if (language := code(tag))]
    sample = text[:_SAMPLE]
    scores = _scores(sample, {language for language, _ in told})
    if len(sample) == _SAMPLE and (not scores or scores[0][1] < _SILENT) and (found := _by_model(sample)):
        return found
    if not scores:
        return (told[0][0], Provenance(told[0][1], 0.5)) if told else None
    best, best_score = scores[0]
    second, second_score = next((each for each in scores if not _is_like(each[0], best)), ("", 0.0))
    for language, source in told:
        if _is_like(language, best):
            return language, Provenance(source if language != best else "text", min(0.99, 0.9 + best_score / 5))
    is_ahead = best_score >= _SURE and best_score > _MARGIN * second_score
    if is_ahead or (best_score >= _PROSE and _is_told_apart(sample, best, second)):
        return best, Provenance("text", 0.9)
    if told:
        return told[0][0], Provenance(told[0][1], 0.6)
    return _by_model(sample)


def _scores(text: str, told: set[str]) -> list[tuple[str, float]]:
    """Languages with the share of the text's words that are frequent in them, best first."""
    script = _script(text)
    by_script = _data()[1].get(script)
    if by_script and len(by_script) == 1:
        return [(by_script[0], 1.0)]
    words = (_INDIC_WORD if script == "Devanagari" else _WORD).findall(text.lower())
    if len(words) < 3:
        return []
    counts: dict[str, int] = {}
    known = _languages_by_word()
    for word in words:
        for language in known.get(word, ()):
            counts[language] = counts.get(language, 0) + 1
    allowed = set(by_script or ()) or _in_latin()
    bonus = {_ALIASES.get(language, language) for language in told} | told
    weight = min(1.0, len(words) / _ENOUGH_WORDS)
    shares = [
        (language, weight * (_DECLARED_BONUS if language in bonus else 1.0) * count / len(words))
        for language, count in counts.items()
        if language in allowed
    ]
    return sorted(shares, key=lambda each: -each[1])


def _is_told_apart(text: str, best: str, second: str) -> bool:
    """Whether the words that only one of two close languages has speak for the best: all others speak for both."""
    known = _languages_by_word()
    having = [known.get(word, ()) for word in _WORD.findall(text.lower())]
    ours = sum(best in languages and second not in languages for languages in having)
    theirs = sum(second in languages and best not in languages for languages in having)
    return ours >= max(_FEWEST_OWN, 2 * theirs + 1)


def _script(text: str) -> str:
    """The script that most letters are in; a little kana makes Japanese of Han."""
    head = text[:_SCRIPT_SAMPLE]
    foreign = _BEYOND_LATIN.findall(head)
    if not foreign or len(foreign) * 20 < len(head):
        return "Latin"
    counts = Counter(map(_script_of, foreign))
    letters = sum(map(str.isalpha, head))
    if counts["Kana"] > 0.05 * letters:
        return "Kana"
    name, count = counts.most_common(1)[0]
    return name if count > letters / 3 else "Latin"


@lru_cache(maxsize=8_000)
def _script_of(character: str) -> str:
    name = unicodedata.name(character, "").split(" ", 1)[0].title()
    return {"Cjk": "Han", "Hiragana": "Kana", "Katakana": "Kana"}.get(name, name)


def _is_like(language: str, other: str) -> bool:
    return language == other or any(language in group and other in group for group in _data()[2])


def _by_model(text: str) -> tuple[str, Provenance] | None:
    """What a general model says where words and declarations are silent: it costs 40 MB, so it is loaded then."""
    if len(text) < _SHORTEST:
        return None
    language = code(_classify(text))
    return (language, Provenance("model", 0.5)) if language else None


def _classify(text: str) -> str:
    try:
        return language_model.shipped().classify(text)
    except (OSError, ValueError):  # of a release that lays out its tables in another way
        from py3langid import langid

        return str(langid.classify(text)[0])


_THREE_LETTERS = {
    "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it", "por": "pt", "rus": "ru",
    "ukr": "uk", "pol": "pl", "nld": "nl", "dut": "nl", "tur": "tr", "ara": "ar", "zho": "zh", "chi": "zh", "jpn": "ja",
    "kor": "ko", "ell": "el", "gre": "el", "heb": "he", "hin": "hi", "swe": "sv", "dan": "da", "nor": "no", "fin": "fi",
    "iw": "he", "in": "id", "ji": "yi", "cmn": "zh",
}  # fmt: skip
