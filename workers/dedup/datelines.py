"""The opening marks of place and agency in a text"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from workers.agencies import Agencies

HEAD = 120  # characters of a paragraph in which a dateline must stand
_BRACKETED = re.compile(
    r"\(([^()\n]{2,44})\)|（([^（）\n]{2,44})）|\[([^\[\]\n]{2,44})\]|［([^［］\n]{2,44})］|【([^【】\n]{2,44})】"
    r"|/([^/()\n]{2,30})/"
)
_HAS_BRACKET = re.compile(r"[(（\[［【/]")
_DASH = re.compile(r"\s*\.?\s?[-‐‑‒–—―−－~]+|\s*:?\s?--")
_GOES_ON = re.compile(r"\s*\.?\s?[-–—]+\s*[^\W\d_]")
_STOP = re.compile(r"\s*[:：]|\s*\.(?=\s|$)|\s+=\s")
_OPEN_TEXT = re.compile(r"\s*[^\W\d_a-zа-яё]")  # text goes on with a capital or a script without case
_SPLIT = re.compile(r"[/,、·・&+|]|\s+(?:and|und|et|y|e|и|ve|i|dan)\s+")
_SPLIT_EAST = re.compile(r"[\s\u3000・=＝/／]+")
_BARE_SEPARATOR = re.compile(r"\s[-–—]{1,2}\s|\.\s|,\s|:\s")
_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_PARTICLES_TEXT = (
    "de del della di da do dos das du des la le les los las el al am an der den die in im ob zu upon sur sous "
    "en och og i na nad над на им г год года ноя ноября and und et y e и ve с"
)
_PARTICLES = frozenset(_PARTICLES_TEXT.split())
_PREPOSITIONS_TEXT = (
    "In At From Near To For With The A An By On Im In Aus Nach Bei Zu À A En Dans De Para Con Desde Em Da A В На Из "
    "С К По У W Na Z"
)
_PREPOSITIONS = frozenset(_PREPOSITIONS_TEXT.split())
_UNKNOWN = re.compile(r"[A-ZÄÖÜ]{3,6}|[А-ЯЁ]{3,6}")
# letters in brackets after a place that name the place's country or continent, or a kind of text
_NO_AGENCY_TEXT = (
    "USA UAE DRC DPRK PRC KSA RSA CAR GDR FRG USSR GER FRA ITA ESP GBR NED SUI AUT BEL POL CZE UKR RUS CHN JPN "
    "KOR AUS NZL CAN MEX BRA ARG VIDEO VIDEOS LIVE PHOTO PHOTOS UPDATE NEWS ANALYSIS OPINION США ОАЭ КНР СССР КНДР ФРГ "
    "ВИДЕО ФОТО"
)
_NO_AGENCY = frozenset(_NO_AGENCY_TEXT.split())
SERVICE_NAME = re.compile(
    r"(?:The )?([A-Z][\w.’'-]+(?: (?:[A-Z][\w.’'-]*|&|of)){0,4}"
    r" (?:News Service|News Agency|Newswire|Press Agency|Wire Service))"
)


@dataclass(frozen=True, slots=True)
class Reading:
    """An agency read off one place in a text: how surely (0-1), and the words that showed it."""

    agency: str
    source: str
    confidence: float
    quote: str


def read_datelines(paragraphs: list[str], agencies: Agencies) -> Iterator[Reading]:
    """Every dateline that names an agency; the first paragraphs count for more."""
    for index, paragraph in enumerate(paragraphs):
        head = paragraph[:HEAD]
        weight = 1.0 if index < 4 else 0.95
        if _HAS_BRACKET.search(head):
            yield from _weighted(_read_bracketed(head, agencies), weight)
            if index < 3:
                yield from _read_unknown(paragraph)
        if index < 3:
            yield from _read_bare(head, agencies)
        if not head[:2].isascii():
            yield from _weighted(_read_han(head, agencies), weight)


def initials(words: str) -> str:
    """The first letters of the capitalised words."""
    return "".join(word[0] for word in re.split(r"[\s-]+", words) if word[:1].isupper())


def lookup_parts(text: str, agencies: Agencies) -> list[str]:
    """The agencies named in a credit such as "dpa/lnw" or "AFP, Reuters", in order."""
    whole = agencies.find(text)
    if whole:
        return [whole]
    found = [agencies.find(part) for part in _SPLIT.split(text)]
    return list(dict.fromkeys(key for key in found if key))


def _weighted(readings: Iterator[Reading], weight: float) -> Iterator[Reading]:
    for one in readings:
        yield Reading(one.agency, one.source, one.confidence * weight, one.quote)


def _read_bracketed(head: str, agencies: Agencies) -> Iterator[Reading]:
    """PLACE, DATE (AGENCY) - and its relatives in other brackets."""
    for match in _BRACKETED.finditer(head):
        content = next(group for group in match.groups() if group is not None)
        is_eastern = match[0][0] in "【［[（" or "=" in content
        keys = lookup_parts(content, agencies) or (is_eastern and _eastern(content, agencies)) or []
        if not keys:
            continue
        confidence = _believe(content, head[: match.start()], head[match.end() :], keys[0], agencies, is_eastern)
        if confidence:
            quote = head[: match.end()]
            yield Reading(keys[0], "dateline", confidence if len(keys) == 1 else confidence - 0.07, quote)
            yield from (Reading(key, "dateline", 0.6, quote) for key in keys[1:])
        return


def _eastern(content: str, agencies: Agencies) -> list[str]:
    """【ニューヨーク共同】, (서울=연합뉴스), 【AFP=時事】: the first part if it is an agency, else the last."""
    parts = [part for part in _SPLIT_EAST.split(content) if part]
    for part in (parts[:1] + parts[-1:]) if parts else ():
        key = agencies.find(part)
        if key:
            return [key]
    ending = (key for name, key in agencies.caseless_names if content.endswith(name))
    return list(ending)[:1]


def _believe(content: str, place: str, rest: str, key: str, agencies: Agencies, is_eastern: bool) -> float:
    """How surely brackets with an agency in them, between `place` and `rest`, are a dateline; 0 for no."""
    is_strict = agencies.is_ambiguous(key, content)
    if not is_place(place) or _defines(place, content) or _is_elsewhere(place, key, agencies):
        return 0.0
    if is_eastern and (not place.strip() or "=" in content):
        return 0.95
    if _DASH.match(rest):
        return 0.97
    if is_strict:
        return 0.0
    if _STOP.match(rest):
        return 0.9 if place.strip() else 0.8
    is_dated = any(letter.isdigit() for letter in place)
    if place.strip() and _OPEN_TEXT.match(rest):
        return 0.9 if is_dated else 0.7
    return 0.0


def is_place(text: str) -> bool:
    """Whether `text` can be what stands before the agency: nothing, or places and perhaps a date."""
    words = _WORD.findall(text)
    if len(words) > 10 or (words and words[0] in _PREPOSITIONS):
        return False
    lower = [word for word in words if word[0].islower() and word not in _PARTICLES and "." not in word]
    is_dated = any(letter.isdigit() for letter in text)
    return len(lower) <= (1 if is_dated else 0) and not any(mark in text for mark in '"“”«»?!;')


def _defines(place: str, mark: str) -> bool:
    """Whether `mark` abbreviates the words before it, as in "Associated Press (AP) - a cooperative"."""
    return len(mark) > 1 and "," not in place and initials(place).endswith(mark.upper())


def _is_elsewhere(place: str, key: str, agencies: Agencies) -> bool:
    return any(name.casefold() in place.casefold() for name in agencies.by_key[key].not_places)


def _read_bare(head: str, agencies: Agencies) -> Iterator[Reading]:
    """AGENCY - text; PLACE, DATE - AGENCY. text; PLACE. DATE. AGENCY - text."""
    start = 0
    for match in list(_BARE_SEPARATOR.finditer(head))[:4]:
        part = head[start : match.start()]
        key = agencies.find(part) if 2 <= len(part) <= 30 else None
        if key:
            if (mark := _BRACKETED.search(part)) and _defines(part[: mark.start()], mark[1] or ""):
                return
            is_dash = match[0].strip() not in {".", ",", ":"}
            is_placed = start > 0 and match[0].strip() != ","
            if (is_dash or is_placed) and is_place(head[:start]) and not agencies.is_ambiguous(key, part):
                yield Reading(key, "dateline", 0.88, head[: match.end()])
            return
        if not is_place(part):
            return
        start = match.end()


def _read_han(head: str, agencies: Agencies) -> Iterator[Reading]:
    """新华社北京11月12日电, （法新社巴黎12日电）, 中央社記者王某台北12日電."""
    opening = head.lstrip("　 （(【[")
    is_cited = opening.startswith("据")
    opening = opening.removeprefix("据")
    if not opening or not "぀" <= opening[0] <= "鿿":
        return
    for name, key in agencies.caseless_names:
        if opening.startswith(name):
            telegram = re.match(r"[^，。！？：\n]{0,28}?(?:专电|电|電|讯|訊)", opening[len(name) :])
            if telegram:
                quote = opening[: len(name) + telegram.end()]
                yield Reading(key, "dateline", 0.75 if is_cited else 0.96, quote)
            return


def _read_unknown(paragraph: str) -> Iterator[Reading]:
    """PLACE (ABCD) - of an agency that no file names: kept under its letters, at the edge of belief."""
    match = _BRACKETED.search(paragraph[:HEAD])
    if not match or len(paragraph) < 80 or match[0][0] not in "(/":
        return
    content, place, rest = match[1] or match[6], paragraph[: match.start()], paragraph[match.end() : HEAD]
    named = SERVICE_NAME.fullmatch(content)
    is_letters = _UNKNOWN.fullmatch(content) and content not in _NO_AGENCY and not _defines(place, content)
    is_short = 0 < len(_WORD.findall(place)) <= 6
    if (named or is_letters) and is_short and is_place(place) and _GOES_ON.match(rest):
        is_firm = bool(named) or place.isupper() or "," in place
        yield Reading(named[1] if named else content, "dateline", 0.6 if is_firm else 0.5, paragraph[: match.end()])
