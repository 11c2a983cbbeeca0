"""Pools of made-up sizes: a batch plan needs no texts."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from hybridir.data.pools import TRAIN, Pool, Pools
from hybridir.data.rows import Direction


def _make_pools(sizes: Mapping[str, int], joined: Mapping[str, int] | None = None, source: str = TRAIN) -> Pools:
    """Pools of directions written `de-en`, with their numbers of given (and of joined) pairs.

    A given pair is one row twice; the joined ones of the n-th direction are rows n million and n million + 7 million.
    """
    start, pools = 0, []
    for name in sorted({*sizes, *(joined or {})}):
        given, more = sizes.get(name, 0), (joined or {}).get(name, 0)
        first = 10**6 * (len(pools) + 1)
        extra = np.arange(first, first + more)[:, None] + [0, 7 * 10**6]
        pools.append(Pool(source, Direction(*name.split("-")), range(start, start + given), extra))
        start += given
    return Pools(
        languages=tuple(sorted({lang for pool in pools for lang in pool.direction})),
        monolingual=[pool for pool in pools if pool.direction.monolingual],
        crosslingual=[pool for pool in pools if not pool.direction.monolingual],
    )


@pytest.fixture(scope="session")
def make_pools() -> Callable[..., Pools]:
    return _make_pools
