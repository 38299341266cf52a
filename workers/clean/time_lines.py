"""Times in the lines by headline and text, with the words that say what they are times of"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cache, lru_cache
from importlib.resources import files

from storage.domain import Moment, Precision
from workers.clean import dates, relative
from workers.clean.dates import Locale
from workers.clean.markup import text_of
from workers.clean.signals import Near, Signals
from workers.clean.time_claims import Claim, local_day

_LONGEST_LINE = 200
_LONGEST_LABEL = 40
_LABELLED = 2.0  # weight of a line whose words say that it dates the publication
# Where templates put the time for machines beside the one for readers.
_MACHINE = (
    "datetime",
    "data-datetime",
    "data-timestamp",
    "data-published",
    "data-publish-date",
    "data-date",
    "data-time",
    "title",
)


def of_page(signals: Signals, near: list[Near], locale: Locale) -> Iterator[Claim]:
    """Claims of the lines near headline and text, nearest first.

    A day in a line above the headline without a time may be today's, and is left out unless it is older or labelled.
    """
    told = _told(signals, locale)
    before = ""
    for each in near:
        text = each.leaf.text
        is_caption = signals.is_marked(each.leaf, "caption") or signals.is_marked(each.leaf, "t_figcaption")
        longest = _LONGEST_LINE / 2 if each.side == "text" else _LONGEST_LINE
        if len(text) <= longest and not is_caption and not says(text, "other"):
            is_marked = signals.is_marked(each.leaf, "date")
            for claim in _of_line(text, before, told, locale):
                is_today = claim.moment.at.date() >= locale.now.date() - timedelta(days=1)
                is_day = claim.moment.precision is Precision.DAY and not claim.is_stated
                if each.side == "text" and claim.weight < _LABELLED:
                    continue
                if each.side != "above" or not (is_today and is_day):
                    weight = claim.weight + is_marked + (each.side in {"under", "above"})
                    yield replace(claim, is_stated=claim.is_stated and each.side in {"under", "above"}, weight=weight)
        before = text
    yield from _untold(signals, locale)


def _told(signals: Signals, locale: Locale) -> dict[str, Moment]:
    """What readers see of a time -> what machines are told; of several with one text the first."""
    found: dict[str, Moment] = {}
    for node, attributes in signals.marked:
        machine = _machine(attributes)
        shown = text_of(node) if machine else ""
        if shown and shown not in found and len(shown) < _LONGEST_LINE:
            moment = dates.read(machine or "", locale, "time")
            found |= {shown: moment} if moment else {}
    return found


def _machine(attributes: Mapping[str, str | None]) -> str | None:
    return next((attributes[name] for name in _MACHINE if attributes.get(name)), None)


def _untold(signals: Signals, locale: Locale) -> Iterator[Claim]:
    """The first time element behind the h1, if scripts are to fill in what it shows."""
    marked = iter(signals.marked)
    if any(node.tag == "h1" for node, _ in marked):
        first, machine = next(
            ((node, told) for node, held in marked if node.tag == "time" and (told := _machine(held))), (None, "")
        )
        if first is not None and not text_of(first) and (moment := dates.read(machine, locale, "time")):
            yield Claim(moment, is_modified=False, is_stated=False)


def _of_line(text: str, before: str, told: dict[str, Moment], locale: Locale) -> Iterator[Claim]:
    """The times of a line, each read with the words in front of it; `before` is the line above."""
    here = [(shown, moment) for shown, moment in told.items() if shown in text]
    found = [(each.start, each.end, each.moment) for each in dates.find(text, locale, "text")]
    if not found:
        found = [(start := text.index(shown), start + len(shown), moment) for shown, moment in here]
    if not found and (moment := relative.read(text, locale)):
        found = [(0, len(text), moment)]
    after = 0
    for start, end, moment in found:
        label = text[after:start] or (before if len(before) < _LONGEST_LABEL else "")
        is_published = says(label, "published")
        is_modified = not is_published and says(label, "modified")
        exact = next((m for shown, m in here if shown in text[after:] and _is_told(m, moment)), moment)
        yield Claim(exact, is_modified, is_published, _LABELLED * is_published + (end - start) / len(text))
        after = end


def _is_told(exact: Moment, shown: Moment) -> bool:
    """Whether a machine's time and what readers see are one time, but for the zone."""
    if shown.precision is Precision.DAY:
        return local_day(exact) == shown.at.date()
    gap = abs(exact.at - shown.at)
    return gap < timedelta(hours=15) and gap % timedelta(minutes=15) < timedelta(minutes=1)


@cache
def _labels() -> dict[str, tuple[str, ...]]:
    data = tomllib.loads((files("workers.clean") / "labels.toml").read_text("utf-8"))
    return {kind: tuple(map(str.lower, words)) for kind, words in data.items()}


@lru_cache(maxsize=2_000)  # readers of times and of bylines ask it of the same lines
def says(text: str, kind: str) -> bool:
    """Whether a text holds one of the words of labels.toml."""
    lowered = text.lower()
    return any(word in lowered for word in _labels()[kind])
