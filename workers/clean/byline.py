"""Names of people and newsrooms out of byline strings"""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from workers import agencies
from workers.agencies import Agencies
from workers.clean.normal import clean_line

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_HOST = re.compile(r"www\.|[a-z0-9]\.(?:com|net|org|info|news|tv|[a-z]{2}|co\.[a-z]{2})$")
_HANDLE = re.compile(r"(?<!\w)@\w+")
_BRACKETS = re.compile(r"\s*[(\[（【][^()\[\]（）【】]{0,60}[)\]）】]")
_PARTS = re.compile(r"\s*(?:[,;|、·•/／，；]|\s[-–—]\s|\s\+\s|\n)\s*")
_WORD = re.compile(r"[^\W\d_][\w.'’ʼ`\-‐‑]*\.?")
_FROM = re.compile(r"^(?:.*?\b(?:writers?|reporters?|journalists?|correspondents?|editors?|producers?)\s+)")
_WITHIN = re.compile(
    r"(?:^|[\s|•·,:–—-])(?:by|von|por|par|door|przez|by:|av|af)\s+(?=[^\W\d_])|(?:作者|记者|記者|撰文|執筆|文)\s?[:：／/・]\s?",
    re.IGNORECASE,
)
_STOP = re.compile(r"\s[|•·–—]\s|\s(?:on|am|at|in|published|updated|el|le|vom)\s|\d")
_CASELESS = re.compile(r"[぀-ヿ㐀-鿿가-힯\u0590-\u07ff\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f]")
_IDEOGRAPHIC = re.compile(r"[぀-ヿ㐀-鿿가-힯]")
_TOKEN = re.compile(r"[^\s,./|-]+")
_LEADING_AND = re.compile(r"^(?:and|und|y|et|en|og|och|и|та|ve|&|avec|mit|con|with|met|com)\s+", re.IGNORECASE)
_NO_NAME = re.compile(r"[?!@#%=<>{}_\"]|://")
_ONE_LETTER = ("文", "글")  # whole words
_LONGEST_LINE = 600
_LONGEST_NAME = 60
_LONGEST_CASELESS = 20  # characters of a name's word in a script without capitals
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Byline:
    """Who a credit names, in order, each once."""

    people: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.people or self.desks)


@cache
def words() -> dict[str, Any]:
    """The words of credits.toml; lists as sets of folded words."""
    data = tomllib.loads((files("workers.clean") / "credits.toml").read_text("utf-8"))
    return {key: frozenset(map(str.casefold, value)) if key != "tail" else value for key, value in data.items()}


@cache
def _agencies() -> Agencies:
    return agencies.load()


@lru_cache(maxsize=4_000)
def is_agency(name: str) -> bool:
    """Whether a name as a whole is that of a wire service."""
    return _agencies().find(name) is not None


@cache
def _by() -> re.Pattern[str]:
    longest_first = sorted(words()["by"], key=len, reverse=True)
    return re.compile(rf"(?:{'|'.join(map(re.escape, longest_first))})(?:\s?[:：]\s?|\s+|(?<=[／/])|$)", re.IGNORECASE)


@cache
def _by_starts() -> frozenset[str]:
    return frozenset(word[:2] for word in words()["by"])


def _introduction(text: str) -> re.Match[str] | None:
    """The words for "by" at the start of a line; most lines are told by two letters."""
    return _by().match(text) if text[:2].casefold() in _by_starts() or text[:1] in _ONE_LETTER else None


@cache
def _and() -> re.Pattern[str]:
    return re.compile(
        rf"\s+(?:{'|'.join(map(re.escape, sorted(words()['and'], key=len, reverse=True)))})\s+|\s*&\s*", re.IGNORECASE
    )


@lru_cache(maxsize=4_000)
def read(text: str, is_structured: bool = False) -> Byline:
    """People and desks named in a byline such as "By Jane Doe and Richard Roe, Associated Press".

    `is_structured`: the text was given as an author's name, so one word may be a person too.
    """
    if len(text) > _LONGEST_LINE:
        return Byline()
    if _HOST.search(text.casefold().strip(" )")) and not _EMAIL.search(text):
        return Byline((), (clean_line(text),))
    text = clean_line(_EMAIL.sub(" ", _BRACKETS.sub(_agency_in_brackets, text)))
    text = without_prefix(_HANDLE.sub(" ", text)).strip(" .,:;|-–—/")
    people: dict[str, str] = {}
    desks: dict[str, str] = {}
    for part in _parts(text):
        name = _without_job(without_prefix(part)).strip(' .,:;|-–—/"“”')
        if not name:
            continue
        if is_desk(name):
            desks.setdefault(name.casefold(), name)
        elif is_person(name, is_structured):
            people.setdefault(name.casefold(), name)
        elif is_structured and not name.isdigit() and len(name) < _LONGEST_NAME and len(name.split()) <= _MOST_WORDS:
            desks.setdefault(name.casefold(), name)
    return Byline(tuple(people.values()), tuple(desks.values()))


def starts_as_byline(text: str) -> bool:
    """Whether a line begins with words that introduce an author, such as "By" or "Текст:"."""
    match = _introduction(text)
    if not match:
        return False
    is_weak = match[0].rstrip(" :：").casefold() in words()["by_weak"]
    return not is_weak or match[0].rstrip()[-1:] in ":："


def without_prefix(text: str) -> str:
    """The line without "By", "Von", "Текст:" and the like in front."""
    while (match := _introduction(text)) and match.end() < len(text):
        word = match[0].rstrip(" :：")
        if word.casefold() in words()["by_name"] and not word.islower() and match[0].rstrip()[-1:] not in ":：":
            break  # a forename, such as Theo, or a particle of the name
        text = text[match.end() :].lstrip(" :：-–—")
    return text


def credited(text: str) -> Byline:
    """Who a line names behind "by" or its like, whatever stands before: "Ein Gastbeitrag von Jane Doe"."""
    for match in _WITHIN.finditer(text):
        found = read(_STOP.split(text[match.end() :])[0])
        if found.people:
            return found
    return Byline()


@cache
def _tails() -> tuple[tuple[tuple[str, ...], re.Pattern[str]], ...]:
    """Patterns of closing credits, each with words one of which it holds: to look for them is cheaper."""
    return tuple(
        (tuple(each.get("holds", ("",))), re.compile(rf"^[(\[—–\-\s]*{each['pattern']}")) for each in words()["tail"]
    )


def _tail_credit(text: str) -> re.Match[str] | None:
    matches = (pattern.match(text) for held, pattern in _tails() if any(word in text for word in held))
    return next(filter(None, matches), None)


@lru_cache(maxsize=2_000)
def is_tail_credit(text: str) -> bool:
    """Whether a line credits people who helped with a report, as agencies do at the end of a text."""
    return _tail_credit(text) is not None


def contributors(text: str) -> tuple[str, ...]:
    """People whom a closing line credits: "Associated Press writer Jane Doe contributed to this report from Rome." """
    match = _tail_credit(text) if is_tail_credit(text) else None
    if match is None:
        return ()
    listed = re.sub(r"^\w+['’]s\s+", "", _FROM.sub("", match["people"]))
    listed = re.sub(r"\s+(?:in|from|aus|en|desde|à|da|из|в)\s+[^,;]+?(?=,|;|$|\s(?:and|und|y|et|и)\s)", "", listed)
    return tuple(name for name in read(listed).people if name.split()[0] not in {"The", "Associated"})


def is_desk(name: str) -> bool:
    """Whether a credit names an agency, a newsroom or another body, not a person."""
    if is_agency(name):
        return True
    lowered = name.casefold().strip()
    if not lowered:
        return False
    tokens = _TOKEN.findall(lowered)
    desk = words()["desk"]
    telling = desk - words()["desk_weak"] if len(tokens) == 2 and tokens[0] != "the" else desk
    if lowered in desk or any(t in telling for t in tokens) or _HOST.search(lowered):
        return True
    if name.split()[0].isupper() and len(tokens) <= 3 and is_agency(name.split()[0]):
        return True
    return bool(_IDEOGRAPHIC.search(name)) and any(lowered.endswith(word) for word in desk if _IDEOGRAPHIC.search(word))


def is_person(name: str, is_structured: bool = False) -> bool:
    """Whether a string looks like a person's name, in any script."""
    if len(name) > _LONGEST_NAME or any(map(str.isdigit, name)) or _NO_NAME.search(name):
        return False
    tokens = name.split()
    if _IDEOGRAPHIC.search(name):
        return len(re.sub(r"[\s・=＝]", "", name)) <= (
            14 if "・" in name or "ー" in name else 8 if is_structured else 6
        )
    if _CASELESS.search(name):
        is_short = max(map(len, tokens), default=0) <= _LONGEST_CASELESS  # a Thai sentence has few spaces
        return is_short and (1 if is_structured else 2) <= len(tokens) <= _MOST_WORDS
    if not (1 if is_structured else 2) <= len(tokens) <= _MOST_WORDS:
        return False
    if tokens[0].casefold() in words()["never_first"]:
        return False
    named = [t for t in tokens if t.casefold().strip(".,") not in words()["particles"]]
    if not named or (len(named) < 2 and not is_structured):
        return False
    return all(map(_is_name_word, named)) or (is_structured and (len(tokens) == 1 or _is_name_word(tokens[0])))


def _is_name_word(token: str) -> bool:
    letters = token.lstrip("'’ʼ\"“(")
    for prefix in ("d'", "d’", "l'", "l’", "o'", "al-", "el-", "an-", "as-", "ar-", "ash-", "at-"):
        if letters.casefold().startswith(prefix) and len(letters) > len(prefix):
            letters = letters[len(prefix) :]
            break
    return bool(letters) and letters[0].isupper() and bool(_WORD.fullmatch(letters))


def _parts(text: str) -> Iterator[str]:
    """The credits in a line, parted by commas, slashes, words for "and", and before an agency's name."""
    for part in _PARTS.split(text):
        pieces = [piece.strip() for piece in _and().split(part)]
        # "Ortega y Gasset" is one man: words for "and" part whole names only.
        whole = pieces if len(pieces) > 1 and all(map(_is_whole, pieces)) else [part]
        for piece in whole:
            yield from _before_agency(_LEADING_AND.sub("", piece))


def _before_agency(text: str) -> list[str]:
    """ "Jane Doe Associated Press" as two credits."""
    tokens = text.split()
    for at in range(max(1, len(tokens) - 5), len(tokens)):
        if is_agency(" ".join(tokens[at:])) and not is_agency(text):
            return [" ".join(tokens[:at]), " ".join(tokens[at:])]
    return [text]


def _is_whole(piece: str) -> bool:
    return len(piece.split()) > 1 or is_desk(piece) or bool(_IDEOGRAPHIC.search(piece))


def _agency_in_brackets(match: re.Match[str]) -> str:
    """A bracket that names an agency or a newsroom becomes a credit of its own; others are dropped."""
    inner = match[0].strip(" ()[]（）【】")
    return f", {inner}" if inner and is_desk(inner) else " "


def _without_job(text: str) -> str:
    """The name in "Jane Doe Staff Writer" or "记者 王小明"."""
    jobs = words()["job"]
    tokens = text.split()
    for size in (3, 2, 1):
        if " ".join(tokens[-size:]).casefold().strip(".,") in jobs and len(tokens) >= size:
            tokens = tokens[:-size]
        if " ".join(tokens[:size]).casefold().strip(".,") in jobs and len(tokens) >= size:
            tokens = tokens[size:]
    name = " ".join(tokens)
    for job in ("记者", "記者", "기자", "특파원"):
        if _IDEOGRAPHIC.search(name):
            name = name.removesuffix(job).removeprefix(job).strip()
    return name


def merged(bylines: Iterable[Byline]) -> Byline:
    """Several credits as one, each name once."""
    people: dict[str, str] = {}
    desks: dict[str, str] = {}
    for each in bylines:
        for name in each.people:
            people.setdefault(name.casefold(), name)
        for name in each.desks:
            desks.setdefault(name.casefold(), name)
    return Byline(tuple(people.values()), tuple(desks.values()))
