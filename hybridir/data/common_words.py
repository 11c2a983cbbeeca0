"""The commonest words of each language, counted in the pairs themselves."""

from collections import Counter
from collections.abc import Collection

import numpy as np

from hybridir.data.pairs import PairTable
from hybridir.data.words import core, normal, parts

SHARE = 1 / 300
"""Of the running words of a language: what comes as often is taken for a function word."""

_ROWS = 200  # of a direction, spread evenly over it, that are counted


def common_words(table: PairTable, languages: Collection[str]) -> dict[str, frozenset[str]]:
    """For each of `languages`, the words that make up `SHARE` or more of its queries, or of its passages."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    for direction, rows in table.directions.items():
        chosen = np.linspace(rows.start, rows.stop - 1, min(len(rows), _ROWS)).astype(np.int64)
        for side, code in (("query", direction.query), ("passage", direction.passage)):
            if code in languages:
                count = counts.setdefault((code, side), Counter())
                for text in table.texts(side, chosen):
                    count.update(normal(core(word)[1]) for word in parts(text)[1::2])
    common: dict[str, set[str]] = {code: set() for code in languages}
    for (code, _), count in counts.items():
        least = SHARE * count.total()
        common[code] |= {word for word, times in count.items() if times >= least}
    return {code: frozenset(words) for code, words in common.items()}
