"""The trained rules over evidence"""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from workers.dedup import classify
from workers.dedup.measures import NAMES

MODEL = classify.shipped()


@given(st.integers(0, 1000), st.integers(1, 5))
def test_the_quadratic_rule_weighs_the_products_of_evidence(seed: int, count: int) -> None:
    values = np.random.default_rng(seed).normal(0.3, 1.0, (count, len(NAMES))).astype(np.float32)
    used = values[:, MODEL.columns]
    laid_out = classify.products(used, MODEL.centre, MODEL.scale) @ MODEL.quadratic
    np.testing.assert_allclose(MODEL._plain(used), laid_out, rtol=1e-4, atol=1e-3)


def test_scores_are_probabilities() -> None:
    values = np.random.default_rng(1).normal(0.3, 5.0, (50, len(NAMES))).astype(np.float32)
    for found in (MODEL.scores(values), MODEL.relatedness(values)):
        assert found.shape == (50,)
        assert ((found >= 0) & (found <= 1)).all()
