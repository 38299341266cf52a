"""Texts made for training."""

from collections.abc import Sequence
from pathlib import Path

from benchmarks import copy_kinds, copy_variants, packs
from benchmarks.copy_variants import Variant
from workers import text

PACK = packs.load_cases(Path("tests/cases/stories"))


def made(kind: str) -> Sequence[Variant]:
    found = copy_variants.variants(PACK, ("own-report", "follow-up"))
    return [variant for variant in found if variant.gold["kind"] == kind]


def shares(variant: Variant) -> list[float]:
    """Return for each source the share of the made text's words that stand in sentences of it."""
    bodies = {document.article_id: document.body for document in PACK.documents}
    parts = variant.document.body.split("\n\n")
    total = sum(len(text.words(part)) for part in parts)
    return [sum(len(text.words(p)) for p in parts if p in bodies[source]) / total for source in variant.sources]


def test_cut_texts_are_short_and_wholly_their_sources() -> None:
    cut = made("truncated")
    assert len(cut) > 20
    assert all(shares(variant) == [1.0] for variant in cut)


def test_mixed_texts_have_much_of_both_sources() -> None:
    mixed = made("merged")
    assert len(mixed) > 50
    assert all(min(shares(variant)) >= copy_variants.MIXED_LEAST for variant in mixed)
    assert all(PACK.names[variant.sources[0]] == variant.gold["parent"] for variant in mixed)


def test_recalled_texts_have_little_of_the_other_and_are_no_copies() -> None:
    recalled = made("original")
    assert len(recalled) > 50
    assert all(0 < shares(variant)[0] <= 0.3 for variant in recalled)  # with what a follow-up repeats anyhow
    stories = {gold["story"] for gold in PACK.gold.values()}
    assert not any(variant.gold["story"] in stories for variant in recalled)


def test_the_same_texts_are_made_every_time() -> None:
    assert [v.document for v in made("merged")] == [v.document for v in made("merged")]


def test_copies_made_to_show_a_kind_have_it() -> None:
    bodies = {document.article_id: document.body for document in PACK.documents}
    parted = {n: [bodies[n][start:end] for start, end in text.sentences(bodies[n])] for n in bodies}
    sources = {n: "\n\n".join(parts).split("\n\n") for n, parts in parted.items()}
    found: dict[str, list[tuple[int, int]]] = {}
    opened: list[bool] = []
    for variant in copy_kinds.kinds(PACK):
        frame = {*copy_kinds.BEFORE, *copy_kinds.AFTER}
        parts = [part for part in variant.document.body.split("\n\n") if part not in frame]
        original = sources[variant.sources[0]]
        kept = sum(part in original for part in parts)
        if variant.gold["kind"] == "localised":
            start = next(at for at, part in enumerate(parts) if part in original)
            opened.append(0 < start <= 3 and parts[start:] == original[: len(parts) - start])
        found.setdefault(variant.gold["kind"], []).append((len(parts) - len(original), kept - len(original)))
    assert all(longer == 0 and kept >= -1 for longer, kept in found["verbatim"])
    assert all(longer < 0 for longer, _ in found["edited"])
    assert all(longer == 0 for longer, _ in found["spun"])
    assert sum(opened) > 0.95 * len(opened)  # two stories of one form may share a sentence
    assert 0.3 < sum(kept < 0 for _, kept in found["localised"]) / len(opened) < 0.7
    assert any(longer > 0 and kept >= 0 for longer, kept in found["update"])
    assert len({len(copies) for copies in found.values()}) == 1


def test_half_of_each_kind_have_a_portals_lines_round_them() -> None:
    framed = [v.gold["kind"] for v in copy_kinds.kinds(PACK) if v.document.body.endswith(copy_kinds.AFTER)]
    every = [v.gold["kind"] for v in copy_kinds.kinds(PACK)]
    assert all(0.25 < framed.count(kind) / every.count(kind) < 0.75 for kind in set(every))
