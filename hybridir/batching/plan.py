"""The batch plan: which rows make the global batch of step t, for every t (law 1).

The plan is a pure function of the pools, the sampling configuration and the seed. Batch t can be asked
for alone, so resuming needs no state; it is the global batch, so the number of processes is a detail:
rank r of w takes rows r, r + w, r + 2w, ...
"""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

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

    `rows` int64 [n, 2]: row ids of each query and its passage in the collection `source`; `pool_of_row`
    int64 [n]: which of `pools` each row is from; `passes` int64 [n]: how often its whole pool came before;
    `kind` is the strategy that drew it.
    """

    step: int
    kind: str
    pools: Sequence[Pool]
    pool_of_row: np.ndarray
    rows: np.ndarray
    passes: np.ndarray

    @property
    def source(self) -> str:
        """The collection that all rows are of: the one trained on, or the one kept for replay."""
        return self.pools[0].source

    @property
    def directions(self) -> tuple[Direction, ...]:
        """The direction of each row."""
        return tuple(self.pools[index].direction for index in self.pool_of_row)

    def slice(self, rank: int, world: int) -> "Batch":
        """What process `rank` of `world` takes of the global batch."""
        mine = slice(rank, None, world)
        return replace(self, pool_of_row=self.pool_of_row[mine], rows=self.rows[mine], passes=self.passes[mine])

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
        self._fingerprints: dict[int, str] = {}
        key = stream_key("batch plan", seed)
        self._inputs = f"{seed} {batch_size} {_named(pools, sampling)}"
        self._root = _strategy(pools, sampling, batch_size, stream_key(key, TRAIN))
        if replay is not None:
            replay_pools, replay_sampling, share = replay
            self._inputs += f" {share} {_named(replay_pools, replay_sampling)}"
            kept = _strategy(replay_pools, replay_sampling, batch_size, stream_key(key, REPLAY))
            self._root = Interleaved([self._root, kept], [1 - share, share], stream_key(key, "replay or not"))

    def batch(self, step: int) -> Batch:
        """The global batch of `step` (0, 1, 2, ...)."""
        draw = self._root.draw(step)
        return Batch(step, draw.kind, draw.pools, draw.pool_of_row, draw.rows, draw.passes)

    def fingerprint(self, steps: int) -> str:
        """SHA-256 that differs when the plan of a run of `steps` steps does.

        Over all that the plan is made from, so that one pair more tells; and over 64 batches spread over the
        run, so that another way of drawing them tells. Takes milliseconds, the first time.
        """
        if steps not in self._fingerprints:
            digest = hashlib.sha256(self._inputs.encode())
            for step in np.unique(np.linspace(0, max(steps - 1, 0), 64, dtype=np.int64)):
                batch = self.batch(int(step))
                digest.update(f"{batch.source} {batch.kind}".encode() + batch.rows.astype("<i8").tobytes())
            self._fingerprints[steps] = digest.hexdigest()
        return self._fingerprints[steps]


def _named(pools: Pools, sampling: SamplingConfig) -> str:
    """What a plan is made from, as text. Which pairs are joined follows from the data and shows in the batches."""
    drawn_from = [f"{p.source} {p.direction} {p.given} {len(p)}" for p in (*pools.monolingual, *pools.crosslingual)]
    settings = {name: value for name, value in asdict(sampling).items() if name != "only"}  # the pools say it
    return f"{settings} {drawn_from}"


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
            return _crosslingual(cross, shares(cross), sampling, batch_size, key)
        case _:
            parts: list[Strategy] = [
                OneDirection("monolingual", mono, shares(mono), batch_size, stream_key(key, "monolingual")),
                _crosslingual(cross, shares(cross), sampling, batch_size, key),
            ]
            return Interleaved(parts, [sampling.alpha, 1 - sampling.alpha], stream_key(key, "hybrid"))


def _crosslingual(
    pools: Sequence[Pool], shares: np.ndarray, sampling: SamplingConfig, batch_size: int, key: int
) -> Strategy:
    batches = ManyDirections if sampling.crosslingual_batches == "mixed" else OneDirection
    return batches("crosslingual", pools, shares, batch_size, stream_key(key, "crosslingual"))


def drawn_from(pools: Pools, sampling: SamplingConfig) -> Pools:
    """Those of `pools` that the strategy draws from."""
    needs_mono, needs_cross = _needs(sampling.strategy)
    return replace(
        pools,
        monolingual=pools.monolingual if needs_mono else [],
        crosslingual=pools.crosslingual if needs_cross else [],
    )


def missing_pools(pools: Pools, sampling: SamplingConfig) -> str | None:
    """Why the strategy cannot draw from `pools`, in a sentence; None when it can."""
    needs_mono, needs_cross = _needs(sampling.strategy)
    named = ", ".join(pools.languages)
    if needs_mono and not pools.monolingual:
        return f"{sampling.strategy} needs pairs within a language, and the data have none for: {named}"
    if needs_cross and not pools.crosslingual:
        return f"{sampling.strategy} needs pairs across languages, and the data have none among: {named}"
    return None


def _needs(strategy: str) -> tuple[bool, bool]:
    """Whether a strategy draws pairs within a language, and pairs across languages."""
    return strategy != "crosslingual", strategy in ("crosslingual", "hybrid")
