"""Nearest passages by inner product, exactly, with FAISS."""

import faiss
import numpy as np


class PassageIndex:
    """An exact index of unit vectors, float32 [p, dim]: inner product is cosine."""

    def __init__(self, embeddings: np.ndarray) -> None:
        self._index = faiss.IndexFlatIP(embeddings.shape[1])
        self._index.add(np.ascontiguousarray(embeddings, dtype=np.float32))

    def search(self, queries: np.ndarray, top: int) -> tuple[np.ndarray, np.ndarray]:
        """The `top` passages nearest to each of `queries` [q, dim], best first: cosines and rows, each [q, top].

        Where there are fewer passages than `top`, all of them.
        """
        scores, rows = self._index.search(np.ascontiguousarray(queries, dtype=np.float32), min(top, self._index.ntotal))
        return scores, rows
