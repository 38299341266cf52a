"""Texts and documents that several tests of deduplication use."""

import random
from datetime import UTC, datetime, timedelta

from storage.domain import AgencyClaim, Document
from workers.dedup import align, reading, weighing
from workers.dedup.commonness import Commonness
from workers.dedup.lexicon import Lexicon
from workers.dedup.sides import Pair


def _unwrapped(body: str) -> str:
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in body.split("\n\n"))


LEXICON, COMMONNESS = Lexicon(), Commonness()
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

HARBOUR = _unwrapped(
    """PORT HARCOVEN (AP) — A container ship carrying 1,840 tons of fertilizer ran aground off Cape Dellan on
Tuesday, forcing the evacuation of 23 crew members, the Varland coast guard said.

The Meridian Kestrel, built in 2009 and registered in Liberia, lost power shortly after 4 a.m. during a
storm with winds of 96 kilometers an hour, according to Captain Elise Thornquist of the rescue service.

"We had about forty minutes before the hull began to bend," Thornquist told reporters in Port Harcoven. "The
crew did exactly what they had trained for."

Environment Minister Rolf Abernathy said that booms had been laid around the wreck and that no oil had been
seen so far. The ship holds some 310 tons of heavy fuel, he added.

Fishing is the main income of Dellan's 4,200 residents. Marta Quillfeather, who chairs the fishers'
cooperative, said the herring season was due to start on Dec. 3.

The owner, Ostrava Shipping of Limassol, did not answer calls. A salvage team from Rotterdam was expected on
Thursday."""
)

REWORDED = _unwrapped(
    """Emergency teams took all 23 people off a stricken freighter near Cape Dellan this Tuesday after the vessel,
loaded with 1,840 tons of fertiliser, hit the bottom, Varland's coastguard reported.

Power aboard the Liberian-flagged Meridian Kestrel, which dates from 2009, failed a little past four in the
morning. Gusts reached 96 km/h at the time, explained rescue-service captain Elise Thornquist.

She praised those on board for sticking to their drills, noting that roughly 40 minutes remained until the
hull started to give way.

No slick is visible yet, according to Rolf Abernathy, who holds the environment portfolio; barriers now ring
the ship, whose tanks contain around 310 tons of heavy fuel.

For the 4,200 inhabitants of Dellan, who live mostly off the sea, the timing is poor: their herring catch
begins on December 3, cooperative head Marta Quillfeather pointed out.

Limassol-based Ostrava Shipping could not be reached. Salvors are coming from Rotterdam and should be there
Thursday."""
)

OWN_REPORT = _unwrapped(
    """By our correspondent in Dellan

From the cliffs the ship looks almost calm. Only the angle is wrong. Since Tuesday people have come up here
with flasks and binoculars to look at the Meridian Kestrel, and most of them say little.

Jonas Fairweather, 71, fished these waters for half a century. "I told my wife the wind would bring us
something," he says. His grandson Piet was among the volunteers who carried blankets to the sports hall,
where the sailors slept on gym mats and ate pea soup.

At the town hall, deputy mayor Hanneke Olafsen has pinned a map to the wall and drawn three circles on it.
The outer one reaches the bird reserve at Sund. "If it gets there, we will need six hundred people with
buckets," she says, "and we have a school class."

The union of seafarers wants to know why the vessel sailed at all. Two storms had been announced since
Sunday, its secretary Dario Penhallow said, and the port of Brackwater had closed on Monday night."""
)

WEATHER = _unwrapped(
    """Rain will spread from the west over Northmoor on Friday, with highs of 9 degrees in Elmford and 7 in the
hills. Winds turn to the southwest and reach 40 kilometers an hour. Saturday stays mostly dry with sunny
spells in the afternoon. Night lows fall to 2 degrees. On Sunday the next front brings showers, some of them
with thunder."""
)

MARKET = _unwrapped(
    """ZURICH (Reuters) - Swiss insurer Helvora agreed on Monday to buy its Danish rival Nordtryg for 3.7 billion francs
in cash, its largest takeover since 2011.

Shareholders of Nordtryg will receive 214 crowns a share, a premium of 31 percent to Friday's close, the companies
said. Helvora's shares fell 4.2 percent in early trading.

"We gain 2.6 million customers and a first-rate claims business," Chief Executive Beatrix Amstutz told analysts.

The purchase will lift Helvora's premiums to 19.5 billion francs and should add to earnings from 2028, finance chief
Ruedi Kälin said. About 900 jobs overlap, most of them in Copenhagen and Aarhus.

Regulators in Denmark and Switzerland must approve the deal, which is expected to close in the second quarter.
Investor Ferrox Capital, which owns 6.1 percent of Nordtryg, said it would tender its stake."""
)

_NOUNS = """
    bridge orchard ledger tunnel vaccine glacier tariff library satellite quarry harvest ferry
    verdict turbine museum reservoir lantern payroll corridor beacon embargo pension furnace
    archive canal syllabus tribunal hangar meadow sewer granary viaduct ordinance casino
    dialect monsoon rooftop parcel wetland sculpture
"""
_VERBS = """
    repaired inspected auctioned flooded mapped banned rebuilt painted counted sealed leased
    closed taxed
"""
_SYLLABLES = """
    bar tol ven kir mos lan dre sul pem hof rad nic wes gol tam ost
"""


def _statement(dice: random.Random) -> str:
    name, place = ("".join(dice.sample(_SYLLABLES.split(), 3)).capitalize() for _ in range(2))
    nouns = dice.sample(_NOUNS.split(), 4)
    return (
        f"The {nouns[0]} of {place} was {dice.choice(_VERBS.split())} after {name} found"
        f" {dice.randint(13, 990)} faults in its"
        f" {nouns[1]}, and the {nouns[2]} was {dice.choice(_VERBS.split())} like any {nouns[3]}."
    )


_POOL = [_statement(random.Random(number)) for number in range(40)]
CHAIN = tuple(" ".join(_POOL[3 * step : 3 * step + 10]) for step in range(10))  # each keeps 7 of 10 sentences


def document(number: int, body: str, hours: float = 0.0, **changes: object) -> Document:
    """Return a document published so many hours after NOW."""
    at = NOW + timedelta(hours=hours)
    values: dict[str, object] = {
        "article_id": number,
        "revision_id": 1000 + number,
        "portal": f"portal-{number}",
        "url": f"https://portal-{number}.example/{number}",
        "title": body.split(".", maxsplit=1)[0][:80],
        "body": body,
        "language": None,
        "published_at": at,
        "arrived_at": at + timedelta(minutes=5),
    }
    return Document(**{**values, **changes})  # type: ignore[arg-type]


def claim(agency: str, confidence: float = 0.9) -> AgencyClaim:
    """Return a credit as read from a dateline."""
    return AgencyClaim(agency, "dateline", confidence)


def pair(inner: str, outer: str) -> Pair:
    """Two texts, read and laid beside each other."""
    a, b = (weighing.weigh(reading.read(document(1, body), LEXICON), COMMONNESS) for body in (inner, outer))
    both = align.in_common(a, b)
    shared = align.overlaps(a, b, both)
    aligned = align.align(shared.words, a.sentence_weights, b.sentence_weights)
    return Pair(a, b, (0.0, 0.0), both, shared, aligned)
