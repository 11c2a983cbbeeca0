"""Token ids of code-switched pairs: made anew for each batch, and from the cache for the texts that stay."""

import numpy as np

from hybridir.data.codeswitch import SwitchedTexts
from hybridir.encoders.base import Encoder, Kind, Tokens
from hybridir.encoders.token_cache import PairTokens


class SwitchedTokens:
    """Token ids of the pairs of one split after code-switching, by row id and pass."""

    def __init__(self, texts: SwitchedTexts, tokens: PairTokens, encoder: Encoder) -> None:
        self._texts, self._tokens, self._encoder = texts, tokens, encoder

    def take(self, rows: np.ndarray, kind: Kind, passes: np.ndarray) -> Tokens:
        """Tokens of the queries or passages at row ids [n], in that order, each on its pass [n] over the data."""
        chosen = self._texts.chosen(kind, rows, passes)
        switched = self._texts.texts(kind, rows[chosen], passes[chosen])
        both = [self._encoder.tokenize(switched, kind), self._tokens.take(rows[~chosen], kind)]
        places = np.concatenate([np.flatnonzero(chosen), np.flatnonzero(~chosen)])
        return Tokens.concatenate(both).take(np.argsort(places))
