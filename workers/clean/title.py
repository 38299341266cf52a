"""The headline without the site's name, out of the title, h1 and what the head declares"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from html import unescape

from storage.domain import Provenance
from workers.clean.normal import clean_line

# Marks that part a headline from a site's name or a section; a plain colon or hyphen needs a name to follow.
_MARKS = re.compile(
    r"\s+[|ㅣ–—\-·•»«›‹:/~]+\s+|\s*[|ㅣ｜]\s*|\s[-–—]\s?|-(?=[^-]{2,20}ㅣ)|_(?=[^_]{2,20}$)|:\s+|\s*[：]\s*| \\ "
)
_TAIL = re.compile(r"\s*[-|ㅣ:»›·•/｜]|\s+[«‹~(]")
_WORDS = re.compile(r"\w+")
_NOT_WORDS = re.compile(r"\W+")
_PLAIN = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-"})
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_ELLIPSIS = re.compile(r"\s*(?:\.\.\.|…)\s*$")
_SIMILAR = 0.6
_LIKE = 0.5  # of two or more h1, the page's own shares that many words with what the head declares
_TELLING = 4  # a lone h1 of fewer words that the head doesn't confirm is a section's or the site's
# Tuned on pages where the sources differ: h1 and og:title beat JSON-LD and title; all three beat a lone h1.
_WEIGHTS = {
    "h1": 1.5,
    "headline": 1.0,  # a line that the head confirms
    "large": 0.8,  # the line in the largest letters
    "og": 1.0,
    "jsonld": 0.9,
    "title": 0.5,
    "entry": 0.5,
    "meta": 0.1,
}
_CORE = 20  # characters of a headline that two kickers share
_SHORTEST = 10  # characters of a text that others are measured against
_VISIBLE = frozenset({"h1", "headline", "large"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A string that may be the headline, and where it was read."""

    text: str
    source: str


@lru_cache(maxsize=4_000)
def plain(text: str) -> str:
    """`text`, in normal form, for comparing headlines: no case, quotes and dashes of one kind."""
    return text.casefold() if text.isascii() else text.translate(_PLAIN).casefold()


def choose(claims: Sequence[Claim], site_names: Iterable[str]) -> tuple[str, Provenance] | None:
    """The headline without the site's name; None without any claim.

    Sources vote by weight: what readers see, the h1, yields only where everything the head declares agrees on
    another wording. Of several h1, the one that the head confirms is the page's own.
    """
    names = {plain(name) for name in site_names if len(name) > 1}
    kept = [Claim(_without_names(clean_line(unescape(c.text)), names), c.source) for c in claims]
    kept = [c for c in kept if c.text and plain(c.text) not in names]
    if chosen := next((c for c in kept if c.source == "selector"), None):
        return chosen.text, Provenance("selector", 0.99)
    seen = [c for c in kept if c.source in _VISIBLE]
    told = [c for c in kept if c.source not in _VISIBLE]
    told = [Claim(_without_suffix(c, kept), c.source) for c in told]
    own = _own_headline(seen, told)
    if own and own.source in _VISIBLE and own not in seen:
        told = [replace(t, text=own.text) if plain(t.text).endswith(plain(own.text)) else t for t in told]
    voters = ([own] if own else []) + told or seen[:1]
    if not voters:
        return None
    best = max(voters, key=lambda c: (_votes(c, voters), -voters.index(c)))
    best = next((t for t in told if _bare(t.text) == _bare(best.text)), best)  # h1 lose the mark after a kicker
    agreeing = len({c.source for c in kept if _bare(c.text) == _bare(best.text)})
    return best.text, Provenance(best.source, min(0.99, 0.6 + 0.13 * agreeing))


def _without_suffix(claim: Claim, others: Sequence[Claim]) -> str:
    """The text up to a mark where another source ends too: what follows is a section or the site."""
    whole = plain(claim.text)
    for other in others:
        core = plain(other.text)
        if (
            len(core) > _SHORTEST
            and len(core) < len(whole)
            and whole.startswith(core)
            and _TAIL.match(whole, len(core))
        ):
            return other.text
    return claim.text


def _own_headline(seen: Sequence[Claim], told: Sequence[Claim]) -> Claim | None:
    """The visible headline that shares most words with the head, without a kicker that the head lacks."""
    if not told:
        return next(iter(seen), None)
    confirmed = {plain(t.text) for t in told}
    if exact := next((s for s in seen if plain(s.text) in confirmed), None):
        return exact
    ranked = [(max(_likeness(s.text, t.text) for t in told), -at, s) for at, s in enumerate(seen)]
    likeness, _, best = max(ranked, default=(0.0, 0, None), key=lambda each: each[:2])
    if best is None or (likeness < _LIKE and (len(seen) > 1 or len(_words(best.text)) < _TELLING)):
        return None
    if core := next((core for t in told if (core := _core(best.text, t.text))), None):
        return Claim(core, best.source)
    return next((t for t in told if _has_kicker(best.text, t.text)), best)


def _votes(claim: Claim, voters: Sequence[Claim]) -> float:
    """Weight of the sources that carry this wording; one that was cut off with dots carries none."""
    if _ELLIPSIS.search(claim.text) and any(_is_cut(claim.text, v.text) for v in voters):
        return 0.0
    wording = _bare(claim.text)
    sources = {v.source for v in voters if _bare(v.text) == wording or _is_cut(v.text, claim.text)}
    return sum(_WEIGHTS.get(source, 0.5) for source in sources)


def _is_cut(text: str, whole: str) -> bool:
    cut = plain(_ELLIPSIS.sub("", text))
    return (
        bool(_ELLIPSIS.search(text)) and len(cut) > 10 and plain(whole).startswith(cut) and len(text) < len(whole) + 3
    )


def _likeness(one: str, other: str) -> float:
    """Share of common words, 0-1; a text that was cut off counts for its whole form."""
    first, second = set(_words(one)), set(_words(other))
    shared = len(first & second)
    return shared / max(1, min(len(first), len(second))) if shared > 1 or len(first) == 1 else 0.0


@lru_cache(maxsize=4_000)
def _bare(text: str) -> str:
    return "".join(_WORDS.findall(plain(text)))


def _words(text: str) -> list[str]:
    folded = plain(text)
    if _UNSPACED.search(folded):  # pairs of letters stand for words
        return [folded[at : at + 2] for at in range(len(folded) - 1)]
    return _WORDS.findall(folded)


def _has_kicker(text: str, inner: str) -> bool:
    """Whether `text` is `inner` with a kicker glued or marked off in front of it."""
    outer, core = plain(text), plain(inner)
    return len(core) > 20 and outer.endswith(core) and len(core) > len(outer) / 2 and outer != core


def _core(one: str, other: str) -> str | None:
    """What both say behind another kicker each: "Elections - They all lost" and "Night of votes: They all lost"."""
    for mark in _MARKS.finditer(one):
        core = one[mark.end() :]
        if len(core) <= max(_CORE, len(one) / 2) or not plain(other).endswith(plain(core)):
            continue
        kicker = other[: -len(core)]
        marks = list(_MARKS.finditer(kicker))
        words, others = _words(one[: mark.start()]), _words(kicker)
        if marks and marks[-1].end() == len(kicker) and words[-1:] != others[-1:]:
            return core
    return None


@lru_cache(maxsize=500)  # the sources of a page tell the same headline
def _marks(text: str) -> tuple[re.Match[str], ...]:
    return tuple(_MARKS.finditer(text))


def _without_names(text: str, names: set[str]) -> str:
    """Drop parts at either end that are the site's name, as long as a headline remains."""
    text = text.lstrip("|»›-–—•· ") or text
    while True:
        marks = _marks(text)
        for mark in reversed(marks):
            if _is_name(text[mark.end() :], names) and _WORDS.search(text[: mark.start()]):
                text = text[: mark.start()].strip()
                break
        else:
            for mark in marks:
                if _is_name(text[: mark.start()], names) and _WORDS.search(text[mark.end() :]):
                    text = text[mark.end() :].strip()
                    break
            else:
                return text


@lru_cache(maxsize=4_000)
def _squeezed(text: str) -> str:
    return _NOT_WORDS.sub("", text)


def _is_name(part: str, names: set[str]) -> bool:
    """Whether a part is the site's name, its host, or its name with a word or two more."""
    part = plain(part).strip(" .-|")
    if not part or len(part) > 60:
        return False
    squeezed = _squeezed(part)
    for name in names:
        core = _squeezed(name)
        if squeezed == core or (len(core) > 3 and squeezed.startswith(core) and len(squeezed) < len(core) + 15):
            return True
        if len(squeezed) > 3 and len(core) > 3 and core.endswith(squeezed) and len(squeezed) > len(core) * _SIMILAR:
            return True
    return False
