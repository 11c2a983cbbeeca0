import hashlib
import subprocess
import sys
import textwrap
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hybridir.batching.plan import BatchPlan, drawn_from, missing_pools
from hybridir.config.schema import STRATEGIES, SamplingConfig
from hybridir.data.pools import REPLAY, Pools
from hybridir.data.row_sets import without
from hybridir.data.rows import Direction
from hybridir.errors import UserError

SIZES = {"de-de": 40, "en-en": 300, "fi-fi": 7, "de-en": 120, "fi-en": 60, "en-de": 11}
MakePools = Callable[..., Pools]

# hypothesis minds fixtures that live longer than an example; ours is a plain function
lasting = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def pools(make_pools: MakePools) -> Pools:
    return make_pools(SIZES, joined={"de-fi": 25, "en-de": 30})


def signature(plan: BatchPlan, steps: list[int]) -> str:
    """SHA-256 of what some batches say."""
    digest = hashlib.sha256()
    for step in steps:
        batch = plan.batch(step)
        words = f"{batch.step} {batch.kind} {batch.source} {[str(direction) for direction in batch.directions]}"
        digest.update(words.encode() + batch.rows.tobytes())
    return digest.hexdigest()


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_batch_t_alone_is_batch_t_in_sequence(pools: Pools, strategy: str) -> None:
    sequence = BatchPlan(pools, SamplingConfig(strategy=strategy), 32, seed=3)
    batches = [sequence.batch(step) for step in range(40)]
    for step in (39, 0, 17, 17, 5):
        alone = BatchPlan(pools, SamplingConfig(strategy=strategy), 32, seed=3).batch(step)
        assert alone.rows.tolist() == batches[step].rows.tolist()
        assert alone.directions == batches[step].directions


@lasting
@given(
    steps=st.lists(st.integers(0, 10**6), min_size=1, max_size=5),
    strategy=st.sampled_from(STRATEGIES),
    batch_size=st.integers(2, 400),
    seed=st.integers(0, 2**31),
)
def test_the_order_of_asking_does_not_matter(
    pools: Pools, steps: list[int], strategy: str, batch_size: int, seed: int
) -> None:
    one, other = (BatchPlan(pools, SamplingConfig(strategy=strategy), batch_size, seed) for _ in range(2))
    backwards = {step: other.batch(step).rows.tolist() for step in reversed(steps)}
    assert all(one.batch(step).rows.tolist() == backwards[step] for step in steps)


def test_another_process_makes_the_same_batches(make_pools: MakePools) -> None:
    steps = [0, 1, 999_999]
    script = f"""
        import sys
        from hybridir.batching.plan import BatchPlan
        from hybridir.config.schema import SamplingConfig
        from hybridir.data.pools import TRAIN, Pool, Pools
        from hybridir.data.rows import Direction
        import numpy as np
        pools = Pools(("de", "en"), [Pool(TRAIN, Direction("de", "de"), range(0, 50))],
                      [Pool(TRAIN, Direction("de", "en"), range(50, 150))])
        plan = BatchPlan(pools, SamplingConfig(), 16, seed=1)
        rows = np.concatenate([plan.batch(step).rows for step in {steps}])
        print(rows[:, 0].tolist())
    """
    there = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONHASHSEED": "7"},
    )
    here = BatchPlan(make_pools({"de-de": 50, "de-en": 100}), SamplingConfig(), 16, seed=1)
    assert there.stdout.strip() == str(np.concatenate([here.batch(step).rows for step in steps])[:, 0].tolist())


def test_the_batches_have_not_changed(make_pools: MakePools) -> None:
    # a change here changes what every run trains on: results are no longer those of the same key
    plan = BatchPlan(make_pools({"de-de": 50, "en-en": 50, "de-en": 100}), SamplingConfig(), 4, seed=1)
    assert [(batch.kind, batch.rows[:, 0].tolist()) for batch in map(plan.batch, [0, 1, 2, 10**6])] == [
        ("crosslingual", [84, 88, 118, 71]),
        ("crosslingual", [93, 109, 78, 57]),
        ("crosslingual", [129, 97, 122, 51]),
        ("monolingual", [31, 47, 42, 37]),
    ]


@pytest.mark.parametrize("strategy", ["monolingual", "hybrid"])
def test_monolingual_batches_are_in_one_language(pools: Pools, strategy: str) -> None:
    plan = BatchPlan(pools, SamplingConfig(strategy=strategy), 32, seed=0)
    seen = set()
    for batch in (batch for batch in map(plan.batch, range(200)) if batch.kind == "monolingual"):
        (direction,) = set(batch.directions)
        assert direction.monolingual
        rows = {pool.direction: pool.given for pool in pools.monolingual}[direction]
        assert all(row in rows for row in batch.rows[:, 0].tolist())
        seen.add(direction)
    assert seen == {Direction(lang, lang) for lang in ("de", "en", "fi")}


@pytest.mark.parametrize("strategy", ["crosslingual", "hybrid"])
def test_crosslingual_rows_are_never_within_a_language(pools: Pools, strategy: str) -> None:
    plan = BatchPlan(pools, SamplingConfig(strategy=strategy), 32, seed=0)
    batches = [batch for batch in map(plan.batch, range(100)) if batch.kind == "crosslingual"]
    assert not any(direction.monolingual for batch in batches for direction in batch.directions)
    assert all(len(set(batch.directions)) > 1 for batch in batches)
    assert {direction for batch in batches for direction in batch.directions} == {
        Direction("de", "en"),
        Direction("fi", "en"),
        Direction("en", "de"),
        Direction("de", "fi"),
    }


def test_unmixed_crosslingual_batches_hold_one_direction_each(pools: Pools) -> None:
    plan = BatchPlan(pools, SamplingConfig(strategy="crosslingual", crosslingual_batches="unmixed"), 16, seed=0)
    batches = [plan.batch(step) for step in range(100)]
    assert all(len(set(batch.directions)) == 1 for batch in batches)
    assert len({batch.directions[0] for batch in batches}) == 4


def test_mixed_batches_mix_languages_but_not_within_a_pair(pools: Pools) -> None:
    batch = BatchPlan(pools, SamplingConfig(strategy="mixed"), 64, seed=0).batch(0)
    assert set(batch.directions) == {Direction(lang, lang) for lang in ("de", "en", "fi")}


@pytest.mark.parametrize(("alpha", "same"), [(1.0, "monolingual"), (0.0, "crosslingual")])
def test_hybrid_at_its_ends_is_exactly_the_one_or_the_other(pools: Pools, alpha: float, same: str) -> None:
    steps = [*range(50), 16383, 16384, 10**6]
    hybrid = BatchPlan(pools, SamplingConfig(strategy="hybrid", alpha=alpha), 32, seed=5)
    assert signature(hybrid, steps) == signature(BatchPlan(pools, SamplingConfig(strategy=same), 32, seed=5), steps)


@pytest.mark.parametrize("alpha", [0.1, 0.5, 0.9])
def test_the_share_of_monolingual_batches_is_alpha(make_pools: MakePools, alpha: float) -> None:
    plan = BatchPlan(make_pools({"de-de": 9, "de-en": 9}), SamplingConfig(alpha=alpha), 2, seed=0)
    kinds = [plan.batch(step).kind for step in range(2000)]
    assert kinds.count("monolingual") / len(kinds) == pytest.approx(alpha, abs=0.03)


@lasting
@given(
    sizes=st.fixed_dictionaries({name: st.integers(1, 80) for name in ("de-de", "en-en", "de-en", "en-de")}),
    joined=st.integers(0, 30),
    strategy=st.sampled_from(STRATEGIES),
    batch_size=st.integers(2, 120),
)
def test_no_pair_comes_twice_before_its_direction_is_used_up(
    make_pools: MakePools, sizes: dict[str, int], joined: int, strategy: str, batch_size: int
) -> None:
    pools = make_pools(sizes, joined={"de-en": joined})
    plan = BatchPlan(pools, SamplingConfig(strategy=strategy), batch_size, seed=0)
    drawn: dict[Direction, list[tuple[int, ...]]] = defaultdict(list)
    for batch in map(plan.batch, range(15)):
        for direction, row in zip(batch.directions, batch.rows.tolist(), strict=True):
            drawn[direction].append(tuple(row))
    for direction, rows in drawn.items():
        size = pools.sizes()[direction]
        for start in range(0, len(rows), size):
            one_pass = rows[start : start + size]
            assert len(set(one_pass)) == len(one_pass)


@pytest.mark.parametrize("world", [1, 2, 4])
def test_ranks_share_the_global_batch_out(pools: Pools, world: int) -> None:
    plan = BatchPlan(pools, SamplingConfig(), 32, seed=0)
    for batch in map(plan.batch, range(20)):
        slices = [batch.slice(rank, world) for rank in range(world)]
        together = sorted(tuple(row) for part in slices for row in part.rows.tolist())
        assert together == sorted(map(tuple, batch.rows.tolist()))
        assert max(len(part.rows) for part in slices) - min(len(part.rows) for part in slices) <= 1
        for rank, part in enumerate(slices):
            assert part.rows.tolist() == batch.rows[rank::world].tolist()
            assert part.directions == batch.directions[rank::world]
            assert (part.step, part.kind, part.source) == (batch.step, batch.kind, batch.source)
        if batch.kind == "monolingual":
            assert len({direction for part in slices for direction in part.directions}) == 1


def test_a_rank_may_get_nothing_of_a_small_batch(make_pools: MakePools) -> None:
    batch = BatchPlan(make_pools({"de-de": 1}), SamplingConfig(strategy="monolingual"), 8, seed=0).batch(0)
    assert [len(batch.slice(rank, 2).rows) for rank in range(2)] == [1, 0]
    assert batch.slice(1, 2).source == "train"


@pytest.mark.parametrize(
    ("scheme", "expected"),
    [("uniform", [0.5, 0.5]), ("proportional", [0.9, 0.1]), ("temperature", [0.75, 0.25])],
)
def test_weights_of_directions(make_pools: MakePools, scheme: str, expected: list[float]) -> None:
    # 900 and 100 pairs: square roots 30 and 10
    pools = make_pools({"de-en": 900, "fi-en": 100})
    sampling = SamplingConfig(strategy="crosslingual", weights=scheme, temperature=2.0)
    plan = BatchPlan(pools, sampling, 128, seed=0)
    counts = Counter(direction.query for step in range(128) for direction in plan.batch(step).directions)
    assert [counts["de"] / 16384, counts["fi"] / 16384] == pytest.approx(expected, abs=1e-4)


def test_replay_takes_its_share_and_leaves_the_rest_as_it_was(make_pools: MakePools, pools: Pools) -> None:
    kept = make_pools({"de-en": 500}, source=REPLAY)
    plan = BatchPlan(pools, SamplingConfig(), 16, 0, replay=(kept, SamplingConfig(strategy="crosslingual"), 0.2))
    batches = [plan.batch(step) for step in range(1000)]
    replayed = [batch for batch in batches if batch.source == REPLAY]
    assert len(replayed) / len(batches) == pytest.approx(0.2, abs=0.04)
    assert all(batch.kind == "crosslingual" for batch in replayed)
    without = BatchPlan(pools, SamplingConfig(), 16, seed=0)
    own = [batch.rows.tolist() for batch in batches if batch.source != REPLAY]
    assert own == [without.batch(step).rows.tolist() for step in range(len(own))]


def test_fingerprints_tell_plans_apart(make_pools: MakePools) -> None:
    large = {"de-de": 50_000, "de-en": 70_000}
    pools, hybrid = make_pools(large), SamplingConfig()
    kept = make_pools({"de-en": 500}, source=REPLAY)
    plans = {
        "as it is": BatchPlan(pools, hybrid, 32, 0),
        "another seed": BatchPlan(pools, hybrid, 32, 1),
        "another batch size": BatchPlan(pools, hybrid, 33, 0),
        "another alpha": BatchPlan(pools, replace(hybrid, alpha=0.4999), 32, 0),
        "other weights": BatchPlan(pools, replace(hybrid, weights="proportional"), 32, 0),
        "one pair more at the end": BatchPlan(make_pools({**large, "de-en": 70_001}), hybrid, 32, 0),
        "one joined pair": BatchPlan(make_pools(large, joined={"de-en": 1}), hybrid, 32, 0),
        "one language more": BatchPlan(make_pools({**large, "fi-fi": 10}), hybrid, 32, 0),
        "a replay": BatchPlan(pools, hybrid, 32, 0, replay=(kept, hybrid_of(kept), 0.1)),
        **{f"row {row} left out": BatchPlan(without_row(pools, row), hybrid, 32, 0) for row in (7, 49_999)},
        "more replay": BatchPlan(pools, hybrid, 32, 0, replay=(kept, hybrid_of(kept), 0.1001)),
    }
    fingerprints = {name: plan.fingerprint(1000) for name, plan in plans.items()}
    assert len(set(fingerprints.values())) == len(plans)
    assert BatchPlan(make_pools(large), SamplingConfig(), 32, 0).fingerprint(1000) == fingerprints["as it is"]
    assert all(len(fingerprint) == 64 for fingerprint in fingerprints.values())


def without_row(pools: Pools, row: int) -> Pools:
    (mono,) = pools.monolingual
    assert isinstance(mono.given, range)
    return replace(pools, monolingual=[replace(mono, given=without(mono.given, np.array([row])))])


def hybrid_of(pools: Pools) -> SamplingConfig:
    return SamplingConfig(strategy="crosslingual" if not pools.monolingual else "hybrid")


def test_a_plan_of_no_steps_has_a_fingerprint(pools: Pools) -> None:
    assert len(BatchPlan(pools, SamplingConfig(), 8, 0).fingerprint(0)) == 64


def test_descriptions(make_pools: MakePools) -> None:
    plan = BatchPlan(make_pools({"de-de": 5}), SamplingConfig(strategy="monolingual"), 8, seed=0)
    assert plan.batch(3).describe() == "step 3: 5 pairs, monolingual: 5 de->de"
    pools = make_pools({"de-en": 30_000, "fi-en": 10_000}, source=REPLAY)
    sampling = SamplingConfig(strategy="crosslingual", weights="proportional")
    assert BatchPlan(pools, sampling, 16384, seed=0).batch(7).describe() == (
        "step 7: 16384 pairs from the replay collection, crosslingual: 12288 de->en, 4096 fi->en"
    )


def test_a_description_names_at_most_six_directions(make_pools: MakePools) -> None:
    pools = make_pools({f"q{i}-en": 10 for i in range(9)})
    text = BatchPlan(pools, SamplingConfig(strategy="crosslingual"), 90, seed=0).batch(0).describe()
    assert text.startswith("step 0: 90 pairs, crosslingual: ")
    assert text.count("->en") == 6
    assert text.endswith(" and 3 more directions")


@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ("monolingual", ["de->de", "en->en", "fi->fi"]),
        ("mixed", ["de->de", "en->en", "fi->fi"]),
        ("crosslingual", ["de->en", "de->fi", "en->de", "fi->en"]),
        ("hybrid", ["de->de", "en->en", "fi->fi", "de->en", "de->fi", "en->de", "fi->en"]),
    ],
)
def test_the_pools_that_a_strategy_draws_from(pools: Pools, strategy: str, expected: list[str]) -> None:
    sampling = SamplingConfig(strategy=strategy)
    drawn = drawn_from(pools, sampling)
    assert list(map(str, drawn.sizes())) == expected
    plan = BatchPlan(pools, sampling, 32, seed=0)
    assert {str(direction) for step in range(60) for direction in plan.batch(step).directions} == set(expected)


def test_what_is_missing_is_said_in_a_sentence(make_pools: MakePools) -> None:
    only_mono, only_cross = make_pools({"de-de": 5, "en-en": 5}), make_pools({"de-en": 5})
    assert missing_pools(only_mono, SamplingConfig(strategy="monolingual")) is None
    assert missing_pools(only_mono, SamplingConfig(strategy="mixed")) is None
    assert missing_pools(only_cross, SamplingConfig(strategy="crosslingual")) is None
    assert missing_pools(only_mono, SamplingConfig(strategy="crosslingual")) == (
        "crosslingual needs pairs across languages, and the data have none among: de, en"
    )
    assert missing_pools(only_mono, SamplingConfig(strategy="hybrid")) == (
        "hybrid needs pairs across languages, and the data have none among: de, en"
    )
    assert missing_pools(only_cross, SamplingConfig(strategy="mixed")) == (
        "mixed needs pairs within a language, and the data have none for: de, en"
    )
    with pytest.raises(UserError, match="hybrid needs pairs within a language"):
        BatchPlan(only_cross, SamplingConfig(), 8, seed=0)
