"""Words, sentences and the normal form all comparisons use"""

import re
import unicodedata
from collections.abc import Mapping

from workers import numerals

# Scripts written without spaces between words: they are cut into overlapping pairs of characters.
_UNSPACED = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\u1780-\u17ff"  # Burmese, Khmer
    "\u3040-\u309f"  # Hiragana
    "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
    "\uac00-\ud7a3"  # Hangul: spaced, but its particles are glued to the word
)
HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff"
_WORD_CHARS = r"[^\W\d_]"
_UNSPACED_MARKS = "\u0e31\u0e34-\u0e4e"
_MARKS = "\u0300-\u036f\u0483-\u0487\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0981-\u09cd"
_NUMBER = r"\d+(?:[.,:]\d+)*"
TOKEN = re.compile(rf"{_NUMBER}|{_WORD_CHARS}+(?:[{_MARKS}]+{_WORD_CHARS}*)*")
_SPACED = f"(?![{_KATAKANA}{_UNSPACED}]){_WORD_CHARS}"
_PIECE = re.compile(rf"{_NUMBER}|[{_KATAKANA}]+|[{_UNSPACED}{_UNSPACED_MARKS}]+|{_SPACED}(?:{_SPACED}|[{_MARKS}])*")
_UNSPACED_RUN = re.compile(f"[{_UNSPACED}]")

_FOLD: Mapping[int, str | None] = str.maketrans({
    "\u0640": None, "\u00ad": None, "\u200b": None, "\u200c": None, "\u200d": None, "\u2060": None, "\ufeff": None,
    "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ؤ": "و", "ئ": "ي",
    "’": "'", "‘": "'", "‛": "'", "ʼ": "'", "`": "'", "´": "'",
    "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‹": '"', "›": '"', "「": '"', "」": '"', "『": '"', "』": '"',
    "‐": "-", "‑": "-", "–": "-", "—": "-", "−": "-",
})  # fmt: skip
# str.translate looks every character up, which takes four times as long.
_FOLDED = re.compile(f"[{''.join(map(chr, _FOLD))}]")
_ARABIC_MARKS = re.compile("[\u064b-\u065f\u0670]")
_DIGIT = re.compile(r"[^\D0-9]")

_OPENING = r"\"'“‘«„(\[¿¡"
# One set of characters begins it, so that all others are skipped in a fast loop.
_BREAK = re.compile(
    r"[.!?…。！？｡؟۔।॥\n]"
    rf"(?:(?<=[.!?…])([.!?…]*[\"'”’»)\]]*\s+)(?=[{_OPENING}]*[^\s{_OPENING}])"
    r"|(?<=[。！？｡؟۔।॥])[。！？｡؟۔।॥]*[」』”’）)\]\"'»]*|(?<=\n)\s*)"
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“'])(?:[^\W\d_]|\d{1,2}|Mr|Mrs|Ms|Dr|St|Sen|Gov|Rep|Gen|Col|Lt|Sgt|Capt|Rev|Prof|Jr|Sr|No|vs|etc|Inc|Corp|Co|Ltd"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|[A-Z]\.[A-Z]|Hr|Nr|bzw|ca|vgl|Sra?|Ud|EE|UU|av|M|Mme|art"
    r"|[A-ZА-Я]\.\s?[A-ZА-Я]|г|гг|ул|им|тыс|млн|млрд|руб|dott|sig|ul|im|tzw|prof|dr|mgr|nr|tys|mln)\.\s+$"
)  # fmt: skip
LONGEST_ABBREVIATION = 4  # letters: a longer word before a full stop is none


def normal(text: str) -> str:
    """Return `text` in the form that comparisons use.

    Compatibility characters, case, typographic quotes and dashes, digits of other scripts, Arabic vowel
    signs and letter variants are unified; white space is kept as it is. Never fails on any string.
    """
    return fold(text).casefold()


def fold(text: str) -> str:
    """Return `text` in normal form but with its case, which tells names from words."""
    if text.isascii():
        return text
    folded = _FOLDED.sub(_unified, unicodedata.normalize("NFKC", text))
    folded = _ARABIC_MARKS.sub("", folded)
    return _DIGIT.sub(_ascii_digit, folded)


def _unified(match: re.Match[str]) -> str:
    return _FOLD[ord(match.group())] or ""


def _ascii_digit(match: re.Match[str]) -> str:
    character = match.group()
    return str(unicodedata.decimal(character, character))


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of `text` as (start, end) offsets in order; lines always end a sentence."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _BREAK.finditer(text):
        gap = match.group(1)
        if gap and "\n" not in gap and _goes_on(text, start, match):
            continue
        _keep(found, text, start, match.end())
        start = match.end()
    _keep(found, text, start, len(text))
    return found


def _goes_on(text: str, start: int, match: re.Match[str]) -> bool:
    follower = text[match.end()]
    if follower.islower():
        return True
    at = match.start()
    if text[at] != "." or text[at - LONGEST_ABBREVIATION - 1 : at].isalpha():
        return False
    return _ABBREVIATION.search(text, max(start, at - 12), match.end()) is not None


def _keep(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    kept = text[start:end].rstrip()
    if kept:
        found.append((start + len(kept) - len(kept.lstrip()), start + len(kept)))


def words(text: str) -> list[str]:
    """Return the words and numbers of `text` in order, case kept.

    Scripts without spaces (and Hangul, whose particles are glued on) come as overlapping pairs of
    characters; a run of Katakana is one word, and a number in Chinese characters or Korean words comes as digits.
    """
    if text.isascii() or not HAS_UNSPACED.search(text):
        return TOKEN.findall(text)
    found: list[str] = []
    for piece in _PIECE.findall(text):
        if _UNSPACED_RUN.match(piece):
            for part, is_number in numerals.split(piece):
                found.extend([part] if is_number else [part[i : i + 2] for i in range(max(1, len(part) - 1))])
        else:
            found.append(piece)
    return found


_ARABIC = re.compile("[\u0600-\u06ff]")
_ARABIC_FRONT = re.compile("^(?:و?(?:ال|بال|كال|فال|لل)|و)(?=.{3})")
_ARABIC_BACK = re.compile("(?<=.{3})(?:ات|ون|ين|ان|ها|هم|ية|ه|ة|ي|ا)$")
_HINDI_BACK = re.compile("(?<=..)[\u0900-\u0903\u093c-\u094f]+$")


def stem(word: str) -> str:
    """Return what inflected forms of `word` (already `normal`) share: five letters, accents dropped.

    Arabic loses its article, glued particles and endings first, Hindi its final vowel signs.
    """
    if word.isascii():
        return word[:5]
    if _ARABIC.match(word):
        return _ARABIC_BACK.sub("", _ARABIC_FRONT.sub("", word))[:5]
    if "\u0900" <= word[0] <= "\u0dff":
        return _HINDI_BACK.sub("", word)[:5]
    return plain(word)[:5]


def plain(word: str) -> str:
    """Return `word` without accents; other scripts than Latin, Greek and Cyrillic are left alone."""
    if word.isascii() or word[0] > "\u1fff":
        return word
    parts = unicodedata.normalize("NFD", word.replace("ß", "ss").replace("ł", "l").replace("ø", "o").replace("ı", "i"))
    return "".join(c for c in parts if not "\u0300" <= c <= "\u036f")


_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "j", "з": "z", "и": "i", "к": "k", "л": "l",
    "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "c",
    "ч": "ch", "ш": "sh", "щ": "sh", "ъ": "", "ы": "i", "ь": "", "э": "e", "ю": "u", "я": "a", "і": "i",
    "є": "e", "ґ": "g",
}  # fmt: skip
_TO_LATIN = str.maketrans(_CYRILLIC)
_CASE_ENDING = re.compile("(?<=...)(?:ого|его|ому|ему|ыми|ими|ами|ями|ах|ях|ом|ем|ым|им|ой|ей|ую|юю|[аеиоуыэюяьй])$")
# In this order; the letters in front say which words have to be looked at.
_SOUNDS = (
    ("e", (("ae", "e"), ("oe", "o"), ("ue", "u"))),
    ("h", (("sch", "s"), ("sh", "s"), ("ch", "k"), ("ph", "f"), ("th", "t"))),
    ("c", (("ck", "k"),)),
    ("x", (("x", "ks"),)),
)
_LETTERS = str.maketrans("qczwj", "kksvy")
_LATER_SOUNDS = (("dh", "d"), ("gh", "g"), ("kh", "k"))
_VOWELS = str.maketrans("", "", "aeiouyh")
_DOUBLE = re.compile(r"(.)\1+")


def skeleton(word: str) -> str:
    """Return what misspelt or declined forms of a name (already `normal`) share, such as "brbk" for Baerbock.

    Consonants by their sound among the first six letters, in Latin letters for Cyrillic; a vowel only where
    it starts the word, so that a country and its people agree. Words too short for that, and other
    scripts, give their first letters.
    """
    if "\u0400" <= word[0] <= "\u04ff":
        word = _CASE_ENDING.sub("", plain(word)).translate(_TO_LATIN)
    bare = plain(word)
    if not bare.isascii() or len(bare) < 4:
        return stem(word)
    bare = _DOUBLE.sub(r"\1", _sounds(bare))[:6]
    bones = bare[0] + bare[1:].translate(_VOWELS)
    return bones if len(bones) > 2 else bare[:4]


def _sounds(bare: str) -> str:
    """Return a word with one letter for each consonant's sound."""
    for sign, sounds in _SOUNDS:
        if sign in bare:
            for sound, letter in sounds:
                bare = bare.replace(sound, letter)
    bare = bare.translate(_LETTERS)
    if "h" in bare:
        for sound, letter in _LATER_SOUNDS:
            bare = bare.replace(sound, letter)
    return bare
