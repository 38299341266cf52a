"""Lays out a lab's whole world from a seed: who prints what, when, and what happens to it later"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from dateline.lab import copies, material
from dateline.lab.compose import LANGUAGES, Composer
from dateline.lab.copies import Wording
from dateline.lab.decoys import decoys
from dateline.lab.model import Article, Site, Story, Version, World
from dateline.lab.plan import Plan
from dateline.lab.weather import bulletins

MOST_COPIES = 4
SPREAD_HOURS = 60
OLD_DAYS = 40


class WorldBuilder:
    """Places stories on sites; every draw comes from one seeded generator, so a seed gives one world."""

    def __init__(self, plan: Plan, seed: int, start: datetime) -> None:
        self.plan = plan
        self.seed = seed
        self.start = start.replace(microsecond=0)
        self._minute = start.replace(second=0, microsecond=0)  # pages show minutes: what is past has no seconds
        self.rng = Random(f"world {seed}")
        self.composer = Composer(seed)
        self.articles: list[Article] = []
        self._number = 20_000
        self._last_by_language: dict[str, Story] = {}
        self._kinds: dict[str, int] = defaultdict(int)
        self._turns: dict[str, int] = defaultdict(int)

    def build(self) -> World:
        """The world; article numbers are in order of publication."""
        for story in self._past_stories():
            self._place(story, self._past_time())
        self.articles += bulletins(self.plan.sites, self._minute, self.rng)
        self._disturb()
        self._remember()
        self._arrive()
        ordered = sorted(self.articles, key=lambda article: (article.published_at, article.site, article.path))
        numbered = tuple(replace(article, number=number) for number, article in enumerate(ordered, 1))
        grouped: dict[str, list[Article]] = {site.id: [] for site in self.plan.sites}
        for article in numbered:
            grouped[article.site].append(article)
        return World(
            seed=self.seed,
            start=self.start,
            sites=self.plan.sites,
            articles=numbered,
            decoys=tuple(decoy for site in self.plan.sites for decoy in decoys(site, self.plan.trap)),
            trap=self.plan.trap,
            by_site={site: tuple(group) for site, group in grouped.items()},
        )

    def _past_stories(self) -> Iterator[Story]:
        if self.plan.has_written_stories:
            written = [story for story in material.stories() if self._carriers(story)]
            self.rng.shuffle(written)
            yield from written
        while len(self.articles) < self.plan.articles:
            yield self._composed()

    def _composed(self) -> Story:
        spoken = [language for site in self.plan.sites for language in site.languages if language in LANGUAGES]
        return self.composer.story(self.rng.choice(spoken), wire=self.rng.random() < 0.5)

    def _carriers(self, story: Story) -> list[Site]:
        return [site for site in self.plan.sites if story.language in site.languages]

    def _past_time(self) -> datetime:
        return self._minute - timedelta(minutes=self.rng.randint(5 * 60, SPREAD_HOURS * 60))

    def _place(self, story: Story, at: datetime) -> list[Article]:
        """Prints a story: once where its reporter works, or at several portals if an agency wrote it."""
        carriers = self._carriers(story)
        self.rng.shuffle(carriers)
        placed = [self._original(story, carriers[0], at)]
        for site in carriers[1:MOST_COPIES] if story.agency else ():
            at += timedelta(minutes=self.rng.randint(4, 70))
            placed.append(self._copy(story, site, at))
        if story.agency and self._is_turn("update", 8):
            placed.append(self._update(story, carriers[0], at + timedelta(minutes=20)))
        self._last_by_language[story.language] = story
        self.articles += placed
        return placed

    def _original(self, story: Story, site: Site, at: datetime) -> Article:
        wording = copies.original(story, at.astimezone(site.zone))
        traits = {"original"}
        if not story.agency and "paywall" in site.traits and self._is_turn("paywalled", 3):
            traits.add("paywalled")
            wording = Wording(wording.title, wording.body[:3])
        elif "paged" in site.traits and len(wording.body) > 4 and self._is_turn("paged", 3):
            traits.add("paged")
        elif self._is_turn("corrected", 15):
            traits.add("corrected")
            wording = copies.corrected(wording, story.language)
        traits |= {trait for trait in ("noindex", "noarchive") if trait in site.traits and self._is_turn(trait, 6)}
        article = self._article(story, site, at, wording, None, traits)
        if not story.agency and self._is_turn("pair", 5):
            return replace(article, authors=(*article.authors, self.composer.person()))
        return article

    def _copy(self, story: Story, site: Site, at: datetime) -> Article:
        kind = self._next_kind(story)
        day = at.astimezone(site.zone)
        wording = copies.copy(kind, story, site, day, self.rng, self._last_by_language.get(story.language))
        if kind == "edited" and self._is_turn("tail", 3):
            wording = copies.with_tail(wording, story, day, self.rng)
            return replace(self._article(story, site, at, wording, kind, set()), credit="")
        return self._article(story, site, at, wording, kind, set())

    def _is_turn(self, trait: str, every: int) -> bool:
        """Every n-th chance from the first on, so that even a small world holds each."""
        self._turns[trait] += 1
        return self._turns[trait] % every == 1

    def _next_number(self) -> int:
        self._number += 7
        return self._number

    def _next_kind(self, story: Story) -> str:
        """Kinds in turn, a language at a time, so that even a small world holds each."""
        for _ in copies.WIRE_KINDS:
            kind = copies.WIRE_KINDS[self._kinds[story.language] % len(copies.WIRE_KINDS)]
            self._kinds[story.language] += 1
            if kind == "spun" and not story.spun:
                continue
            if kind == "merged" and story.language not in self._last_by_language:
                continue
            return kind
        return "verbatim"

    def _update(self, story: Story, site: Site, at: datetime) -> Article:
        wording = copies.updated(story, at.astimezone(site.zone), self.rng)
        return self._article(story, site, at, wording, "update", set())

    def _article(
        self, story: Story, site: Site, at: datetime, wording: Wording, kind: str | None, traits: set[str]
    ) -> Article:
        is_signed = kind is None or self.rng.random() < 0.5
        agency = story.agency if kind != "spun" else None
        return Article(
            number=0,
            site=site.id,
            path=_path(site, story, at, self._next_number()),
            language=story.language,
            section=story.section,
            story=story.key,
            copy_kind=kind,
            agency=story.agency,
            authors=(story.author,) if is_signed and kind != "spun" else (),
            credit=material.table("agencies")[agency]["name"] if agency else "",
            published_at=at,
            versions=(Version(at, wording.title, wording.body),),
            traits=frozenset(traits),
        )

    def _disturb(self) -> None:
        """Moves, revises and removes some articles: before the start, or in a live lab after it too."""
        hazards = ("moved", "revised", "gone", "revised", "moved", "revised")
        wanted = [i for i, article in enumerate(self.articles) if "series" not in article.traits]
        chosen = self.rng.sample(wanted, len(wanted) // 12)
        for turn, place in enumerate(chosen):
            at = self._minute - timedelta(minutes=self.rng.randint(20, 200))
            if self.plan.every_seconds and turn % 4:
                at = self.start + timedelta(seconds=int(self.plan.every_seconds * (4 + 3 * turn)))
            self.articles[place] = self._happened(self.articles[place], hazards[turn % len(hazards)], at)

    def _remember(self) -> None:
        """Sites with sitemaps still name what is older than any crawl begins: whether it is kept is a setting."""
        for site in self.plan.sites:
            if "sitemap_index" in site.seeds:
                language = next(language for language in site.languages if language in LANGUAGES)
                story = self.composer.story(language, wire=False)
                at = self._minute - timedelta(days=OLD_DAYS)
                wording = copies.original(story, at)
                self.articles.append(self._article(story, site, at, wording, None, {"original", "old"}))

    def _happened(self, article: Article, hazard: str, at: datetime) -> Article:
        at = max(at, article.published_at + timedelta(minutes=1))
        if hazard == "gone":
            return replace(article, gone_at=at)
        if hazard == "moved":
            return replace(article, old_path=f"/old{article.path}", moved_at=at)
        newest = article.versions[-1]
        body = (*newest.body, copies.development(article.language, self.rng))
        return replace(article, versions=(*article.versions, Version(at, newest.title, body)))

    def _arrive(self) -> None:
        """Live news: composed stories, each copy some arrivals after its original."""
        arriving: list[tuple[float, Article]] = []
        known = len(self.articles)
        number = 0
        while len(arriving) < self.plan.arrivals:
            for turn, article in enumerate(self._place(self._composed(), self.start)):
                arriving.append((number + turn * 3.1, article))
            number += 1
        del self.articles[known:]
        arriving.sort(key=lambda pair: pair[0])
        for slot, (_, article) in enumerate(arriving[: self.plan.arrivals], 1):
            at = self.start + timedelta(seconds=round(slot * self.plan.every_seconds))
            version = replace(article.versions[0], at=at)
            self.articles.append(replace(article, published_at=at, versions=(version,)))


def _path(site: Site, story: Story, at: datetime, number: int) -> str:
    """The site's own way of writing addresses; `number` is its own in the whole world."""
    slug = f"{story.key}-{number}"
    local = at.astimezone(site.zone)
    styles = {
        "northfield": f"/{local:%Y/%m/%d}/{slug}/",
        "talbote": f"/{story.section}/{slug}.html",
        "vestnik": f"/news/{local:%Y/%m}/{number}/",
        "seeblick": f"/artikel/{number}/{story.key}",
        "rivers": f"/{story.language}/{story.section}/{number}",
    }
    return styles.get(site.template, f"/{story.section}/{local:%Y-%m-%d}/{slug}")
