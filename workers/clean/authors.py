"""Who wrote the article: people, and desks and agencies apart from them"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from storage.domain import Provenance
from workers.clean import byline, dates
from workers.clean.byline import Byline
from workers.clean.markup import text_of
from workers.clean.normal import clean_line
from workers.clean.signals import Near, Signals
from workers.clean.title import plain

_META = (
    "author", "article:author", "article:author_name", "parsely-author", "sailthru.author", "dc.creator",
    "dc.contributor", "dcterms.creator", "byl", "cxenseparse:author", "citation_author", "twitter:data1",
    "og:article:author", "authors", "dc.author",
)  # fmt: skip
_LONGEST_BYLINE = 160
_CONFIDENCE = {
    "jsonld": 0.9,
    "selector": 0.99,
    "byline": 0.85,
    "meta": 0.75,
    "markup": 0.8,
    "text": 0.7,
    "entry": 0.7,
    "signature": 0.6,
}


@dataclass(frozen=True, slots=True)
class Authors:
    """People and desks credited, and where they were read."""

    byline: Byline
    lines: tuple[str, ...]  # byline lines as they stand on the page
    provenance: Provenance | None


def choose(signals: Signals, near: list[Near], site_names: Iterable[str]) -> Authors:
    """The credited people from the source trusted most that names any; desks of all sources."""
    lines = list(dict.fromkeys(_byline_lines(signals, near)))
    sites = {plain(name) for name in site_names}
    sources = {name: _without_sites(found, sites) for name, found in _sources(signals, near, lines) if found}
    desks = byline.merged(Byline((), each.desks) for each in sources.values()).desks
    best = next((name for name in sources if sources[name].people), None)
    if best is None:
        where = Provenance(next(iter(sources)), 0.6) if desks else None
        return Authors(Byline((), desks), tuple(lines), where)
    people = sources[best].people
    shown = sources.get("byline", Byline()).people
    if {p.casefold() for p in people} < {p.casefold() for p in shown}:
        best, people = "byline", shown  # heads name the first author only, where the page names all
    agreeing = sum(set(each.people) == set(people) for each in sources.values())
    return Authors(
        Byline(people, desks), tuple(lines), Provenance(best, min(0.99, _CONFIDENCE[best] + 0.05 * agreeing))
    )


def _sources(signals: Signals, near: list[Near], lines: list[str]) -> Iterator[tuple[str, Byline]]:
    told = signals.declared.people("author") or signals.declared.people("creator")
    yield "jsonld", byline.merged(byline.read(c.name, is_structured=True) for c in told)
    yield "markup", byline.merged(_from_markup(signals, near))
    yield "byline", byline.merged(map(byline.read, lines)) or _credited(signals, near)
    names = [
        text for key in _META for text in signals.markup.meta.get(key, ()) if not text.startswith(("http", "@", "/"))
    ]
    yield "meta", byline.merged(byline.read(name, is_structured=True) for name in names)
    entry = signals.context.entry
    yield "entry", byline.merged(byline.read(name, is_structured=True) for name in (entry.authors if entry else ()))
    yield "signature", _signature(signals)


def _from_markup(signals: Signals, near: list[Near]) -> Iterator[Byline]:
    """Elements marked as author by itemprop or rel, where they stand by headline or text."""
    shown = " ".join(each.leaf.text for each in near)
    first_box = 0
    for node in signals.marked:
        attributes = node.attributes
        prop, rel = attributes.get("itemprop") or "", attributes.get("rel") or ""
        if "author" in prop.split() or ("author" in rel.split() and node.tag == "a"):
            text = attributes.get("content") or text_of(node)
            box = node.parent.parent.mem_id if node.parent and node.parent.parent else 0
            first_box = first_box or box
            if text and len(text) < _LONGEST_BYLINE and (text in shown or box == first_box):
                yield byline.read(text, is_structured=True)


def _byline_lines(signals: Signals, near: list[Near]) -> Iterator[str]:
    """Lines near headline and text that credit an author, by their words or by how they are marked."""
    for each in near:
        text = each.leaf.text
        if (
            len(text) > _LONGEST_BYLINE
            or byline.is_tail_credit(text)
            or _PICTURE.search(text)
            or signals.is_marked(each.leaf, "caption")
        ):
            continue
        line = _cut(text)
        if (byline.starts_as_byline(text) or signals.is_marked(each.leaf, "byline", 1)) and byline.read(line):
            yield line


def _credited(signals: Signals, near: list[Near]) -> Byline:
    """Names behind a word for "by" inside a line that is no sentence: "Ein Gastbeitrag von Jane Doe"."""
    for each in near:
        text = each.leaf.text
        is_short = each.side != "behind" and len(text) < _LONGEST_BYLINE / 2 and not _SENTENCE.search(text)
        is_own = is_short and not _PICTURE.search(text) and not signals.is_marked(each.leaf, "caption")
        if is_own and (found := byline.credited(_cut(text))):
            return found
    return Byline()


_PICTURE = re.compile(
    r"^\W*(?:photos?|fotos?|pictures?|images?|bild(?:er)?|video|credits?|фото|снимок|写真|사진|图|圖|صورة|צילום|foto|source|quelle|fuente|fonte)\b"
    r"|\b(?:photo|foto|bild|picture|image|фото|getty)\s?[:/]",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.?!…]\s*$|[.?!]\s+[^\W\d_]{4}")


def _signature(signals: Signals) -> Byline:
    """A line that holds names and nothing else, last in the text's own box or right behind it."""
    leaves, parents = signals.outline.leaves, signals.outline.parents
    last = signals.text_end - 1
    if last < 1:
        return Byline()
    box = {leaves[last].element, parents[leaves[last].element]}
    for leaf in leaves[last : last + 3]:
        is_inside = bool(box & {leaf.element, parents[leaf.element]})
        if is_inside and len(leaf.text) < _LONGEST_BYLINE / 2 and not leaf.links and _is_all_names(leaf.text):
            return byline.read(leaf.text)
    return Byline()


def _is_all_names(text: str) -> bool:
    found = byline.read(text)
    named = sum(len(name) for name in (*found.people, *found.desks))
    return bool(found.people) and named > 0.75 * len(byline.without_prefix(text)) and text[-1:] not in "?!:"


def _cut(text: str) -> str:
    """A byline without the date that often stands beside it."""
    for found in reversed(dates.find(text, dates.ANY)):
        text = text[: found.start] + " | " + text[found.end :]
    pieces = [piece for piece in _CUT.split(text) if piece.strip()]
    return clean_line(", ".join(piece for piece in pieces if not any(map(str.isdigit, piece))))


_CUT = re.compile(r"\s*[|•·]\s*|\s{2,}")


def _without_sites(found: Byline, sites: set[str]) -> Byline:
    """A person called like the site, or as part of the site, is the site; a name with more glued to it is dropped."""
    own = tuple(name for name in found.people if _is_site(plain(name), sites))
    people = tuple(name for name in found.people if name not in own)
    whole = tuple(
        n for n in people if not any(n != other and n.startswith(other) and len(other) > 5 for other in people)
    )
    return Byline(whole, found.desks + own)


def _is_site(name: str, sites: set[str]) -> bool:
    words = name.split()
    return name in sites or (
        len(words) > 1 and any(site in words for site in sites if len(site) > 2 and " " not in site)
    )
