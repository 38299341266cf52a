"""Who wrote the article: people, and desks and agencies apart from them"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from storage.domain import Provenance
from workers.clean import byline, byline_lines
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
    "beside_date": 0.5,
}


@dataclass(frozen=True, slots=True)
class Authors:
    """People and desks credited, and where they were read."""

    byline: Byline
    lines: tuple[str, ...]  # byline lines as they stand on the page
    provenance: Provenance | None


def choose(signals: Signals, near: list[Near], site_names: Iterable[str]) -> Authors:
    """The credited people from the source trusted most that names any; desks of all sources."""
    lines = byline_lines.of_page(signals, near)
    sites = {plain(name) for name in site_names}
    sources = {name: _without_sites(found, sites) for name, found in _sources(signals, near, lines) if found}
    if not sources and (bare := byline_lines.beside_date(signals, near)):
        sources["beside_date"] = _without_sites(bare, sites)
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
    yield "byline", byline.merged(map(byline.read, lines)) or byline_lines.credited(signals, near)
    names = [
        text for key in _META for text in signals.markup.meta.get(key, ()) if not text.startswith(("http", "@", "/"))
    ]
    yield "meta", byline.merged(byline.read(name, is_structured=True) for name in names)
    entry = signals.context.entry
    yield "entry", byline.merged(byline.read(name, is_structured=True) for name in (entry.authors if entry else ()))
    yield "signature", byline_lines.signature(signals)


def _from_markup(signals: Signals, near: list[Near]) -> Iterator[Byline]:
    """Elements marked as author by itemprop or rel, where they stand by headline or text."""
    shown = " ".join(each.leaf.text for each in near)
    first_box = 0
    for node, attributes in signals.marked:
        prop, rel = attributes.get("itemprop") or "", attributes.get("rel") or ""
        if "author" in prop.split() or ("author" in rel.split() and node.tag == "a"):
            text = attributes.get("content") or text_of(node) or _named_inside(node)
            box = node.parent.parent.mem_id if node.parent and node.parent.parent else 0
            first_box = first_box or box
            if text and len(text) < _LONGEST_BYLINE and (text in shown or box == first_box):
                yield byline.read(text, is_structured=True)


def _named_inside(node: LexborNode) -> str:
    """The name in an element that shows nothing: `<div itemprop=author><meta itemprop=name content=...>`."""
    named = node.css_first('[itemprop~="name"]')
    return clean_line(named.attributes.get("content") or "") if named is not None else ""


def _without_sites(found: Byline, sites: set[str]) -> Byline:
    """A person called like the site, or as part of the site, is the site; a name with more glued to it is dropped."""
    own = tuple(name for name in found.people if _is_site(plain(name), sites))
    people = tuple(name for name in found.people if name not in own)
    whole = tuple(
        n for n in people if not any(n != other and n.startswith(other) and len(other) > 5 for other in people)
    )
    return Byline(whole, found.desks + own)


def _is_site(name: str, sites: set[str]) -> bool:
    """Whether a name is the site's, written apart or together, or has the site's short name in it."""
    words = name.split()
    if name in sites or "".join(words) in sites:
        return True
    return len(words) > 1 and any(site in words for site in sites if len(site) > 2 and " " not in site)
