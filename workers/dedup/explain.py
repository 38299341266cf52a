"""A verdict on two texts laid open: both aligned, the evidence, the thresholds, the rules' version"""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from storage.domain import AgencyClaim, Document, Verdict
from workers.dedup import classify, compare, original, reading, weighing
from workers.dedup.classify import Model
from workers.dedup.commonness import Commonness
from workers.dedup.lexicon import Lexicon
from workers.dedup.limits import Limits
from workers.dedup.measures import DIRECTED, SHARED
from workers.dedup.sides import WEAK

COLUMN = 46  # characters of each text on a screen of 100
TELLING = (
    "words", "long_runs", "own_runs", "aligned", "strong", "names", "numbers", "telling", "fact_aligned",
    "new_fact_sentences",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the copy beside its nearest sentence of the source, and which share of it is found there."""

    copy: str
    source: str | None  # None where nothing there is near
    found: float


@dataclass(frozen=True, slots=True)
class Measure:
    """One kind of evidence: of the copy in the source and of the source in the copy, or of both together."""

    name: str
    copy: float
    source: float | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that a verdict rests on."""

    copy: Document
    source: Document
    verdict: Verdict
    lines: tuple[Line, ...]
    measures: tuple[Measure, ...]
    attach: float
    root: float


def explain(
    copy: Document, source: Document, model: Model, limits: Limits, commonness: Commonness | None = None
) -> Explanation:
    """Compare two documents as placing does and return everything the verdict rests on.

    Without the counts of the articles so far (`commonness`) scores may differ a little from the stored ones.
    """
    lexicon, counts = Lexicon(), commonness or Commonness()
    one, other = (weighing.weigh(reading.read(document, lexicon), counts) for document in (copy, source))
    evidence = compare.evidence(one, other)
    values = evidence.values[None, :]
    rivals = original.are_rivals(copy.agency, source.agency)
    score, related = float(model.scores(values, np.array([rivals]))[0]), float(model.relatedness(values)[0])
    verdict = classify.verdict(model, evidence, score, related, limits.attach)
    return Explanation(
        copy=copy,
        source=source,
        verdict=verdict,
        lines=_lines(copy, source, evidence, [tuple(span) for span in one.reading.spans.tolist()], other.reading.spans),
        measures=_measures(evidence),
        attach=limits.attach,
        root=limits.root,
    )


def _lines(
    copy: Document,
    source: Document,
    evidence: compare.Evidence,
    spans: list[tuple[int, ...]],
    partners: npt.NDArray[np.int32],
) -> tuple[Line, ...]:
    aligned = evidence.a_aligned
    found = []
    for number, (start, end) in enumerate(spans):
        share, partner = float(aligned.contained[number]), int(aligned.partners[number])
        near = share >= WEAK and partner < len(partners)
        there = source.body[partners[partner][0] : partners[partner][1]] if near else None
        found.append(Line(copy.body[start:end], there, round(share, 2)))
    return tuple(found)


def _measures(evidence: compare.Evidence) -> tuple[Measure, ...]:
    values = classify.directed(evidence).tolist()
    size = len(DIRECTED)
    both = [Measure(name, values[at], values[size + at]) for at, name in enumerate(DIRECTED)]
    return (*both, *(Measure(name, values[2 * size + at], None) for at, name in enumerate(SHARED)))


def render(explanation: Explanation, height: int = 45) -> str:
    """Return the explanation as text of at most `height` lines of about 100 columns: one screen."""
    verdict = explanation.verdict
    kind = verdict.kind or ("related, but no copy" if verdict.is_related else "no copy")
    head = [
        f"article {explanation.copy.article_id} ({explanation.copy.portal}): {kind}",
        f"of article {explanation.source.article_id} ({explanation.source.portal})",
        f"score {verdict.score:.3f}, rules {verdict.rule_version}",
        f"a copy from {explanation.attach:.2f}, if it scores {explanation.root:.2f} with the story's original too",
        _credits(explanation.copy.agency, explanation.source.agency) or _foreign(verdict.evidence),
        *_table(explanation.measures),
        "",
        f"{'copy':{COLUMN}}  found  source",
    ]
    rows = _rows(explanation.lines, max(height - len(head) - 1, 3))
    return "\n".join([*head, *rows])


def _credits(copy: AgencyClaim | None, source: AgencyClaim | None) -> str:
    if copy is None or source is None or not original.are_rivals(copy, source):
        return ""
    return f"credited to {copy.agency} and {source.agency}: two reports, unless they share wording"


def _foreign(evidence: Mapping[str, float]) -> str:
    words, pairs = (np.array([evidence[name]], np.float32) for name in ("inner_words", "shared_pairs"))
    if not classify.are_foreign(words, pairs).all():
        return ""
    return "hardly a word in common, and no two sentences share two facts: no translation either"


def _table(measures: tuple[Measure, ...]) -> list[str]:
    chosen = [m for m in measures if m.name in TELLING or m.name in ("order", "fact_order", "shared_facts")]
    cells = [
        f"{m.name.replace('_', ' '):20}{m.copy:6.2f}" + (f" /{m.source:6.2f}" if m.source is not None else " " * 8)
        for m in chosen
    ]
    rows = [cells[at : at + 2] for at in range(0, len(cells), 2)]
    return ["evidence: of the copy in the source / of the source in the copy", *("   ".join(row) for row in rows)]


def _rows(lines: tuple[Line, ...], limit: int) -> list[str]:
    rows = []
    for line in lines:
        left = textwrap.shorten(line.copy, COLUMN, placeholder="…")
        right = textwrap.shorten(line.source, COLUMN, placeholder="…") if line.source else "-"
        rows.append(f"{left:{COLUMN}}  {line.found:4.0%}   {right}")
    if len(rows) > limit:
        return [*rows[:limit], f"… and {len(rows) - limit} more sentences"]
    return rows
