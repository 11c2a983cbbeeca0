"""How well an encoder retrieves on the validation split, direction by direction."""

import numpy as np

from hybridir.data.pairs import PairTable
from hybridir.data.rows import Direction
from hybridir.encoders.base import Encoder
from hybridir.encoders.token_cache import PairTokens


def validate(
    encoder: Encoder, table: PairTable, tokens: PairTokens, directions: list[Direction], most: int
) -> dict[str, float]:
    """Mean reciprocal rank of the right passage among the distinct passages of its direction's validation rows.

    At most the first `most` rows of each direction; ties rank against us. Key `*` is the mean over directions.
    """
    scores: dict[str, float] = {}
    for direction in directions:
        rows = np.array(table.directions[direction][:most])
        _, first, candidate = np.unique(table.hashes("docid", rows), return_index=True, return_inverse=True)
        queries = encoder.encode_tokens(tokens.take(rows, "query"))
        passages = encoder.encode_tokens(tokens.take(rows[first], "passage"))
        similarity = queries @ passages.T
        right = similarity[np.arange(len(rows)), candidate][:, None]
        scores[str(direction)] = round(float(np.mean(1.0 / (similarity >= right).sum(axis=1))), 5)
    if scores:
        scores["*"] = round(float(np.mean(list(scores.values()))), 5)
    return scores
