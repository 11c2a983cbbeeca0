import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from hybridir.batching.plan import BatchPlan
from hybridir.config.schema import SamplingConfig, TrainerConfig
from hybridir.data.pairs import Collection
from hybridir.data.pools import REPLAY, TRAIN, make_pools
from hybridir.encoders.base import Encoder, Tokens
from hybridir.encoders.token_cache import PairTokens
from hybridir.errors import RunFailed, UserError
from hybridir.training.loop import TrainingLog, _Watch, train
from hybridir.training.objective import Contrastive, Source

STEPS = 12
TRAINER = TrainerConfig(
    steps=STEPS, batch_size=8, learning_rate=0.05, weight_decay=0.01, log_every=2, checkpoint_every=4, validate_every=5
)


class Killed(BaseException):
    """Stands for the end of the process."""


@dataclass
class Lab:
    """Trains encoders on the toy collection; `folder` is the run's."""

    make: Callable[[str], Encoder]
    collection: Collection
    cache: Path
    folder: Path
    validated: list[int] = field(default_factory=list)

    def plan(self, alpha: float = 0.5, replay: float = 0.0, batch_size: int = 8, languages: str = "de en") -> BatchPlan:
        pools = make_pools(self.collection.train, languages.split())
        kept = make_pools(self.collection.train, ["de", "en"], source=REPLAY)
        second = (kept, SamplingConfig(strategy="crosslingual"), replay) if replay else None
        sampling = SamplingConfig("hybrid" if pools.crosslingual else "monolingual", alpha)
        return BatchPlan(pools, sampling, batch_size, seed=0, replay=second)

    def train(
        self,
        encoder: Encoder,
        folder: str = "run",
        plan: BatchPlan | None = None,
        trainer: TrainerConfig = TRAINER,
        kill_after: int | None = None,
        seed: int = 0,
    ) -> str:
        """Train, and return the SHA-256 of the weights; stop after some steps if asked to."""
        tokens = PairTokens(self.collection, "train", encoder, self.cache)
        source = Source(self.collection.train, tokens)
        self.validated = []

        def validate() -> dict[str, float]:
            torch.rand(7)  # a validation may draw what it likes
            self.validated.append(len(self.validated))
            return {"*": 0.5}

        def progress(done: int) -> None:
            if done == kill_after:
                raise Killed

        where = self.folder / folder
        where.mkdir(exist_ok=True)
        sources: Mapping[str, Source] = {TRAIN: source, REPLAY: source}
        objective = Contrastive(encoder, sources, trainer)
        train(encoder, plan or self.plan(), objective, trainer, seed, where, validate, progress)
        return sha256(encoder)

    def log(self, folder: str = "run") -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.folder / folder / "train.jsonl").read_text().splitlines()]


@pytest.fixture
def lab(make_encoder: Callable[[str], Encoder], collection: Collection, cache: Path, tmp_path: Path) -> Lab:
    return Lab(make_encoder, collection, cache, tmp_path)


def sha256(encoder: nn.Module) -> str:
    digest = hashlib.sha256()
    for name, tensor in encoder.state_dict().items():
        digest.update(name.encode() + tensor.numpy().tobytes())
    return digest.hexdigest()


@pytest.mark.parametrize("kind", ["static", "transformer"])
# before the first checkpoint, at one, between two, after the last, with all steps done but nothing told
@pytest.mark.parametrize("kills", [[2], [4], [7], [11], [12], [1, 6, 6, 9]])
def test_stopped_and_resumed_is_never_stopped(lab: Lab, kind: str, kills: list[int]) -> None:
    expected = lab.train(lab.make(kind), "straight")
    for kill in kills:
        with pytest.raises(Killed):
            lab.train(lab.make(kind), "stopped", kill_after=kill)
    assert lab.train(lab.make(kind), "stopped") == expected


def test_dropout_and_training_are_at_work(lab: Lab) -> None:
    # what the test above compares would be equal for trivial reasons otherwise
    encoder = lab.make("transformer")
    start = sha256(encoder)
    trained = lab.train(encoder, "a")
    assert trained != start
    assert trained != lab.train(lab.make("transformer"), "b", seed=1)  # the plan is the same, dropout is not
    encoder.train()
    tokens = Tokens.of([[2, 7, 9, 3]])
    assert not torch.equal(encoder(tokens), encoder(tokens))


def test_what_other_code_draws_does_not_matter(lab: Lab) -> None:
    expected = lab.train(lab.make("transformer"), "a")
    torch.manual_seed(1234)
    torch.rand(5)
    assert lab.train(lab.make("transformer"), "b") == expected


def test_training_lowers_the_loss(lab: Lab) -> None:
    lab.train(lab.make("static"), trainer=TrainerConfig(steps=60, batch_size=8, learning_rate=0.1, log_every=10))
    losses = [line["loss"] for line in lab.log() if "loss" in line]
    assert losses[-1]["monolingual"] < losses[0]["monolingual"] / 2
    assert losses[-1]["crosslingual"] < losses[0]["crosslingual"] / 2


def test_the_log_says_each_step_once(lab: Lab) -> None:
    encoder = lab.make("static")
    lab.train(encoder, "straight")
    straight = lab.log("straight")
    assert [line["step"] for line in straight if "loss" in line] == [2, 4, 6, 8, 10, 12]
    assert [line["step"] for line in straight if "validation" in line] == [5, 10, 12]
    with pytest.raises(Killed):
        lab.train(lab.make("static"), "stopped", kill_after=11)
    with open(lab.folder / "stopped" / "train.jsonl", "a") as log:
        log.write('{"step": 12, "los')  # cut short
    lab.train(lab.make("static"), "stopped")

    def timeless(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{key: value for key, value in line.items() if key != "pairs_per_second"} for line in lines]

    assert timeless(lab.log("stopped")) == timeless(straight)


def test_log_lines_say_what_was_done(lab: Lab) -> None:
    trainer = TrainerConfig(steps=4, batch_size=8, learning_rate=0.1, warmup=0.0, schedule="constant", log_every=4)
    lab.train(lab.make("static"), trainer=trainer)
    line, validation = lab.log()
    kinds = {lab.plan().batch(step).kind for step in range(4)}
    assert set(line) == {"step", "loss", "gradient_norm", "learning_rate", "pairs_per_second"}
    assert (line["step"], line["learning_rate"], set(line["loss"])) == (4, 0.1, kinds)
    assert all(0 < loss < math.inf for loss in line["loss"].values())
    assert validation == {"step": 4, "validation": {"*": 0.5}}


def test_losses_of_replayed_batches_are_told_apart(lab: Lab) -> None:
    trainer = TrainerConfig(steps=20, batch_size=8, log_every=20)
    lab.train(lab.make("static"), plan=lab.plan(replay=0.5), trainer=trainer)
    assert set(lab.log()[0]["loss"]) == {"monolingual", "crosslingual", "replay"}


@pytest.mark.parametrize("change", [{"alpha": 0.4}, {"batch_size": 9}, {"languages": "de"}, {"replay": 0.1}])
def test_a_changed_plan_is_refused(lab: Lab, change: dict[str, Any]) -> None:
    with pytest.raises(Killed):
        lab.train(lab.make("static"), kill_after=6)
    before = {path: path.read_bytes() for path in lab.folder.rglob("*") if path.is_file()}
    with pytest.raises(UserError, match=r"run stopped after 4 steps of another batch plan: .*; remove that folder"):
        lab.train(lab.make("static"), plan=lab.plan(**change))
    assert {path: path.read_bytes() for path in lab.folder.rglob("*") if path.is_file()} == before


def diverge(encoder: Encoder, call: int, what: str) -> None:
    """Make `encoder` give nan vectors, or gradients that are infinite, in batch number `call`."""
    forward, calls = encoder.forward, iter(range(10**6))

    def changed(tokens: Tokens) -> Tensor:
        vectors: Tensor = forward(tokens)
        if next(calls) != call:
            return vectors
        if what == "loss":
            return vectors * math.nan
        vectors.register_hook(lambda gradient: gradient * math.inf)
        return vectors

    encoder.forward = changed  # type: ignore[method-assign]


@pytest.mark.parametrize(("what", "value"), [("loss", "nan"), ("gradient norm", "(inf|nan)")])
def test_what_is_not_finite_stops_the_run_in_a_sentence(lab: Lab, what: str, value: str) -> None:
    expected = lab.train(lab.make("static"), "straight")
    encoder = lab.make("static")
    diverge(encoder, 6, what)
    batch = re.escape(lab.plan().batch(6).describe())
    with pytest.raises(RunFailed) as failed:
        lab.train(encoder)
    assert re.fullmatch(
        rf"the {what} is {value} at {batch}; try a smaller trainer\.learning_rate \(it is 0\.0[0-9]+ here\),"
        r" a larger trainer\.temperature \(it is 0\.05\)\.",
        str(failed.value),
    )
    # the last checkpoint is sound: what failed for a passing reason goes on from there
    assert lab.train(lab.make("static")) == expected


def test_advice_for_half_precision(lab: Lab) -> None:
    encoder = lab.make("static")
    diverge(encoder, 0, "loss")
    with pytest.raises(RunFailed, match=r"temperature \(it is 0\.05\) or trainer\.precision=fp32\.$"):
        lab.train(encoder, trainer=TrainerConfig(steps=2, batch_size=8, precision="bf16"))


def test_a_half_written_checkpoint_is_passed_over(lab: Lab) -> None:
    expected = lab.train(lab.make("static"), "straight")
    with pytest.raises(Killed):
        lab.train(lab.make("static"), kill_after=6)
    for name in (".step-00000008.abc", "step-00000008"):
        half = lab.folder / "run" / "checkpoints" / name
        half.mkdir()
        (half / "model.safetensors").write_bytes(b"half")
    assert lab.train(lab.make("static")) == expected


@pytest.mark.parametrize("kind", ["static", "transformer"])
def test_half_precision_trains_and_resumes(lab: Lab, kind: str) -> None:
    trainer = TrainerConfig(steps=6, batch_size=8, precision="bf16", checkpoint_every=2)
    expected = lab.train(lab.make(kind), "straight", trainer=trainer)
    with pytest.raises(Killed):
        lab.train(lab.make(kind), "stopped", trainer=trainer, kill_after=3)
    assert lab.train(lab.make(kind), "stopped", trainer=trainer) == expected
    if kind == "transformer":
        full = TrainerConfig(steps=6, batch_size=8, checkpoint_every=2)
        assert lab.train(lab.make(kind), "full", trainer=full) != expected


def test_cached_memory_resumes_too(lab: Lab) -> None:
    trainer = TrainerConfig(steps=6, batch_size=8, checkpoint_every=2, memory="cached", micro_tokens=20)
    expected = lab.train(lab.make("transformer"), "straight", trainer=trainer)
    with pytest.raises(Killed):
        lab.train(lab.make("transformer"), "stopped", trainer=trainer, kill_after=3)
    assert lab.train(lab.make("transformer"), "stopped", trainer=trainer) == expected


def test_numbers_seen_late_are_told_of_their_own_batch(lab: Lab, tmp_path: Path) -> None:
    watch = _Watch(TrainingLog(tmp_path / "train.jsonl", 0), TRAINER, 3)
    fine, late = torch.tensor(1.0), torch.tensor(math.inf)
    watch.step(lab.plan().batch(0), fine, fine, 0.1)
    watch.step(lab.plan().batch(1), fine, late, 0.1)
    expected = rf"gradient norm is inf at {re.escape(lab.plan().batch(1).describe())}"
    with pytest.raises(RunFailed, match=expected):  # the third is the last that may go unseen
        watch.step(lab.plan().batch(2), late, fine, 0.1)


def test_no_steps_leave_the_encoder_as_it_is(lab: Lab) -> None:
    encoder = lab.make("static")
    start = sha256(encoder)
    assert lab.train(encoder, trainer=TrainerConfig(steps=0)) == start
    assert lab.validated == []


def test_all_pairs_that_answer_each_other_are_no_negatives(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def spy(queries: Tensor, passages: Tensor, temperature: float, excluded: Tensor, symmetric: bool) -> Tensor:
        seen.append(excluded)
        return (queries * passages).sum()

    monkeypatch.setattr("hybridir.training.objective.info_nce", spy)
    lab.train(lab.make("static"), plan=lab.plan(batch_size=60), trainer=TrainerConfig(steps=6))
    table = lab.collection.train
    for step, excluded in enumerate(seen):
        rows = lab.plan(batch_size=60).batch(step).rows
        docids, queries = table.texts("docid", rows[:, 1]), table.texts("query", rows[:, 0])
        pids = table.texts("pid", rows[:, 0])
        by_hand = [
            [
                i != j and (docids[i] == docids[j] or queries[i] == queries[j] or pids[i] == pids[j])
                for j in range(len(rows))
            ]
            for i in range(len(rows))
        ]
        assert excluded.tolist() == by_hand
    assert any(excluded.any() for excluded in seen)


def test_threads_do_not_change_the_plan(lab: Lab) -> None:
    one = lab.plan().fingerprint(STEPS)
    torch.set_num_threads(2)
    try:
        assert lab.plan().fingerprint(STEPS) == one
    finally:
        torch.set_num_threads(1)
