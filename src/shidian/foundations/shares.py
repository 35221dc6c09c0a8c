"""A share and how surely it is known."""

from __future__ import annotations

import numpy as np

Z = 1.959963984540054  # the normal law's 97.5 % point


def wilson(count: np.ndarray | int, of: np.ndarray | int, z: float = Z) -> tuple[np.ndarray, np.ndarray]:
    """Ends of Wilson's interval of the share count / of, by element; NaN where `of` is nought.

        (p + z^2 / 2n -+ z sqrt(p (1 - p) / n + z^2 / 4n^2)) / (1 + z^2 / n)

    Wilson (1927), Journal of the American Statistical Association 22, 209-212.

    >>> [round(float(end), 4) for end in wilson(0, 10)], [round(float(end), 2) for end in wilson(4, 8, 1.2816)]
    ([0.0, 0.2775], [0.29, 0.71])
    """
    count, of = np.asarray(count, float), np.asarray(of, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        p = count / of
        centre = (p + z**2 / (2 * of)) / (1 + z**2 / of)
        half = z / (1 + z**2 / of) * np.sqrt(p * (1 - p) / of + z**2 / (4 * of**2))
    return np.where(count == 0, centre * 0, np.clip(centre - half, 0, 1)), np.where(count == of, centre * 0 + 1, np.clip(centre + half, 0, 1))
