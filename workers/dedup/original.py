"""Which member of a story the others descend from, with the reasons"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import permutations

from storage.domain import AgencyClaim, CopyKind, Document
from workers.dedup.fingerprint import appeared_at

SAME_TIME = timedelta(minutes=2)  # clocks of portals differ by so much
COMPLETE = 0.85  # of the longest member's words
DERIVED = frozenset({CopyKind.MERGED, CopyKind.LOCALISED, CopyKind.SPUN})
SAME_DAY = timedelta(days=1)  # within it, which portal printed a wire text first is chance
FIRST = 6  # members that vote, and more than
FEW = 2  # of them, for two texts don't tell which was made of which
AS_GOOD = 0.05  # less support than that tells nothing

Supports = Callable[[Sequence[tuple[int, int]]], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Contender:
    """A member as far as the choice of the original needs it."""

    article_id: int
    appeared_at: datetime
    has_trusted_time: bool  # the page named a time, and not one after it was fetched
    is_agency_portal: bool
    agency: AgencyClaim | None  # its own credit, not the story's
    length: int  # characters of the body
    kind: CopyKind | None = None  # what it was taken for so far


def contender(document: Document) -> Contender:
    """Return a document as a contender of no known kind."""
    return Contender(
        article_id=document.article_id,
        appeared_at=appeared_at(document),
        has_trusted_time=document.published_at is not None and document.published_at <= document.arrived_at,
        is_agency_portal=document.is_agency_portal or is_at_home(document.agency),
        agency=document.agency,
        length=len(document.body),
    )


def is_at_home(claim: AgencyClaim | None) -> bool:
    """Return whether a claim was read off the portal itself: an agency's own."""
    return claim is not None and claim.source == "portal"


def are_rivals(one: AgencyClaim | None, other: AgencyClaim | None) -> bool:
    """Return whether two texts bear the credits of different agencies."""
    return one is not None and other is not None and one.agency != other.agency


def story_agency(contenders: Sequence[Contender]) -> AgencyClaim | None:
    """Return the agency that a story came from: the one credited most, each credit by its confidence.

    An agency's own portal counts three times; ties go to the earliest credit.
    """
    weight: defaultdict[str, float] = defaultdict(float)
    for member in contenders:
        if member.agency is not None:
            weight[member.agency.agency] += member.agency.confidence * (3 if member.is_agency_portal else 1)
    if not weight:
        return None
    credited = sorted((m for m in contenders if m.agency), key=_time)
    best = max(weight.values())
    for member in credited:
        if member.agency is not None and weight[member.agency.agency] >= best - 1e-9:
            return member.agency
    return None


def choose(contenders: Sequence[Contender], supports: Supports | None = None) -> int:
    """Return the article id of the original.

    `contenders` isn't empty. The agency's own portal wins. Else the texts of the first day vote: `supports` says of
    pairs of articles how well the second goes as a copy of the first (limits.Bench), and who is as good as the best,
    of the credited ones where several are, stays in the running. Of these, or of all where nobody votes, a text wins
    that isn't derived from several or reworded; then the earliest trusted time; among those minutes apart the
    credited, then the complete one.
    """
    agency = story_agency(contenders)
    longest = max(member.length for member in contenders)
    together = _first_printed(contenders, agency)
    if supports is not None and together:
        contenders = _nearest_to_the_source(together, agency, supports)
    ranked = sorted(contenders, key=lambda member: _rank(member, agency))
    return _best_of_the_earliest(ranked, agency, longest).article_id


def disputed(contenders: Sequence[Contender]) -> list[tuple[int, int]]:
    """Return the pairs of articles whose support `choose` asks for."""
    together = _first_printed(contenders, story_agency(contenders))
    return list(permutations((member.article_id for member in together), 2))


def _first_printed(contenders: Sequence[Contender], agency: AgencyClaim | None) -> list[Contender]:
    """Return the members of the first day that vote, the earliest first; none where there is no question.

    The earliest are taken, but half of them credited where so many are.
    """
    if any(_is_home(member, agency) for member in contenders):
        return []
    timed = sorted((m for m in contenders if m.has_trusted_time), key=_time)
    together = [m for m in timed if m.appeared_at - timed[0].appeared_at <= SAME_DAY]
    credited = _credited(together, agency)[: FIRST // 2]
    others = [m for m in together if m not in credited][: FIRST - len(credited)]
    together = sorted([*credited, *others], key=_time)
    return together if len(together) > FEW or len(credited) > 1 else []


def _time(member: Contender) -> tuple[datetime, int]:
    return member.appeared_at, member.article_id


def _nearest_to_the_source(
    together: Sequence[Contender], agency: AgencyClaim | None, supports: Supports
) -> list[Contender]:
    """Return those that the others agree with most: of the credited ones where there are several."""
    pairs = list(permutations((member.article_id for member in together), 2))
    total = dict.fromkeys((member.article_id for member in together), 0.0)
    for (one, _), support in zip(pairs, supports(pairs), strict=True):
        total[one] += support
    credited = _credited(together, agency)
    among = credited if len(credited) > 1 else together
    least = max(total[member.article_id] for member in among) - AS_GOOD * (len(together) - 1)
    return [member for member in among if total[member.article_id] >= least]


def _rank(member: Contender, agency: AgencyClaim | None) -> tuple[bool, bool, bool, datetime, int]:
    return (
        not _is_home(member, agency),
        member.kind in DERIVED,
        not member.has_trusted_time,
        member.appeared_at,
        member.article_id,
    )


def _credited(members: Sequence[Contender], agency: AgencyClaim | None) -> list[Contender]:
    return [member for member in members if _is_credited(member, agency)]


def _is_home(member: Contender, agency: AgencyClaim | None) -> bool:
    if not member.is_agency_portal:
        return False
    return agency is None or member.agency is None or member.agency.agency == agency.agency


def _best_of_the_earliest(ranked: Sequence[Contender], agency: AgencyClaim | None, longest: int) -> Contender:
    first = ranked[0]
    together = [
        member
        for member in ranked
        if _rank(member, agency)[:3] == _rank(first, agency)[:3] and member.appeared_at - first.appeared_at <= SAME_TIME
    ]
    return min(
        together,
        key=lambda m: (not _is_credited(m, agency), m.length < COMPLETE * longest, m.appeared_at, m.article_id),
    )


def _is_credited(member: Contender, agency: AgencyClaim | None) -> bool:
    return agency is not None and member.agency is not None and member.agency.agency == agency.agency


def reasons(article_id: int, contenders: Sequence[Contender]) -> tuple[str, ...]:
    """Return why an article is taken for the original among `contenders`, the strongest reason first."""
    if len(contenders) == 1:
        return ("only member",)
    first = next(member for member in contenders if member.article_id == article_id)
    agency = story_agency(contenders)
    found = []
    if _is_home(first, agency):
        found.append("agency's own portal")
    if first.has_trusted_time and first.appeared_at <= min(m.appeared_at for m in contenders):
        found.append("earliest publication time")
    if _is_credited(first, agency) and agency is not None:
        found.append(f"credits {agency.agency}")
    if first.length >= COMPLETE * max(member.length for member in contenders):
        found.append("complete")
    return tuple(found) or ("earliest among the members that aren't reworded or combined",)
