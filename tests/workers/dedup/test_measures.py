"""Measures of many pairs at once: those of each pair by itself"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tests.workers.dedup.texts import HARBOUR, OWN_REPORT, REWORDED, WEATHER, document
from workers.dedup import compare, reading, weighing
from workers.dedup.commonness import Commonness
from workers.dedup.lexicon import Lexicon

LEXICON, COMMONNESS = Lexicon(), Commonness()
QUOTED = '"We won\'t sail in a gale," said Elise Thornquist, 51. She said: "We won\'t sail."'
PLAIN = [HARBOUR, OWN_REPORT, REWORDED, WEATHER, QUOTED, "", "5", HARBOUR[:600] + WEATHER]
TEXTS = st.one_of(st.sampled_from(PLAIN), st.text(max_size=200))


def weighed(body):
    return weighing.weigh(reading.read(document(1, body), LEXICON), COMMONNESS)


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
def test_pairs_measured_together_are_measured_as_each_alone(bodies):
    pairs = [(weighed(one), weighed(other)) for one, other in bodies]
    glances = compare.glances(pairs)
    for pair, seen, found in zip(pairs, glances, compare.evidences(glances), strict=True):
        alone = compare.evidence(*pair)
        np.testing.assert_allclose(seen.values, compare.glance(*pair).values, rtol=1e-5, atol=1e-6)
        np.testing.assert_allclose(found.values, alone.values, rtol=1e-5, atol=1e-6)
        assert found.a_is_inner == alone.a_is_inner
        np.testing.assert_array_equal(found.a_aligned.partners, alone.a_aligned.partners)


def test_no_pairs_have_no_evidence():
    assert compare.evidences(compare.glances([])) == []
