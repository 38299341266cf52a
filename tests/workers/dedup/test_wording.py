"""What two texts share word for word, and where kept sentences were touched"""

import numpy as np
import pytest

from tests.workers.dedup.texts import HARBOUR, MARKET, REWORDED, pair
from workers.dedup import sides, wording

NAMES = ("short_runs", "long_runs", "own_runs", "quoted", "quoted_runs", "exact", "retouched", "touches", "respelt")
SENTENCES = [
    "The ferry left the northern harbour at six with ninety people and two lorries on its lower deck.",
    "A gale from the west had closed the bridge to the island since Monday night, the harbour master said.",
    "Crews from four villages carried sandbags along the eastern quay until the tide turned at noon.",
    "The council will decide on Thursday whether the old breakwater is raised by another two metres.",
]


def measured(inner: str, outer: str) -> dict[str, tuple[float, float]]:
    """Each measure of the inner text and of the outer one."""
    values = wording.measure(sides.lay([pair(inner, outer)]))
    return {name: (float(found[0]), float(found[1])) for name, found in zip(NAMES, values, strict=True)}


def text(*sentences: str) -> str:
    return "\n\n".join(sentences)


def test_a_text_and_itself_share_every_run() -> None:
    found = measured(HARBOUR, HARBOUR)
    for name, wanted in (("short_runs", 1.0), ("long_runs", 1.0), ("exact", 1.0), ("retouched", 0.0), ("touches", 0.0)):
        assert found[name] == pytest.approx((wanted, wanted), abs=1e-4), name


def test_strangers_share_none() -> None:
    found = measured(HARBOUR, MARKET)
    assert found["long_runs"] == (0.0, 0.0)
    assert found["exact"] == (0.0, 0.0)
    assert max(found["short_runs"]) < 0.05


def test_a_rewrite_shares_less_than_a_cut_copy() -> None:
    rewrite, cut = measured(REWORDED, HARBOUR), measured(HARBOUR[: len(HARBOUR) // 2], HARBOUR)
    assert rewrite["short_runs"][0] < cut["short_runs"][0]
    assert cut["short_runs"][0] > 0.9  # all of the cut text is there ...
    assert cut["short_runs"][1] < 0.7  # ... but not all of the whole one


@pytest.mark.parametrize("count", [1, 2, 3])
def test_each_place_at_which_a_kept_sentence_was_touched_counts_once(count: int) -> None:
    touched = [s.replace("harbour", "port").replace("eastern", "western") for s in SENTENCES[:count]]
    found = measured(text(*touched, *SENTENCES[count:]), text(*SENTENCES))
    assert np.expm1(found["touches"][0]) == pytest.approx(count, abs=1e-4)
    assert found["retouched"][0] == pytest.approx(count / len(SENTENCES), abs=1e-4)


def test_a_short_line_within_a_sentence_is_not_that_sentence_touched() -> None:
    line = "All rights reserved."
    whole = "Li said the state would separate national reserves from regional ones, and that all rights are reserved."
    found = measured(text(*SENTENCES, line), text(*SENTENCES, whole))
    assert found["touches"][0] == 0.0


@pytest.mark.parametrize(("old", "new"), [("programme", "programs"), ("organised", "organized"), ("island", "islands")])
def test_words_in_another_form_make_a_sentence_respelt_and_not_touched(old: str, new: str) -> None:
    sentence = "The mayor praised whoever organised the programme that had brought the ferry to the island before noon."
    found = measured(text(*SENTENCES, sentence.replace(old, new)), text(*SENTENCES, sentence))
    assert np.expm1(found["respelt"]) == pytest.approx((1.0, 1.0))
    assert found["touches"] == (0.0, 0.0)
    assert measured(text(*SENTENCES, sentence), text(*SENTENCES, sentence))["respelt"] == (0.0, 0.0)


def test_openings_are_not_respelt_for_they_hold_datelines() -> None:
    found = measured(text(SENTENCES[0].replace("harbour", "harbours"), *SENTENCES[1:]), text(*SENTENCES))
    assert found["respelt"] == (0.0, 0.0)


def test_words_in_quotation_marks_are_told_from_the_texts_own() -> None:
    quote = "“We have never seen the water stand so high against this wall in all our years on the island,” she said."
    found = measured(text(SENTENCES[0], quote), text(SENTENCES[3], quote))
    assert found["quoted_runs"][0] > 0.9
    assert found["own_runs"][0] < found["short_runs"][0]
    assert 0.3 < found["quoted"][0] < 0.7
    assert measured(SENTENCES[0], SENTENCES[1])["quoted_runs"][0] < 0.0  # there is nothing to tell
