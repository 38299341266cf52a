"""Takes the headline, dates, bylines and notices off both ends of a text"""

import re
from collections.abc import Collection, Sequence

from workers.clean import byline, dateline, dates
from workers.clean.outline import Leaf, Outline
from workers.clean.title import plain

_HEAD = 6  # leaves of the text among which its headline may stand
_LINES = 4  # at the start
_NEAR = 3  # leaves beyond the text
_TAIL = 6  # at the end
_LONGEST_ABOVE = 200  # characters of what stands above the headline
_LONGEST_LINE = 90
_LONGEST_NOTICE = 200
_LONGEST_LABEL = 40
_NAMED = 0.75  # share of a byline that its names make up
_FEW_LETTERS = 16  # beside a date, such as "Published on"
_LETTERS = re.compile(r"[^\W\d_]")
_YEAR_OR_CLOCK = re.compile(r"(?<!\d)\d{4}(?!\d)|\d[:.]\d\d")
_SENTENCE = re.compile(r"[^\W\d_]{3,}[.!?]\s+\S|[^\W\d_]{2,}[!?。]$")
_SAYS_MUCH = re.compile(r"""[.!?…。！？।؟]["'”’»)\]」]*$""")
_COUNTED = re.compile(r"[^\d:,;(]*\(\d{1,4}\)")  # a label with how many there are: "Comments (3)"
_NOTICE = re.compile(r"(?:©|\(c\)|copyright)(?=.*\d{4})", re.IGNORECASE)
_PICTURE = re.compile(
    r"[(\[（](?:foto|fotó|photo|picture|image|imagen|immagine|bild|фото|снимка|φωτο|εικόνα|zdj|写真|사진|图|圖|صورة|צילום)"
    r"\w*\s*[:：/].{1,60}[)\]）]$",
    re.IGNORECASE,
)


def grow(outline: Outline, kept: Sequence[int], barred: Collection[int] = ()) -> list[int]:
    """`kept` with a paragraph above it that opens with a dateline, holes in it filled, and a credit below it.

    Nothing is added of `barred`, which was taken out for a reason.
    """
    leaves, first, last = outline.leaves, kept[0], kept[-1]
    begins = any(_opens(leaves[at]) for at in kept[:_NEAR])  # then what stands above is a summary
    above = () if begins else range(max(0, first - _NEAR), first)
    opening = next((at for at in above if _opens(leaves[at])), first)
    closing = next((at for at in range(last + 1, min(len(leaves), last + 1 + _NEAR)) if _closes(leaves[at])), last)
    between = [at for at in range(opening, first) if _is_sentence(leaves[at])]
    grown = [*between, *_filled(outline, kept), *([closing] if closing > last else [])]
    return [at for at in dict.fromkeys(grown) if at not in barred]


def _filled(outline: Outline, kept: Sequence[int]) -> list[int]:
    """With sentences that stand like their neighbours: a paragraph between two kept ones, an item beside one."""
    leaves, taken = outline.leaves, set(kept)
    for at in range(max(1, kept[0]), min(kept[-1] + 2, len(leaves) - 1)):
        if at in taken or leaves[at].links or not _is_sentence(leaves[at]):
            continue
        alike = {near for near in (at - 1, at + 1) if near in taken and _place(outline, near) == _place(outline, at)}
        if len(alike) > (outline.tags[leaves[at].element] != "li"):
            taken.add(at)
    return sorted(taken - {at for at in kept if _announces_a_link(leaves, at, taken)}) or list(kept)


def _place(outline: Outline, at: int) -> tuple[str, int, int]:
    element = outline.leaves[at].element
    return outline.tags[element], outline.parents[element], outline.signs[element]


def _announces_a_link(leaves: Sequence[Leaf], at: int, taken: set[int]) -> bool:
    """Whether a label such as "Read more:" stands before a link that is no text."""
    text, follower = leaves[at].text, leaves[at + 1] if at + 1 < len(leaves) else None
    is_label = len(text) <= _LONGEST_LABEL and text.endswith((":", "："))
    return is_label and follower is not None and at + 1 not in taken and follower.link_chars >= len(follower.text) - 1


def _opens(leaf: Leaf) -> bool:
    found = dateline.read(leaf.text) if _is_sentence(leaf) else None
    return found is not None and bool(found.agency)


def _closes(leaf: Leaf) -> bool:
    return _is_sentence(leaf) and byline.is_tail_credit(leaf.text)


def _is_sentence(leaf: Leaf) -> bool:
    return not leaf.is_embed and bool(_SAYS_MUCH.search(leaf.text)) and leaf.link_chars * 2 < len(leaf.text)


def trim(leaves: Sequence[Leaf], kept: Sequence[int], title: str) -> list[int]:
    """The leaves of `kept` without the `title`, what stands above it, and furniture at both ends; never empty."""
    inner = _behind_title(leaves, kept, title)
    for _ in range(_LINES):
        if len(inner) > 1 and is_furniture(leaves[inner[0]].text):
            inner = inner[1:]
    return inner[: _end(leaves, inner)]


def _end(leaves: Sequence[Leaf], kept: Sequence[int]) -> int:
    """How many leaves stand before the first line near the end behind which no sentence follows."""
    end = len(kept)
    for place in range(len(kept) - 1, max(0, len(kept) - 1 - _TAIL), -1):
        leaf = leaves[kept[place]]
        if _ends_nothing(leaf):
            end = place
        elif _SAYS_MUCH.search(leaf.text) or len(leaf.text) > _LONGEST_LABEL:
            break
    return end


def _behind_title(leaves: Sequence[Leaf], kept: Sequence[int], title: str) -> list[int]:
    wanted = plain(title)
    for place, at in enumerate(kept[:_HEAD]):
        if plain(leaves[at].text) == wanted and place + 1 < len(kept):
            return list(kept[place + 1 :])
        if len(leaves[at].text) > _LONGEST_ABOVE:
            break
    return list(kept)


def is_furniture(text: str) -> bool:
    """Whether a line is a date, a byline or both, and nothing else; or a caption that credits a picture."""
    if len(text) <= _LONGEST_NOTICE and _PICTURE.search(text):
        return True
    if len(text) > _LONGEST_LINE or _SENTENCE.search(text):
        return False
    rest = text
    found = dates.places(text) if _YEAR_OR_CLOCK.search(text) else ()
    for start, end in reversed(found):
        rest = f"{rest[:start]} {rest[end:]}"
    rest = rest.strip(" ,;|·•–—-()[]")
    if found and len(_LETTERS.findall(rest)) <= _FEW_LETTERS:
        return True
    return byline.starts_as_byline(rest) and not any(map(str.isdigit, rest)) and _is_names(rest)


def _is_names(text: str) -> bool:
    found = byline.read(text)
    named = sum(len(name) for name in (*found.people, *found.desks))
    return named > _NAMED * len(byline.without_prefix(text))


def _ends_nothing(leaf: Leaf) -> bool:
    """Whether a last line is the page's: furniture, a notice of rights, a lone link, the name or size of a list."""
    text = leaf.text
    if leaf.links and leaf.link_chars >= len(text) - 1 and not _SAYS_MUCH.search(text):
        return True
    if len(text) <= _LONGEST_LABEL and (text.endswith((":", "：")) or _COUNTED.fullmatch(text)):
        return True
    return is_furniture(text) or (len(text) <= _LONGEST_NOTICE and bool(_NOTICE.search(text)))
