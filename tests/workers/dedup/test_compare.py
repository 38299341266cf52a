"""Evidence from two texts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.dedup.texts import HARBOUR, OWN_REPORT, REWORDED, WEATHER, document
from workers.dedup import compare, measures, reading, weighing
from workers.dedup.classify import named
from workers.dedup.commonness import Commonness
from workers.dedup.lexicon import Lexicon
from workers.dedup.weighing import Weighed

LEXICON, COMMONNESS = Lexicon(), Commonness()


def weighed(body: str) -> Weighed:
    return weighing.weigh(reading.read(document(1, body), LEXICON), COMMONNESS)


def measured(one: str, other: str) -> dict[str, float]:
    return dict(named(compare.evidence(weighed(one), weighed(other))))


def test_a_text_is_wholly_found_in_itself() -> None:
    found = measured(HARBOUR, HARBOUR)
    for name in ("words", "long_runs", "strong", "names", "numbers", "fact_aligned"):
        assert found[f"inner_{name}"] == found[f"outer_{name}"] == 1.0
    assert found["order"] == found["fact_order"] == 1.0


def test_rewording_keeps_facts_but_no_long_runs() -> None:
    copy, own = measured(REWORDED, HARBOUR), measured(OWN_REPORT, HARBOUR)
    assert copy["inner_long_runs"] == 0
    assert copy["inner_names"] > 0.6 > 0.4 > own["inner_names"]
    assert copy["inner_numbers"] > 0.75 > own["inner_numbers"]
    assert copy["inner_new_fact_sentences"] < own["inner_new_fact_sentences"]


def test_a_part_is_the_inner_text() -> None:
    part = "\n\n".join(HARBOUR.split("\n\n")[:3])
    whole_first, part_first = (
        compare.evidence(weighed(HARBOUR), weighed(part)),
        compare.evidence(weighed(part), weighed(HARBOUR)),
    )
    assert part_first.a_is_inner
    assert not whole_first.a_is_inner
    assert compare.found(part_first, a=True) == pytest.approx(1.0)
    assert compare.found(part_first, a=False) < 0.7
    np.testing.assert_allclose(whole_first.values, part_first.values, rtol=1e-4, atol=1e-5)


def test_new_text_is_told_by_its_place() -> None:
    found = measured(f"{WEATHER}\n\n{HARBOUR}", HARBOUR)
    assert found["outer_new_front"] > 0.05
    assert found["outer_new_back"] == 0
    changed = measured(HARBOUR.replace("1,840", "2,310"), HARBOUR)
    assert changed["inner_changed_numbers"] > 0


def test_words_changed_inside_a_sentence_are_counted_where_they_stand() -> None:
    same = measured(HARBOUR.replace("PORT HARCOVEN (AP) — ", "Brackwater, Nov 20 - "), HARBOUR)
    assert (same["inner_touches"], same["outer_touches"]) == (0, 0)
    touched = measured(HARBOUR.replace("lost power", "was without power").replace("booms", "barriers"), HARBOUR)
    assert touched["inner_touches"] == touched["outer_touches"] == pytest.approx(np.log(3), abs=1e-3)
    assert 0 < touched["inner_retouched"] < 0.5
    assert touched["inner_exact"] < same["inner_exact"]


def test_sentences_that_stand_word_for_word_are_exact_whenever_they_were_weighed() -> None:
    learned = Commonness()
    before = weighing.weigh(reading.read(document(1, HARBOUR), LEXICON), learned)
    for _ in range(500):
        learned.learn(before.reading.terms[::3])
    after = weighing.weigh(reading.read(document(2, HARBOUR), LEXICON), learned)
    found = named(compare.evidence(before, after))
    assert found["inner_exact"] == found["outer_exact"] == 1.0


def test_found_and_other_sentences_make_blocks() -> None:
    both = zip(HARBOUR.split("\n\n"), WEATHER.split("\n\n"), strict=False)
    among = "\n\n".join(part for parts in both for part in parts)
    assert measured(among, HARBOUR)["outer_blocks"] > np.log(3)
    assert measured(HARBOUR, HARBOUR)["outer_blocks"] == 0


def test_facts_that_open_a_text_are_looked_for_anywhere() -> None:
    later = "\n\n".join((WEATHER.split("\n\n")[0], HARBOUR))
    assert measured(HARBOUR, later)["inner_lead_facts"] == 1.0
    rain = measured(WEATHER, HARBOUR)
    assert max(rain["inner_lead_facts"], rain["outer_lead_facts"]) < 0.5


def test_rare_facts_in_common_count_by_their_weight_not_their_share() -> None:
    opening = HARBOUR.split("\n\n")[0]
    assert measured(HARBOUR, HARBOUR)["shared_telling"] > measured(opening, opening)["shared_telling"] > 0


def support(source: str, copy: str) -> float:
    return compare.support(compare.evidence(weighed(source), weighed(copy)), a=True)


def test_a_text_goes_as_the_source_of_its_part_and_of_itself_with_a_local_opening() -> None:
    part = "\n\n".join(HARBOUR.split("\n\n")[:4])
    local = f"Fishermen of Elmford watched anxiously from the quay, as they had in the storm of 1987.\n\n{HARBOUR}"
    for other in (part, local):
        assert support(HARBOUR, other) > support(other, HARBOUR)
    assert support(HARBOUR, HARBOUR) == pytest.approx(1.0)


def test_pairs_of_many_sentences_are_compared_a_few_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [(weighed(one), weighed(other)) for one in (HARBOUR, WEATHER) for other in (HARBOUR, OWN_REPORT, REWORDED)]
    at_once, sizes = compare.evidences(compare.glances(pairs)), []
    measure = compare.measure
    monkeypatch.setattr(compare, "measure", lambda some: sizes.append(len(some)) or measure(some))
    monkeypatch.setattr(compare, "MOST_CELLS", 300)
    apart = compare.evidences(compare.glances(pairs))
    assert sum(sizes) == len(pairs)
    assert 1 < len(sizes) < len(pairs)
    for one, other in zip(at_once, apart, strict=True):
        np.testing.assert_allclose(one.values, other.values, rtol=1e-5, atol=1e-6)


@given(st.text(max_size=300), st.text(max_size=300))
def test_evidence_is_finite_whatever_the_texts(one: str, other: str) -> None:
    there, _back = compare.evidence(weighed(one), weighed(other)), compare.evidence(weighed(other), weighed(one))
    assert np.isfinite(there.values).all()
    assert there.values.shape == (len(measures.NAMES),)
