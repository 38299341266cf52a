"""Lines that credit an agency: bylines, source lines, copyright tails"""

import re
from collections.abc import Iterator

from workers.agencies import Agencies
from workers.dedup.datelines import SERVICE_NAME, Reading, is_place, lookup_parts

LONGEST = 220  # characters of a line that can be a credit
_PHOTO_WORDS = (
    "photos? images? pictures? fotos? bild bilder imagen immagine photographe getty archives? archiv archivo via "
    "grafik infografik zdj fot video vidéo handout file pool shutterstock fotograf"
)
_PHOTO = re.compile(rf"\b(?:{'|'.join(_PHOTO_WORDS.split())})\b|фото|图片|圖片|写真|사진|صورة", re.IGNORECASE)
_PHOTOGRAPHER = re.compile(r"[^\W\d_]/[^\W\d_a-z]\w+ [^\W\d_a-z]")  # REUTERS/Ann Lee
_RIGHTS = re.compile(r"^\W{0,3}(?:copyright|\(c\)|©|ⓒ|&copy;)\W{0,4}(?:copyright\W+)?(?:\(c\)\W+|©\s*)?", re.IGNORECASE)
_YEAR = re.compile(r"^(?:by\s+)?(?:\d{4}(?:\s*[-–]\s*\d{4})?)\W{0,3}(?:by\s+)?", re.IGNORECASE)
_OWNER_END = re.compile(
    r"[.;|]|,? all rights|,? alle rechte|,? tous droits|,? inc\b|\s+-\s+|\s{2,}|\s\(", re.IGNORECASE
)
_SOURCE_WORDS = (
    "sources? quellen? fuentes? fonti fonte sursa kilde källa bron źródło zdroj forrás kaynak источник источники "
    "джерело स्रोत सोर्स 来源 稿源 來源 出典 提供 출처 자료 المصدر credits? crédito agency agentur"
)
_SOURCE = re.compile(rf"^\W{{0,3}}(?:{'|'.join(_SOURCE_WORDS.split())})\s*[:：=|-]\s*(?P<rest>.+)$", re.IGNORECASE)
_WITH = (
    r"with(?: information| files| (?:agency )?inputs| reports?| reporting| material)?(?: from| by)?",
    r"mit(?: material| informationen| agenturmaterial)?(?: von| der| des)?",
    r"avec",
    r"con(?: información| informaciones| datos| informazioni)?(?: de| da| di)?",
    r"com(?: informações| agências?)?(?: da| do| de| das)?",
    r"по (?:материалам|данным|информации)",
    r"использованы материалы",
    r"med",
    r"na podstawie|za",
)
_ARTICLE = r"(?:the |der |die |des |l[’']|la |el |agency |agencia |agências? |агентства? |агентств )?"
# in front of "with AFP" only names may stand ("Le Monde with AFP"), or it is somebody who spoke with AFP
_MIXED = re.compile(
    rf"^\W{{0,3}}(?:(?-i:[^\W\d_a-zà-ÿа-я]\S*\s+){{0,4}}|.*[(|/]\s*|.{{0,40}}\s(?=использованы))(?:{'|'.join(_WITH)})"
    rf"\s+(?P<word>{_ARTICLE})(?P<rest>[^()]{{2,80}})\)?\.?$",
    re.IGNORECASE,
)
_INPUTS = re.compile(r"^\W{0,3}(?P<rest>[^():]{2,60}?)\s+(?:inputs?|की रिपोर्ट|के इनपुट)(?!\w)", re.IGNORECASE)
_HELPED = re.compile(
    r"(?:^|[.!?:]\s+)(?P<rest>[^.!?:]{2,70}?)\s+(?:(?:has |have |also )?contributed (?:to|reporting)|contribuy[óe]"
    r"|ha contribuito|a contribué|trug\w* zu)",
    re.IGNORECASE,
)
_ISSUED = re.compile(
    r"(?:originally (?:published|appeared|reported)|republished|reprinted|produced|provided|distributed|supplied"
    r"|first published)\s+(?:in partnership with|with permission (?:from|of)|by|from|on|at|in)"
    r"\s+(?P<rest>[^,.;:()\n]{2,60})",
    re.IGNORECASE,
)
_BY_WORDS = (
    "von par por di da door av af autor(?:zy|en|es)? text texte testo texto redaktion автор текст 作者 文 द्वारा "
    "بقلم كتب przez od"
)
_BY = re.compile(
    rf"^\W{{0,3}}(?:(?:written |story |text |report |posted )?by|{'|'.join(_BY_WORDS.split())})\s*[:：]?"
    r"\s+(?P<rest>.+)$",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s*[|/,;•·–—&+]\s*|\s+-\s+|\s+(?:and|und|et|y|e|и|with|mit|für|for|of|via)\s+", re.IGNORECASE)
_ROLE_WORDS = (
    "writer writers reporter reporters correspondent correspondents editor editors journalist journalists staff "
    "korrespondent korrespondentin bureau desk newsroom"
)
_ROLE = frozenset(_ROLE_WORDS.split())
_HAS_DASH = re.compile(r"[-–—]")
_ENDING = re.compile(r"[.!?…»”\"’'。！？]\s*(?:\(([^()\n]{2,40})\)|（([^（）\n]{2,20})）|/([^/\n]{2,30})/)\s*\.?$")
_ENDING_DASH = re.compile(r"[.!?…»”\"]\s*[-–—]{1,2}\s?([^\W\d_][^.!?:()\n]{1,28})\.?$")


def read_tail(paragraph: str, agencies: Agencies) -> Iterator[Reading]:
    """An agency's mark behind the last sentence: "... he said. (AFP)", "... he said. - Bernama"."""
    if paragraph[-1:] not in ")）/." and not _HAS_DASH.search(paragraph[-45:]):
        return
    match = _ENDING.search(paragraph[-60:]) or _ENDING_DASH.search(paragraph[-45:])
    if match:
        text = next(group for group in match.groups() if group)
        keys = lookup_parts(text, agencies)
        for key in keys:
            is_strict = agencies.is_ambiguous(key, text) or len(keys) > 1
            yield Reading(key, "credit", 0.7 if is_strict else 0.85, match[0])


def read_line(line: str, agencies: Agencies, source: str, is_own_line: bool = True) -> Iterator[Reading]:
    """What a short line says of where the text came from.

    `source` is what the line is known to be (byline, credit, copyright). `is_own_line` False: it stands in a
    text, where a bare name counts only if nothing else is on the line.
    """
    line = " ".join(line.split())
    if not 2 <= len(line) <= LONGEST:
        return
    if _RIGHTS.match(line):
        yield from _read_rights(line, agencies)
        return
    if _PHOTO.search(line):
        return
    explicit = list(_read_explicit(line, agencies))
    if explicit:
        yield from explicit
        return
    by = _BY.match(line)
    if by or is_own_line:
        yield from read_byline(by["rest"] if by else line, agencies, "byline" if by else source)
    elif len(line) <= 70:
        yield from _read_bare_line(line, agencies, source)


def read_byline(text: str, agencies: Agencies, source: str) -> Iterator[Reading]:
    """Agencies among the parts of a byline: "Ann Lee, Associated Press", "dpa/red", "AP Sports Writer"."""
    text = text.strip(" .()[]—–-_")
    whole = agencies.find(text)
    if whole:
        yield Reading(whole, source, 0.8 if agencies.is_ambiguous(whole, text) else 0.95, text)
        return
    keys: dict[str, bool] = {}
    for part in _PARTS.split(text):
        key = agencies.find(part) or _find_beside_role(part, agencies) or _find_ending(part, agencies)
        if key:
            keys.setdefault(key, agencies.is_ambiguous(key, part))
    for index, (key, is_strict) in enumerate(keys.items()):
        confidence = 0.6 if index else 0.7 if is_strict else 0.9
        yield Reading(key, source, confidence, text)
    if not keys:
        yield from _read_unknown(text, source)


def _read_unknown(text: str, source: str) -> Iterator[Reading]:
    """A service that no file names, kept under the name it gives itself."""
    for part in _PARTS.split(text):
        match = SERVICE_NAME.fullmatch(part.strip())
        if match:
            yield Reading(match[1], source, 0.55, text)


def _read_explicit(line: str, agencies: Agencies) -> Iterator[Reading]:
    """Source lines, help from an agency, and republication notes."""
    for pattern, confidence in ((_SOURCE, 0.87), (_ISSUED, 0.85), (_HELPED, 0.6), (_INPUTS, 0.6), (_MIXED, 0.6)):
        match = pattern.search(line) if pattern in (_ISSUED, _HELPED) else pattern.match(line)
        if match:
            rest = match["rest"].strip(" .()[]")
            if pattern is _MIXED and agencies.find(match["word"] + rest):
                rest = match["word"] + rest
            keys = lookup_parts(rest, agencies) or _leading(rest, agencies)
            if not keys and pattern in (_ISSUED, _SOURCE, _HELPED):
                yield from _read_unknown(rest, "credit")
            for index, key in enumerate(keys):
                yield Reading(key, "credit", min(confidence, 0.6) if index else confidence, line)
            if keys:
                return


def _leading(text: str, agencies: Agencies) -> list[str]:
    """The agency whose name opens `text`: "Associated Press writer Ann Lee", "AFP news agency"."""
    words = text.split()
    found = (agencies.find(" ".join(words[:count])) for count in (4, 3, 2, 1) if len(words) >= count)
    return [key for key in found if key][:1]


def _read_rights(line: str, agencies: Agencies) -> Iterator[Reading]:
    """A copyright tail, told from a photo's by its year and by having no photographer behind a slash."""
    rest = _RIGHTS.sub("", line, count=1)
    owner = _YEAR.sub("", rest)
    has_year = owner != rest
    if not has_year and (_PHOTO.search(line) or re.search(r"\s?[/–-]\s?[A-ZÀ-Þ]", owner)):
        return
    owner = _OWNER_END.split(owner, maxsplit=1)[0]
    keys = lookup_parts(owner, agencies) or _leading(owner, agencies)
    for key in keys[:1]:
        yield Reading(key, "copyright", 0.92 if has_year else 0.72, line)


def _read_bare_line(line: str, agencies: Agencies, source: str) -> Iterator[Reading]:
    """A line that is nothing but agencies, perhaps with the portal's own name or initials."""
    text = line.strip(" .()[]—–-_/（）【】")
    if _PHOTOGRAPHER.search(text):
        return
    whole = agencies.find(text)
    if whole:
        yield Reading(whole, source, 0.75 if agencies.is_ambiguous(whole, text) else 0.88, line)
        return
    parts = [part for part in _PARTS.split(text) if part]
    keys = [agencies.find(part) for part in parts]
    if len(parts) <= 4 and any(keys) and _is_credit_shaped(parts, keys):
        found = [key for key in dict.fromkeys(keys) if key]
        for index, key in enumerate(found):
            yield Reading(key, source, 0.6 if index or agencies.by_key[key].ambiguous else 0.7, line)


def _is_credit_shaped(parts: list[str], keys: list[str | None]) -> bool:
    """Whether what stands beside the agencies could be a name, a portal or initials, and no sentence."""
    others = [part for part, key in zip(parts, keys, strict=True) if key is None]
    return all(len(part) <= 5 or (len(part.split()) <= 4 and is_place(part)) for part in others)


def _find_beside_role(part: str, agencies: Agencies) -> str | None:
    """ "AP Sports Writer", "PA Entertainment Reporter", "Ann Lee Associated Press Writer"."""
    words = part.split()
    if len(words) < 2 or words[-1].casefold() not in _ROLE:
        return None
    spans = (" ".join(words[i : i + size]) for size in (2, 1) for i in range(len(words) - size))
    return next((key for span in spans if (key := agencies.find(span))), None)


def _find_ending(part: str, agencies: Agencies) -> str | None:
    """ "ANN LEE Associated Press", "Ann Lee Reuters"."""
    words = part.strip("() ").split()
    if not 2 <= len(words) <= 8:
        return None
    found = (agencies.find(" ".join(words[-size:]).strip("()")) for size in (3, 2, 1) if len(words) > size)
    return next((key for key in found if key), None)
