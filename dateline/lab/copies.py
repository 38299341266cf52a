"""Makes what portals make of a wire story: verbatim, edited, cut, localised, merged and spun copies"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random

from dateline.lab import material
from dateline.lab.model import Site, Story

WIRE_KINDS = ("verbatim", "edited", "truncated", "localised", "merged", "spun")


@dataclass(frozen=True, slots=True)
class Wording:
    """One portal's wording of a story: headline and paragraphs, with the dateline in the first."""

    title: str
    body: tuple[str, ...]


def original(story: Story, day: datetime) -> Wording:
    """The story as its agency or reporter wrote it; `day` (local) goes into the dateline."""
    return Wording(story.titles[0], with_mark(story, story.text, day))


def copy(kind: str, story: Story, site: Site, day: datetime, rng: Random, other: Story | None = None) -> Wording:
    """A copy of `kind`; `other` is the second story of a merged one. Raises KeyError for an unknown kind."""
    makers = {
        "verbatim": lambda: story.text,
        "edited": lambda: _edited(story, rng),
        "truncated": lambda: story.text[: max(2, len(story.text) // 3)],
        "localised": lambda: _localised(story, site, rng),
        "merged": lambda: _merged(story, other or story),
        "spun": lambda: story.spun or _edited(story, rng),
    }
    text = makers[kind]()
    body = tuple(text) if kind == "spun" else with_mark(story, text, day)
    title = story.titles[0] if kind == "verbatim" and rng.random() < 0.5 else rng.choice(story.titles[-2:])
    return Wording(title, body)


def updated(story: Story, day: datetime, rng: Random) -> Wording:
    """A later version under its own headline: one new fact after the first paragraph, one at the end."""
    first, *rest = with_mark(story, story.text, day)
    last = _filled(material.words(story.language)["second"], rng)
    return Wording(story.titles[-1], (first, development(story.language, rng), *rest, last))


def development(language: str, rng: Random) -> str:
    """One paragraph of what has happened since."""
    return _filled(rng.choice(material.words(language)["update"]), rng)


def corrected(wording: Wording, language: str) -> Wording:
    """The same text with a corrections note at its end."""
    return Wording(wording.title, (*wording.body, material.words(language)["note"]))


def with_mark(story: Story, text: tuple[str, ...], day: datetime) -> tuple[str, ...]:
    """The text with the agency's dateline before its first word; staff stories have none."""
    return (_mark(story, day) + text[0], *text[1:])


def with_tail(wording: Wording, story: Story, day: datetime, rng: Random) -> Wording:
    """The same copy with its agency named in a closing line instead of a dateline."""
    assert story.agency
    agency = material.table("agencies")[story.agency]["name"]
    tail = _filled(material.words(story.language)["contributed"].replace("{agency}", agency), rng)
    first, *rest = wording.body
    return Wording(wording.title, (first.removeprefix(_mark(story, day)), *rest, tail))


def _mark(story: Story, day: datetime) -> str:
    if not story.agency:
        return ""
    marks: Mapping[str, str] = material.table("agencies")[story.agency]["mark"]
    month = material.words(story.language)["months"][day.month - 1]
    mark = marks.get(story.language, marks["*"])
    return mark.format(place=story.place, month=month, month3=month[:3], day=day.day, author=story.author)


def _edited(story: Story, rng: Random) -> tuple[str, ...]:
    """An editor's version: some words changed, one paragraph gone, two in another order."""
    text = list(story.text)
    for old, new in material.words(story.language)["edits"]:
        text = [part.replace(old, new, 1) for part in text]
    if len(text) > 4:
        del text[rng.randrange(2, len(text))]
    if len(text) > 3:
        place = rng.randrange(1, len(text) - 1)
        text[place], text[place + 1] = text[place + 1], text[place]
    return tuple(text)


def _localised(story: Story, site: Site, rng: Random) -> tuple[str, ...]:
    choices = rng.sample(material.words(story.language)["local"], 2)
    near, before = (_filled(line, rng, site.home) for line in choices)
    return (story.text[0], near, *story.text[1:], before)


def _merged(story: Story, other: Story) -> tuple[str, ...]:
    """Most of one story and the beginning of another, which stays the smaller part: the story is the first's."""
    kept = story.text[: max(3, len(story.text) - 2)]
    joined = other.text[:2] if other is not story else ()
    if len("".join(joined)) > len("".join(kept)) / 2:
        joined = joined[:1]
    return (*kept, material.words(story.language)["bridge"], *joined)


def _filled(line: str, rng: Random, home: str = "") -> str:
    names = material.table("names")
    person = f"{rng.choice(names['first'])} {rng.choice(names['last_head'])}{rng.choice(names['last_tail'])}"
    return line.format(home=home, name=person, n=rng.randint(3, 900))
