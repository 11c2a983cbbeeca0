"""The batch plan: which rows make the global batch of step t, for every t (law 1).

The plan is a pure function of the pools, the sampling configuration and the seed. Batch t can be asked
for alone, so resuming needs no state; it is the global batch, so the number of processes is a detail:
rank r of w takes rows r, r + w, r + 2w, ...
"""

import hashlib
from collections import Counter
from dataclasses import dataclass

import numpy as np

from hybridir.batching.permutation import stream_key
from hybridir.batching.strategies import Interleaved, ManyDirections, OneDirection, Strategy, weights
from hybridir.config.schema import SamplingConfig
from hybridir.data.pools import REPLAY, TRAIN, Pool, Pools
from hybridir.data.rows import Direction
from hybridir.errors import UserError


@dataclass(frozen=True)
class Batch:
    """The global batch of one step.

    `rows` int64 [n, 2]: row ids of each query and its passage in the collection `source`;
    `directions[i]` is the direction of row i; `kind` is the strategy that drew it.
    """

    step: int
    source: str
    kind: str
    directions: tuple[Direction, ...]
    rows: np.ndarray

    def slice(self, rank: int, world: int) -> "Batch":
        """What process `rank` of `world` takes of the global batch."""
        return Batch(self.step, self.source, self.kind, self.directions[rank::world], self.rows[rank::world])

    def describe(self) -> str:
        """The batch in words, as `--explain-batches` prints it."""
        counts = Counter(self.directions).most_common()
        shown = ", ".join(f"{number} {direction}" for direction, number in counts[:6])
        more = f" and {len(counts) - 6} more directions" if len(counts) > 6 else ""
        origin = " from the replay collection" if self.source == REPLAY else ""
        return f"step {self.step}: {len(self.rows)} pairs{origin}, {self.kind}: {shown}{more}"


class BatchPlan:
    """Batches of a run; `replay` is a second collection that some of the batches come from."""

    def __init__(
        self,
        pools: Pools,
        sampling: SamplingConfig,
        batch_size: int,
        seed: int,
        replay: tuple[Pools, SamplingConfig, float] | None = None,
    ) -> None:
        key = stream_key("batch plan", seed)
        self._root = _strategy(pools, sampling, batch_size, stream_key(key, TRAIN))
        if replay is not None:
            replay_pools, replay_sampling, share = replay
            kept = _strategy(replay_pools, replay_sampling, batch_size, stream_key(key, REPLAY))
            self._root = Interleaved([self._root, kept], [1 - share, share], stream_key(key, "replay or not"))

    def batch(self, step: int) -> Batch:
        """The global batch of `step` (0, 1, 2, ...)."""
        draw = self._root.draw(step)
        directions = tuple(draw.pools[index].direction for index in draw.pool_of_row)
        source = draw.pools[int(draw.pool_of_row[0])].source
        return Batch(step, source, draw.kind, directions, draw.rows)

    def fingerprint(self, steps: int) -> str:
        """SHA-256 over sampled batches of a run of `steps` steps: differs when a plan differs in them.

        Sampled at 64 steps spread over the run, which takes milliseconds and shows any other plan, since
        every batch depends on all pools and settings.
        """
        digest = hashlib.sha256()
        for step in np.unique(np.linspace(0, max(steps - 1, 0), 64, dtype=np.int64)):
            batch = self.batch(int(step))
            digest.update(f"{batch.source} {batch.kind}".encode() + batch.rows.tobytes())
        return digest.hexdigest()


def _strategy(pools: Pools, sampling: SamplingConfig, batch_size: int, key: int) -> Strategy:
    """The strategy that `sampling` names, over the pools that it draws from."""
    needed = missing_pools(pools, sampling)
    if needed is not None:
        raise UserError(needed)

    def shares(of: list[Pool]) -> np.ndarray:
        return weights([len(pool) for pool in of], sampling.weights, sampling.temperature)

    mono, cross = pools.monolingual, pools.crosslingual
    match sampling.strategy:
        case "monolingual":
            return OneDirection("monolingual", mono, shares(mono), batch_size, stream_key(key, "monolingual"))
        case "mixed":
            return ManyDirections("mixed", mono, shares(mono), batch_size, stream_key(key, "mixed"))
        case "crosslingual":
            return ManyDirections("crosslingual", cross, shares(cross), batch_size, stream_key(key, "crosslingual"))
        case _:
            parts = [
                OneDirection("monolingual", mono, shares(mono), batch_size, stream_key(key, "monolingual")),
                ManyDirections("crosslingual", cross, shares(cross), batch_size, stream_key(key, "crosslingual")),
            ]
            return Interleaved(parts, [sampling.alpha, 1 - sampling.alpha], stream_key(key, "hybrid"))


def missing_pools(pools: Pools, sampling: SamplingConfig) -> str | None:
    """Why the strategy cannot draw from `pools`, in a sentence; None when it can."""
    needs_mono = sampling.strategy != "crosslingual"
    needs_cross = sampling.strategy in ("crosslingual", "hybrid")
    named = ", ".join(pools.languages)
    if needs_mono and not pools.monolingual:
        return f"{sampling.strategy} needs pairs within a language, and the data have none for: {named}"
    if needs_cross and not pools.crosslingual:
        return f"{sampling.strategy} needs pairs across languages, and the data have none among: {named}"
    return None
