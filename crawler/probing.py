"""What a site offers a crawler: seeds that can be read, robots rules, sample pages"""

import asyncio
import base64
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from time import monotonic
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from crawler.desk import KnownPortal
from crawler.errand import Errand
from crawler.fetcher import Answer
from crawler.sources import bodies, probe, sections
from crawler.sources.reading import FoundSeed, Reading
from storage.domain import Entry, SeedKind
from storage.urls import belongs, host_key, is_home

SAMPLES = 5
SAMPLE_TRIES = 12
MOST_SECTIONS = 4  # read of those that a home page names
MOST_CHILDREN = 2  # read of a sitemap index, the newest
SEEDS_SHARE = 0.6  # of the time: what is left goes to the samples
SINCE = timedelta(days=7)


@dataclass
class Look:
    """A probe under way."""

    errand: Errand
    portal: KnownPortal
    until: float  # of the monotonic clock, for seeds
    digests: set[bytes] = field(default_factory=set)
    asked: set[str] = field(default_factory=set)
    entries: list[tuple[Entry, SeedKind]] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


async def look(errand: Errand, url: str, seconds: float) -> None:
    """Print a site's home, robots rules, seeds and samples; what `seconds` don't suffice for is named."""
    known: list[Look] = []
    problem = None
    try:
        async with asyncio.timeout(seconds):
            problem = await _all(errand, url, monotonic() + SEEDS_SHARE * seconds, known)
    except TimeoutError:
        problem = f"stopped after {seconds:g} s: give it longer"
    errand.say("end", problem=problem, left=[u for one in known for u in one.left])


async def _all(errand: Errand, url: str, until: float, known: list[Look]) -> str | None:
    answer, problem = await errand.get(url, errand.keeper.know("probe", url))
    if answer is None or answer.status != 200:
        # A home that moved to another domain is a portal of its own.
        answer, problem = await errand.get(url, None) if problem and "off_portal" in problem else (answer, problem)
    if answer is not None and answer.status != 200:
        problem = f"status {answer.status}"
    await _robots(errand, answer.url if answer else url)
    if answer is None or problem:
        errand.say("home", url=url, final_url=answer.url if answer else None, problem=problem)
        return problem
    tree = sections.parse(answer.body)
    errand.say("home", url=url, final_url=answer.url, title=_title(tree), language=_language(tree), problem=None)
    one = Look(errand, errand.keeper.know("site", answer.url), until)
    known.append(one)
    await _seeds(one, answer)
    await _samples(one)
    return None


def _title(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("title")
    return " ".join(node.text().split())[:200] if node else None


def _language(tree: LexborHTMLParser) -> str | None:
    node = tree.css_first("html")
    declared = (node.attributes.get("lang") or "") if node else ""
    return declared.replace("_", "-").split("-")[0].strip().lower() or None


async def _robots(errand: Errand, url: str) -> None:
    """Rules for the home's host, which the visit to the home has read already."""
    gate = await errand.keeper.hold(host_key(url))
    rules = gate.rules
    errand.say(
        "robots",
        host=gate.host.name,
        status=gate.host.robots_status,
        verdict=rules.judge(url) if rules else "not read",
        crawl_delay_seconds=rules.crawl_delay_seconds if rules else None,
        sitemaps=list(rules.sitemaps) if rules else [],
    )


async def _seeds(one: Look, home: Answer) -> None:
    """Read every place that the site names, then the usual ones, then some sections."""
    gate = await one.errand.keeper.hold(host_key(home.url))
    named = gate.rules.sitemaps if gate.rules else ()
    declared = await asyncio.to_thread(probe.declared, home.body, home.url, home.url)
    guessed = probe.guesses(home.url, named)
    listing = sections.read(home.body, home.url, home.url, one.errand.config.seed_entries)
    one.digests.add(_digest(home.body))
    _tell(one, FoundSeed(home.url, SeedKind.SECTION), "home", Reading(listing.entries))
    for found in declared:
        if found.kind is not SeedKind.SECTION:
            await _seed(one, found, "page")
    for number, found in enumerate(guessed):
        await _seed(one, found, "robots.txt" if number < len(named) else "guess")
    for found in [f for f in declared if f.kind is SeedKind.SECTION][:MOST_SECTIONS]:
        await _seed(one, found, "section")


async def _seed(one: Look, found: FoundSeed, by: str) -> None:
    """Read one seed and tell of it; of a mere guess only when it is right."""
    checked = one.errand.address(found.url)
    if checked is None or checked in one.asked:
        return
    url = found.url if found.kind is SeedKind.WORDPRESS else checked
    one.asked.add(checked)
    if monotonic() > one.until:
        one.left.append(url)
        return
    kind, reading = await _read(one, url, found.kind)
    if reading is None or (reading.problem and by == "guess"):
        return
    _tell(one, FoundSeed(url, kind), by, reading)
    if kind is SeedKind.SITEMAP and reading.seeds and by != "index":
        oldest = datetime.min.replace(tzinfo=UTC)
        newest = sorted(reading.seeds, key=lambda s: s.lastmod or oldest, reverse=True)
        for child in newest[:MOST_CHILDREN]:
            await _seed(one, child, "index")


async def _read(one: Look, url: str, kind: SeedKind) -> tuple[SeedKind, Reading | None]:
    """What a seed says; None where another one said the same."""
    host = host_key(url)
    portal = one.portal
    if not belongs(url, portal.value.home):
        portal = one.errand.keeper.know("elsewhere", portal.value.home, (host,))
    answer, problem = await one.errand.get(url, portal)
    if answer is None or answer.status != 200:
        return kind, Reading(problem=problem or f"status {answer.status if answer else 'none'}")
    digest = _digest(answer.body)
    if digest in one.digests:
        return kind, None
    one.digests.add(digest)
    config = one.errand.config
    since = datetime.now(UTC) - SINCE
    terms = bodies.Terms(portal.value.home, UTC, since, config.seed_entries, 5 * config.page_bytes)
    return await asyncio.to_thread(bodies.read, answer.body, answer.url, kind, terms)


def _digest(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=16).digest()


def _tell(one: Look, seed: FoundSeed, by: str, reading: Reading) -> None:
    ours = [e for e in reading.entries if belongs(one.errand.address(e.url) or "", one.portal.value.home)]
    problem = reading.problem
    if reading.entries and not ours:
        problem = "it names pages of other sites only"
    one.entries += [(entry, seed.kind) for entry in ours]
    times = [t for e in ours if (t := e.published_at or e.modified_at)]
    one.errand.say(
        "seed",
        url=seed.url,
        kind=seed.kind,
        found_by=by,
        entries=len(ours),
        further=len(reading.seeds) if seed.kind is not SeedKind.SECTION else 0,
        newest_at=max(times, default=None),
        language=next((e.language for e in ours if e.language), None),
        problem=problem,
    )


async def _samples(one: Look) -> None:
    """Print up to five pages."""
    printed = 0
    for url, named in _spread(one)[:SAMPLE_TRIES]:
        printed += await page(one.errand, url, one.portal, named)
        if printed == SAMPLES:
            return


def _spread(one: Look) -> list[tuple[str, tuple[Entry, SeedKind]]]:
    """What the seeds name, newest first, in turns from each of the site's folders: five weather reports show little."""
    oldest = datetime.min.replace(tzinfo=UTC)
    chosen: dict[str, tuple[Entry, SeedKind]] = {}
    for entry, kind in sorted(one.entries, key=lambda e: e[0].published_at or e[0].modified_at or oldest, reverse=True):
        url = one.errand.address(entry.url)
        if url and not is_home(url, one.portal.value.home):
            chosen.setdefault(url, (entry, kind))
    seen: Counter[str] = Counter()
    turns = {}
    for url in chosen:
        folder = urlsplit(url).path.split("/")[1]
        turns[url] = seen[folder]
        seen[folder] += 1
    return sorted(chosen.items(), key=lambda item: turns[item[0]])


async def fetch(errand: Errand, urls: list[str]) -> None:
    """Print each page with its body, or why it can't be had; in the order in which they come."""
    await asyncio.gather(*(_fetch(errand, url) for url in dict.fromkeys(urls)))


async def _fetch(errand: Errand, given: str) -> None:
    url = errand.address(given)
    if url is None:
        errand.say("page", url=given, problem="not an address that can be asked for")
        return
    errand.keeper.know("asked", url)  # says whether its robots.txt is asked for by http or https
    await page(errand, url, None, None)


async def page(errand: Errand, url: str, portal: KnownPortal | None, named: tuple[Entry, SeedKind] | None) -> bool:
    """Print one page; whether it came."""
    answer, problem = await errand.get(url, portal)
    if answer is not None and answer.status != 200:
        problem = f"status {answer.status}"
    values: dict[str, object] = {"url": url, "fetched_at": datetime.now(UTC), "problem": problem}
    if named is not None:
        values.update(entry=named[0], entry_kind=named[1])
    if answer is not None and not problem:
        values.update(final_url=answer.url, content_type=answer.headers.get("content-type"))
        values.update(body=base64.b64encode(answer.body).decode())
    errand.say("page", **values)
    return problem is None
