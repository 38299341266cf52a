"""Lines by headline and text that credit an author, by their words or by where they stand"""

import re
from collections.abc import Iterator
from functools import lru_cache

from workers.clean import byline, dates, phrases, time_lines
from workers.clean.byline import Byline
from workers.clean.normal import clean_line
from workers.clean.outline import Leaf
from workers.clean.signals import Near, Signals

_LONGEST = 160
_LONGEST_NAMES = 80
_CUT = re.compile(r"\s*[|•·]\s*|\s{2,}|(?<=\s)(?=(?:作者|记者|記者|撰文|โดย)\s?[:：])")
# "Jane DoeStaff Writer": the template left it to styles to part the two.
_GLUED = re.compile(r"(?<=[^\W\d_A-ZÀ-Þ]{2})(?=[A-ZÀ-ÞА-Я][^\W\d_A-ZÀ-ÞА-Я])")
_GLUED_NAME = re.compile(r"\b(?:Mac|Fitz|De|La|Le|Di|Du|Van|Von|Ver|Vande[rn]?)$")
_BEFORE_NUMBER = re.compile(r"[\s,]+(?:at|on|am|um|le|el|il|em|den|в|о|à|a las|às)?\s*\d.*$", re.IGNORECASE)
_READING_TIME = re.compile(r"\b(?:min|minutes?|minuten|минут\w*|分)\b", re.IGNORECASE)
_PICTURE = re.compile(
    r"^\W*(?:photos?|fotos?|pictures?|images?|bild(?:er)?|video|credits?|фото|снимок|写真|사진|图|圖|صورة|צילום"
    r"|sources?|quellen?|fuente|fonte|источник|来源|來源)\b",
    re.IGNORECASE,
)
_PICTURE_WITHIN = re.compile(r"\b(?:photo|foto|bild|picture|image|фото|getty)\s?[:/]", re.IGNORECASE)
_NOT_NAMES = sum(1 << at for at, kind in enumerate(phrases.KINDS) if kind not in {"byline", "time"})
_SENTENCE = re.compile(r"[.?!…]\s*$|[.?!]\s+[^\W\d_]{4}")


def of_page(signals: Signals, near: list[Near]) -> list[str]:
    """Bylines as they stand on the page, without the date beside them, each once."""
    found = (
        line
        for each in near
        if not _is_others(signals, each)
        for line in _of_leaf(signals, each.leaf, each.side == "text")
    )
    return list(dict.fromkeys(found))


def credited(signals: Signals, near: list[Near]) -> Byline:
    """Names behind a word for "by" inside a line that is no sentence: "Ein Gastbeitrag von Jane Doe"."""
    for each in near:
        text = each.leaf.text
        is_short = each.side in {"under", "above"} and len(text) < _LONGEST_NAMES and not _SENTENCE.search(text)
        if is_short and not _is_others(signals, each) and (found := byline.credited(", ".join(_pieces(text)))):
            return found
    return Byline()


def beside_date(signals: Signals, near: list[Near]) -> Byline:
    """Names without "by" under the headline, in a line with a date or next to one: "Ada Quill · 3 Nov 2026"."""
    under = [each for each in near if each.side == "under" and len(each.leaf.text) < _LONGEST_NAMES]
    dated = [bool(dates.places(each.leaf.text)) or _is_job(each.leaf.text) for each in under]
    for at, each in enumerate(under):
        is_beside = any(dated[max(0, at - 1) : at + 2])
        if is_beside and not _is_others(signals, each):
            names = [piece for piece in _pieces(each.leaf.text) if is_all_names(piece) and not _is_label(piece)]
            if names:
                return byline.read(names[0])
    return Byline()


def signature(signals: Signals) -> Byline:
    """A line that holds names and nothing else, last in the text's own box or right behind it."""
    leaves, parents = signals.outline.leaves, signals.outline.parents
    last = signals.text_end - 1
    if last < 1:
        return Byline()
    box = {leaves[last].element, parents[leaves[last].element]}
    for leaf in leaves[last : last + 3]:
        is_inside = bool(box & {leaf.element, parents[leaf.element]})
        if is_inside and len(leaf.text) < _LONGEST_NAMES and not leaf.links and is_all_names(leaf.text):
            return byline.read(leaf.text)
    return Byline()


def is_all_names(text: str) -> bool:
    """Whether a line holds names, jobs and agencies, and nothing else; "Most Read" only looks like a name."""
    if phrases.said(text)[1] & _NOT_NAMES:
        return False
    found = byline.read(text)
    named = sum(len(name) for name in (*found.people, *found.desks))
    return bool(found.people) and named > 0.75 * len(byline.without_prefix(text)) and text[-1:] not in "?!:"


def _is_label(text: str) -> bool:
    """Whether a text is no name but a label; scripts without capitals do not tell the two apart."""
    if text.upper() == text.lower():
        return True
    return time_lines.says(text, "published") or time_lines.says(text, "modified") or time_lines.says(text, "other")


@lru_cache(maxsize=2_000)
def _credits_picture(text: str) -> bool:
    if _PICTURE.match(text):
        return True
    return (":" in text or "/" in text) and bool(_PICTURE_WITHIN.search(text))


def _is_job(text: str) -> bool:
    return text.casefold().strip(" .,") in byline.words()["job"]


def _is_others(signals: Signals, each: Near) -> bool:
    """Whether a line credits a picture, or helpers at the end of a text."""
    text = each.leaf.text
    if len(text) > _LONGEST or byline.is_tail_credit(text) or _credits_picture(text):
        return True
    return signals.is_marked(each.leaf, "caption") or signals.is_marked(each.leaf, "t_figcaption")


def _of_leaf(signals: Signals, leaf: Leaf, is_text: bool) -> Iterator[str]:
    """The byline in a leaf; in one that is part of the text only if it is nothing else (`is_text`)."""
    if is_text and len(leaf.text) > _LONGEST_NAMES:
        return
    pieces = _pieces(leaf.text)
    start = next((at for at, piece in enumerate(pieces) if byline.starts_as_byline(piece)), None)
    if is_text and (start != 0 or _SENTENCE.search(leaf.text)):
        return
    if start is None and ":" not in leaf.text and signals.is_marked(leaf, "byline", 1):
        start = None if _SENTENCE.search(leaf.text) else 0
    line = ", ".join(pieces[start:]) if start is not None else ""
    if line and byline.read(line):
        yield line


@lru_cache(maxsize=2_000)
def _pieces(text: str) -> tuple[str, ...]:
    """The parts of a line without the dates in it and with what styles alone part."""
    for start, end in reversed(dates.places(text)):
        text = f"{text[:start]} | {text[end:]}"
    pieces: list[str] = []
    for piece in _CUT.split(text):
        if _READING_TIME.search(piece) and any(map(str.isdigit, piece)):
            continue
        kept = clean_line(_BEFORE_NUMBER.sub("", piece))
        if kept and not any(map(str.isdigit, kept)):
            pieces += _unglued(kept)
    return tuple(pieces)


def _unglued(piece: str) -> list[str]:
    parts: list[str] = []
    for part in _GLUED.split(piece):
        if parts and _GLUED_NAME.search(parts[-1]):
            parts[-1] += part
        else:
            parts.append(part)
    return [part.strip() for part in parts if part.strip()]
