"""Which agency a text came from, and why we think so"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from storage.domain import AgencyClaim, CleanedArticle
from workers.agencies import Agencies
from workers.dedup.creditlines import LONGEST, read_byline, read_line, read_tail
from workers.dedup.datelines import Reading, lookup_parts, read_datelines

ENOUGH = 0.5  # a claim below this is no answer
_HEAD_LINES = 8  # paragraphs at the start that may be bylines, under a portal's own lines
_TAIL_LINES = 14  # paragraphs at the end that may be credits, above a portal's own lines
_HEAD_TEXT = 400
_TAIL_TEXT = 1400
_AGREEMENT = 0.02  # what another source for the same agency adds
# names of JSON-LD and meta fields that say whose the text is; others (article:publisher, og:site_name,
# og:image:copyright, images' credits) speak of the portal or of a picture
_TEXT_FACTS = {
    "author": 0.9,
    "creator": 0.9,
    "byl": 0.9,
    "sourceorganization": 0.9,
    "syndication-source": 0.95,
    "original-source": 0.9,
    "isbasedon": 0.9,
    "isbasedonurl": 0.9,
    "source": 0.85,
    "provider": 0.8,
    "copyrightholder": 0.8,
    "credittext": 0.7,
    "copyright": 0.7,
    "rights": 0.7,
    "rightsholder": 0.7,
    "publisher": 0.7,
}


@dataclass(frozen=True, slots=True)
class Signs:
    """All that an article and its page say of where the text came from.

    `facts` are pairs of a field's name and text, such as ("jsonld:sourceOrganization", "AFP") or
    ("meta:syndication-source", "https://..."); `portal` is the host name of the page.
    """

    title: str
    body: str
    authors: tuple[str, ...] = ()
    desks: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    publisher: str | None = None
    canonical_url: str | None = None
    portal: str | None = None
    facts: tuple[tuple[str, str], ...] = ()


def signs_of(article: CleanedArticle, portal: str, facts: Iterable[tuple[str, str]] = ()) -> Signs:
    """The signs of a cleaned article on the page of host `portal`."""
    return Signs(
        title=article.title,
        body=article.body,
        authors=article.authors,
        desks=article.desks,
        credits=article.credits,
        publisher=article.publisher,
        canonical_url=article.canonical_url,
        portal=portal,
        facts=tuple(facts),
    )


def attribute(signs: Signs, agencies: Agencies) -> AgencyClaim | None:
    """The agency that the text came from as far as it shows it, or None.

    A text that a distributor of press releases brought is no agency's, unless a dateline says so.
    """
    readings = read_signs(signs, agencies)
    release = max((one.confidence for one in readings if agencies.is_release(one.agency)), default=0.0)
    totals: dict[str, tuple[float, Reading]] = {}
    for one in readings:
        if not agencies.is_release(one.agency) and one.confidence >= release:
            total, best = totals.get(one.agency, (0.0, one))
            if one.confidence > best.confidence or not total:
                best = one
            agreed = best.confidence + _AGREEMENT * _other_sources(readings, one.agency)
            totals[one.agency] = (agreed, best)
    if not totals:
        return None
    total, best = max(totals.values(), key=lambda item: item[0])
    confidence = min(total, 0.99)
    return AgencyClaim(best.agency, best.source, round(confidence, 3)) if confidence >= ENOUGH else None


def read_signs(signs: Signs, agencies: Agencies) -> list[Reading]:
    """Every claim with its evidence, strongest first; press-release distributors among them."""
    paragraphs = [line for line in signs.body.split("\n") if line.strip()]
    readings = [
        *_read_page(signs, agencies),
        *read_datelines(paragraphs, agencies),
        *_read_names(signs, agencies),
        *_read_lines(paragraphs, agencies),
        *_read_phrases(signs, agencies),
    ]
    strongest: dict[tuple[str, str], Reading] = {}
    for one in sorted(readings, key=lambda reading: -reading.confidence):
        strongest.setdefault((one.agency, one.source), one)
    return list(strongest.values())


def _other_sources(readings: list[Reading], agency: str) -> int:
    return len({one.source for one in readings if one.agency == agency}) - 1


def _read_page(signs: Signs, agencies: Agencies) -> Iterator[Reading]:
    """Claims of the address, the canonical link, JSON-LD and meta."""
    host = _host(signs.portal or "")
    own = agencies.of_host(host)
    if own:
        yield Reading(own, "portal", 0.93, host)
    canonical = agencies.of_host(_host(signs.canonical_url or ""))
    if canonical and canonical != own:
        yield Reading(canonical, "canonical", 0.95, signs.canonical_url or "")
    if signs.publisher:
        yield from (Reading(key, "jsonld", 0.72, signs.publisher) for key in _named(signs.publisher, agencies))
    for name, value in signs.facts:
        confidence = _text_fact(name.casefold())
        if confidence:
            source = "jsonld" if name.startswith("jsonld") else "meta"
            yield from (Reading(key, source, confidence, value) for key in _named(value, agencies))


def _text_fact(name: str) -> float:
    """How surely the field `name` ("jsonld:publisher.name") says whose the text is; 0 if it doesn't."""
    path = re.split(r"[:.]", name)
    if any(part in {"og", "article", "image", "photo", "thumbnail", "video"} for part in path):
        return 0.0
    steps = [part for part in path if part not in {"name", "url", "@id"}]
    return _TEXT_FACTS.get(steps[-1], 0.0) if steps else 0.0


def _named(text: str, agencies: Agencies) -> list[str]:
    """The agencies that a field's text names or whose site it links to."""
    if "://" in text:
        key = agencies.of_host(_host(text))
        return [key] if key else []
    return lookup_parts(text, agencies)


def _host(text: str) -> str:
    return (urlsplit(text).hostname or "") if "://" in text else text.partition("/")[0]


def _read_names(signs: Signs, agencies: Agencies) -> Iterator[Reading]:
    """Claims of the bylines and credit lines that cleaning has set apart."""
    for name in (*signs.authors, *signs.desks):
        yield from read_byline(name, agencies, "byline")
    for line in signs.credits:
        yield from read_datelines([line], agencies)
        yield from read_line(line, agencies, "credit")


def _read_lines(paragraphs: list[str], agencies: Agencies) -> Iterator[Reading]:
    """Claims of bylines and credit lines left in the text."""
    middle = len(paragraphs) - _TAIL_LINES
    for index, paragraph in enumerate(paragraphs):
        is_head, is_tail = index < _HEAD_LINES, index >= middle
        if (is_head or is_tail) and len(paragraph) <= LONGEST and agencies.may_name(paragraph):
            source = "byline" if is_head and index < middle else "credit"
            yield from read_line(paragraph, agencies, source, is_own_line=False)
        if is_tail:
            yield from read_tail(paragraph, agencies)


def _read_phrases(signs: Signs, agencies: Agencies) -> Iterator[Reading]:
    """Claims of what only one agency writes, in the headline, the head and the tail."""
    for key, pattern in agencies.headlines:
        if pattern.match(signs.title):
            yield Reading(key, "headline", 0.6, signs.title)
    body = signs.body
    edges = body if len(body) <= _HEAD_TEXT + _TAIL_TEXT else f"{body[:_HEAD_TEXT]}\n{body[-_TAIL_TEXT:]}"
    edges = "\n".join((edges, *signs.credits))
    for phrase in agencies.phrases:
        if phrase.literal in edges:
            match = phrase.pattern.search(edges)
            if match:
                yield Reading(phrase.agency, "credit", 0.85, match[0].strip())
