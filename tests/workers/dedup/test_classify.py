"""Evidence into a verdict"""

from dataclasses import replace
from importlib import resources

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.domain import CopyKind
from tests.workers.dedup.texts import HARBOUR, OWN_REPORT, REWORDED, WEATHER, document
from workers.dedup import classify, compare, reading, weighing
from workers.dedup.commonness import Commonness
from workers.dedup.compare import Evidence
from workers.dedup.lexicon import Lexicon
from workers.dedup.measures import DIRECTED, NAMES

MODEL = classify.shipped()
LEXICON, COMMONNESS = Lexicon(), Commonness()
ROW = st.lists(st.floats(0, 1, width=32), min_size=len(NAMES), max_size=len(NAMES))


def weighed(body):
    return weighing.weigh(reading.read(document(1, body), LEXICON), COMMONNESS)


def evidence(copy, source=HARBOUR):
    return compare.evidence(weighed(copy), weighed(source))


def arrays():
    with resources.files("workers.dedup").joinpath("copy_model.npz").open("rb") as file, np.load(file) as held:
        return {name: held[name] for name in held.files}


def kind(copy, source=HARBOUR):
    return MODEL.kind(evidence(copy, source))


def test_what_kind_of_copy_a_text_is():
    paragraphs = HARBOUR.split("\n\n")
    assert kind(HARBOUR) is CopyKind.VERBATIM
    assert kind("\n\n".join(paragraphs[:3])) is CopyKind.TRUNCATED
    assert kind(REWORDED) is CopyKind.SPUN


def test_what_brings_nothing_new_is_no_update():
    """However the trees are inclined."""
    is_update = MODEL.kinds.outputs == classify.KINDS.index(CopyKind.UPDATE)
    leaves = np.broadcast_to(np.where(is_update, 99, 0)[:, None], MODEL.kinds.value.shape)
    inclined = replace(MODEL, kinds=replace(MODEL.kinds, value=leaves.astype(np.float32)))
    assert inclined.kind(evidence(HARBOUR)) is not CopyKind.UPDATE
    assert inclined.kind(evidence(HARBOUR.replace("PORT HARCOVEN (AP)", "Brackwater"))) is not CopyKind.UPDATE
    assert inclined.kind(evidence(HARBOUR.replace("was due", "is due"))) is CopyKind.UPDATE
    news = "The captain, 51, was flown to a hospital in Brackwater with a broken wrist, the ministry added."
    assert inclined.kind(evidence(f"{HARBOUR}\n\n{news}")) is CopyKind.UPDATE


def test_a_combined_copy_must_be_clearly_the_likeliest():
    leaves = np.zeros_like(MODEL.kinds.value)
    even = replace(MODEL, kinds=replace(MODEL.kinds, value=leaves))
    assert even.kind(evidence(REWORDED)) is not CopyKind.MERGED
    is_merged = MODEL.kinds.outputs == classify.KINDS.index(CopyKind.MERGED)
    share = 2 * classify.UNSEEN / is_merged.sum()
    inclined = replace(MODEL, kinds=replace(MODEL.kinds, value=leaves + np.where(is_merged, share, 0)[:, None]))
    assert inclined.kind(evidence(REWORDED)) is CopyKind.MERGED


def test_scores_tell_copies_from_others():
    rows = np.stack([evidence(text).values for text in (HARBOUR, REWORDED, OWN_REPORT, WEATHER)])
    same, spun, own, rain = MODEL.scores(rows).tolist()
    assert same > 0.9
    assert spun > 0.5 > own
    assert rain < 0.1


def test_two_agencies_texts_are_two_reports_unless_they_share_wording():
    rows = np.stack([evidence(text).values for text in (HARBOUR, REWORDED)])
    none, rivals = np.zeros(2, np.bool_), np.ones(2, np.bool_)
    plain, apart = MODEL.scores(rows), MODEL.scores(rows, rivals)
    np.testing.assert_array_equal(MODEL.scores(rows, none), plain)
    assert apart[0] == plain[0]
    odds = [np.log(score / (1 - score)) for score in (plain[1], apart[1])]
    assert odds[0] - odds[1] == pytest.approx(classify.RIVALS, abs=0.05)


@pytest.mark.parametrize(
    ("words", "pairs", "is_foreign"), [(0.0, 0.0, True), (0.049, 0.0, True), (0.0, 0.7, False), (0.06, 0.0, False)]
)
def test_numbers_alone_make_no_translation(words, pairs, is_foreign):
    values = np.zeros((1, len(NAMES)), np.float32)
    values[0, NAMES.index("inner_numbers")] = values[0, NAMES.index("outer_numbers")] = 1.0
    values[0, NAMES.index("inner_words")], values[0, NAMES.index("shared_pairs")] = words, pairs
    model = replace(classify.shipped(), calibration=(0.0, 2.0))
    assert (model.scores(values)[0] < 0.01) is np.bool_(is_foreign)


@given(st.lists(ROW, min_size=1, max_size=4))
def test_scores_are_probabilities_and_each_rows_own(several):
    rows = np.array(several, np.float32)
    for rate in (MODEL.scores, MODEL.relatedness):
        together = rate(rows)
        assert together.shape == (len(several),)
        assert ((together >= 0) & (together <= 1)).all()
        alone = [rate(row[None, :])[0] for row in rows]
        np.testing.assert_allclose(together, alone, atol=1e-4)


@given(ROW, st.booleans())
def test_directed_evidence_has_the_first_texts_part_first(values, is_inner):
    size = len(DIRECTED)
    row = np.array(values, np.float32)
    seen = SEEN._replace(values=row, a_is_inner=is_inner)
    found = classify.directed(seen)
    first, second = (row[:size], row[size : 2 * size]) if is_inner else (row[size : 2 * size], row[:size])
    np.testing.assert_array_equal(found[:size], first)
    np.testing.assert_array_equal(found[size : 2 * size], second)
    np.testing.assert_array_equal(found[2 * size : -1], row[2 * size :])
    assert found[-1] == is_inner


SEEN: Evidence = evidence(WEATHER)


@pytest.mark.parametrize(
    ("score", "related", "is_copy", "is_related"),
    [(0.6, 0.9, True, False), (0.5, 0.0, True, False), (0.49, 0.5, False, True), (0.49, 0.49, False, False)],
)
def test_a_verdict_by_score_and_relatedness(score, related, is_copy, is_related):
    found = classify.verdict(MODEL, SEEN, score, related, attach=0.5)
    assert (found.kind is not None, found.is_related, found.score) == (is_copy, is_related, score)
    assert found.rule_version == MODEL.version
    assert list(found.evidence) == list(NAMES)


def test_a_verdict_is_kept_in_short():
    found = classify.verdict(MODEL, SEEN._replace(values=np.full(len(NAMES), 1 / 3, np.float32)), 2 / 3, 0, 0.5)
    assert found.score == 0.6667
    assert set(found.evidence.values()) == {0.3333}


@given(st.integers(0, 1000), st.integers(1, 5))
def test_the_quadratic_rule_weighs_the_products_of_evidence(seed, count):
    values = np.random.default_rng(seed).normal(0.3, 1.0, (count, len(NAMES))).astype(np.float32)
    used = values[:, MODEL.columns]
    laid_out = classify.products(used, MODEL.centre, MODEL.scale) @ MODEL.quadratic
    np.testing.assert_allclose(MODEL._plain(used), laid_out, rtol=1e-4, atol=1e-3)


def test_products_are_of_each_with_each_and_none_outweighs():
    rows = np.array([[2, 6], [100, -100]], np.float32)
    found = classify.products(rows, centre=np.array([1, 2], np.float32), scale=np.array([1, 2], np.float32))
    assert found.tolist() == [[1, 1, 2, 1, 2, 4], [1, 3, -3, 9, -9, 9]]


def test_a_glance_dismisses_strangers_and_no_copies():
    own = weighed(HARBOUR)
    glances = [compare.glance(weighed(text), own) for text in (HARBOUR, REWORDED, WEATHER)]
    assert MODEL.dismisses(glances) == [False, False, True]


def test_a_file_trained_on_other_evidence_is_refused():
    held = arrays()
    assert classify.from_arrays(held).version == MODEL.version
    with pytest.raises(ValueError, match="train_copies"):
        classify.from_arrays({**held, "names": held["names"][::-1]})
