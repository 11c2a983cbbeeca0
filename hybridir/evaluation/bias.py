"""Language bias: how far apart a model ranks answers that say the same in different languages, and which languages
it ranks first."""

from collections.abc import Mapping

import numpy as np

from hybridir.evaluation.best_columns import best_columns

_DEPTH = 10
SHARE = f"share@{_DEPTH}"
"""The metric of `language_shares`: a row per passage language, in the setting multilingual."""


def language_shares(
    scores: np.ndarray, ordered: np.ndarray, columns: Mapping[str, np.ndarray], depth: int = _DEPTH
) -> dict[str, np.ndarray]:
    """Which share of the `depth` best candidates of each query is in each language: float64 [queries].

    `scores` is float32 [queries, candidates], `ordered` the same with each row ascending, `columns[lang]` the
    candidates of one language; of equal scores the lower columns count, as everywhere. A pool of fewer candidates
    counts whole.
    """
    depth = min(depth, scores.shape[1])
    language = np.empty(scores.shape[1], dtype=np.int64)
    for number, of_language in enumerate(columns.values()):
        language[of_language] = number
    found = language[best_columns(scores, ordered[:, -depth], depth)]
    return {lang: (found == number).mean(axis=1) for number, lang in enumerate(columns)}


def rank_distance(pooled: Mapping[str, np.ndarray]) -> np.ndarray:
    """Largest minus smallest rank among the parallel answers of each query in the pool of all languages.

    `pooled[lang]` are the ranks of the relevant passages of that language in the pool, float64
    [queries, r], ascending, filled up with `inf`; of several in one language the best one counts.
    Returns float64 [queries], `nan` for a query with answers in fewer than two languages.
    The least possible value is their number minus one. The measure is that of the hybrid-batch
    paper (arXiv 2408.10536, section on language bias), after Huang et al. 2023.
    """
    best = np.stack([ranks[:, 0] for ranks in pooled.values()], axis=1)
    found = np.isfinite(best)
    distance = np.where(found, best, -np.inf).max(axis=1) - best.min(axis=1)
    return np.where(found.sum(axis=1) >= 2, distance, np.nan)
