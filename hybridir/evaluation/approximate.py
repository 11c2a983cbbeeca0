"""Approximate search with FAISS (Douze et al. 2024, arXiv 2401.08281), for many queries on a large corpus.

An index holds all vectors in memory, in float32, so a passage that is found has its exact score.
"""

import math
import os
from collections.abc import Callable, Iterable

import faiss
import numpy as np
import torch

from hybridir.errors import UserError
from hybridir.evaluation.best import Found
from hybridir.evaluation.search import Shard

# of IVF. FAISS's wiki ("Guidelines to choose an index") names 4 to 16 times the root of the passages as the number of
# lists, and 30 to 256 passages for each to train on, of which the code asks for 39; the lists visited are our choice
_LISTS_PER_ROOT = 4
_TRAINED_ON = 64
_FEWEST_TRAINED_ON = 39
_VISITED = 1 / 16
_FEWEST_VISITED = 8

# of HNSW (Malkov and Yashunin 2016, arXiv 1603.09320): the candidates kept while a passage is added are FAISS's
# default; links, and the candidates kept in a search, are our choice
_LINKS = 32
_CANDIDATES_ADDING = 40
_FEWEST_CANDIDATES = 128


def build_index(
    kind: str,
    shards: Iterable[Shard],
    rows: int,
    dim: int,
    depth: int,
    report: Callable[[int], None] = lambda added: None,
) -> faiss.Index:
    """An index of kind `ivf` or `hnsw` of all `shards`, `rows` vectors of `dim` numbers, to be searched to `depth`.

    Shards are added one by one; IVF is first trained on passages drawn evenly from all of them.
    """
    # where FAISS has an OpenMP of its own, it would take every core, and two workers would fight
    faiss.omp_set_num_threads(torch.get_num_threads())
    index = _ivf(shards, rows, dim) if kind == "ivf" else _hnsw(dim, depth)
    for shard in shards:
        index.add(shard.vectors)
        report(index.ntotal)
    return index


def search_index(index: faiss.Index, queries: np.ndarray, depth: int) -> Found:
    """What `index` finds for `queries`, float32 [q, dim]."""
    scores, rows = index.search(queries, min(depth, index.ntotal))
    return Found(np.where(rows >= 0, scores, -np.inf).astype(np.float32), rows)


def settings(index: faiss.Index) -> dict[str, int]:
    """The settings of an index that `build_index` made, under FAISS's names."""
    if isinstance(index, faiss.IndexIVFFlat):
        return {"nlist": index.nlist, "nprobe": index.nprobe}
    assert isinstance(index, faiss.IndexHNSWFlat)
    return {"M": _LINKS, "efConstruction": index.hnsw.efConstruction, "efSearch": index.hnsw.efSearch}


def recall(found: Found, exact: Found) -> dict[str, float]:
    """Of the first k passages of the exact search, the share that is among the first k found: mean over queries."""
    depth = exact.rows.shape[1]
    shares = {}
    for k in sorted({min(10, depth), min(100, depth), depth}):
        pairs = zip(found.rows[:, :k], exact.rows[:, :k], strict=True)
        shares[f"recall@{k}"] = float(np.mean([np.isin(true, near).mean() for near, true in pairs]))
    return shares


def refuse_too_large(kind: str, rows: int, dim: int) -> None:
    """Raise UserError if the index would not fit in the memory of this machine."""
    needed = rows * (4 * dim + (8 if kind == "ivf" else 8 * _LINKS))
    there = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if needed > there:
        raise UserError(
            f"an index of {rows:,} passages with benchmark.NAME.index={kind} needs {needed / 2**30:.0f} GiB of memory,"
            f" and this machine has {there / 2**30:.0f}: choose index=exact, which holds a small part at a time."
        )


def _ivf(shards: Iterable[Shard], rows: int, dim: int) -> faiss.Index:
    lists = max(1, min(round(_LISTS_PER_ROOT * math.sqrt(rows)), rows // _FEWEST_TRAINED_ON))
    index = faiss.IndexIVFFlat(faiss.IndexFlatIP(dim), dim, lists, faiss.METRIC_INNER_PRODUCT)
    index.cp.min_points_per_centroid = 1  # or FAISS warns of a corpus that is too small for a second list
    index.nprobe = min(lists, max(_FEWEST_VISITED, round(lists * _VISITED)))
    wanted = np.linspace(0, rows - 1, min(rows, _TRAINED_ON * lists)).astype(np.int64)
    parts = []
    for shard in shards:
        first, last = np.searchsorted(wanted, (shard.start, shard.start + len(shard.vectors)))
        parts.append(shard.vectors[wanted[first:last] - shard.start])
    index.train(np.concatenate(parts))
    return index


def _hnsw(dim: int, depth: int) -> faiss.Index:
    index = faiss.IndexHNSWFlat(dim, _LINKS, faiss.METRIC_INNER_PRODUCT)
    index.hnsw.efConstruction = _CANDIDATES_ADDING
    index.hnsw.efSearch = max(_FEWEST_CANDIDATES, 2 * depth)
    return index
