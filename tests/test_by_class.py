"""From classes to products and back."""

from __future__ import annotations

import jax
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shidian.worlds.market.by_class import spread, summed

CLASSES = 4
anyhow = st.lists(st.integers(0, CLASSES - 1), min_size=1, max_size=9).map(tuple)


@settings(max_examples=60, deadline=None)
@given(class_of=anyhow, seed=st.integers(0, 1000))
def test_spreading_and_summing_are_products_with_a_matrix_of_ones_and_noughts(class_of: tuple[int, ...], seed: int) -> None:
    luck = np.random.default_rng(seed)
    matrix = np.eye(CLASSES, dtype=np.float32)[list(class_of)].T
    by_class, by_product = luck.random((3, CLASSES), dtype=np.float32), luck.random((3, len(class_of)), dtype=np.float32)
    np.testing.assert_allclose(spread(by_class, class_of), by_class @ matrix, rtol=1e-6)
    np.testing.assert_allclose(summed(by_product, class_of, CLASSES), by_product @ matrix.T, rtol=1e-6, atol=1e-6)
    slope = jax.grad(lambda values: (spread(values, class_of) * by_product).sum())(by_class)
    np.testing.assert_allclose(slope, by_product @ matrix.T, rtol=1e-6, atol=1e-6)
