"""Training a re-ranker: its loss by hand, which passages are negatives, and that a stopped run goes on exactly."""

import hashlib
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from torch import Tensor

from hybridir.batching.plan import Batch, BatchPlan
from hybridir.config.schema import SamplingConfig, TrainerConfig
from hybridir.data.pairs import Collection
from hybridir.data.pools import TRAIN, Pool, make_pools
from hybridir.data.rows import Direction
from hybridir.encoders.cross_encoder import CrossEncoder
from hybridir.training.loop import train
from hybridir.training.reranking import (
    RIVALS,
    PlainWords,
    Reranking,
    TextSource,
    draw_negatives,
    validate_reranker,
)

TRAINER = TrainerConfig(steps=6, batch_size=6, learning_rate=0.05, checkpoint_every=2, log_every=2)
DE_EN, EN_EN = Direction("de", "en"), Direction("en", "en")


class Table:
    """Row i has the hashes given for it; its texts are `q<i>` and `p<i>`."""

    def __init__(self, docids: list[int], queries: list[int] | None = None, pids: list[int] | None = None) -> None:
        own = list(range(1000, 1000 + len(docids)))
        self.columns = {"docid": docids, "query": queries or own, "pid": pids or own}
        self.directions = {EN_EN: range(len(docids))}

    def hashes(self, column: str, rows: np.ndarray) -> np.ndarray:
        return np.array(self.columns[column], dtype=np.uint64)[rows]

    def texts(self, column: str, rows: np.ndarray) -> list[str]:
        return [f"{column[0]}{row}" for row in rows]


class Told(CrossEncoder):
    """Scores a pair by its texts; remembers which it was asked for."""

    def __init__(self, scores: dict[tuple[str, str], float], otherwise: float = 0.0) -> None:
        torch.nn.Module.__init__(self)
        self.anything = torch.nn.Parameter(torch.zeros(1))
        self.scores, self.otherwise = scores, otherwise
        self.asked: list[tuple[str, str]] = []

    def tokenize(self, queries: list[str], passages: list[str]) -> list[tuple[str, str]]:  # type: ignore[override]
        return list(zip(queries, passages, strict=True))

    def forward(self, pairs: list[tuple[str, str]]) -> Tensor:  # type: ignore[override]
        self.asked += pairs
        return torch.tensor([self.scores.get(pair, self.otherwise) for pair in pairs]) + 0 * self.anything

    def score(self, queries: list[str], passages: list[str]) -> np.ndarray:  # type: ignore[override]
        return self(self.tokenize(queries, passages)).detach().numpy()


def batch_of(rows: int, languages: list[str] | None = None) -> Batch:
    codes = languages or ["en"] * rows
    pools = [Pool(TRAIN, Direction("en", code), None, None) for code in codes]  # type: ignore[arg-type]
    own = np.arange(rows)
    return Batch(3, "mixed", pools, own, np.stack([own, own], axis=1), np.zeros(rows, dtype=np.int64))


def objective(model: CrossEncoder, table: Table, negatives: int, seed: int = 0) -> Reranking:
    words = PlainWords(table)  # type: ignore[arg-type]
    return Reranking(model, {TRAIN: TextSource(table, words)}, TRAINER, negatives, seed)  # type: ignore[arg-type]


def test_the_loss_of_two_pairs_by_hand() -> None:
    # each query has one passage that does not answer it, so all four pairs are scored, whatever is drawn
    model = Told({("q0", "p0"): 2.0, ("q1", "p1"): -1.0, ("q0", "p1"): 0.5, ("q1", "p0"): -3.0})
    loss = objective(model, Table([1, 2]), negatives=4)(batch_of(2))
    # -log sigmoid(s) = log(1 + e^-s) where it answers, log(1 + e^s) where it does not
    worked = [np.log1p(np.exp(-2.0)), np.log1p(np.exp(1.0)), np.log1p(np.exp(0.5)), np.log1p(np.exp(-3.0))]
    assert loss.item() == pytest.approx(np.mean(worked), abs=1e-6)
    assert sorted(model.asked) == [("q0", "p0"), ("q0", "p1"), ("q1", "p0"), ("q1", "p1")]


def test_as_many_negatives_as_asked_for_and_others_at_another_seed() -> None:
    drawn = []
    for seed in (0, 0, 1):
        model = Told({})
        objective(model, Table(list(range(12))), negatives=4, seed=seed)(batch_of(12))
        assert len(model.asked) == len(set(model.asked)) == 12 * 5
        assert model.asked[:12] == [(f"q{i}", f"p{i}") for i in range(12)]
        drawn.append(model.asked)
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_batch_without_negatives_still_has_its_positives() -> None:
    model = Told({("q0", "p0"): 0.0})
    assert objective(model, Table([1]), 4)(batch_of(1)).item() == pytest.approx(np.log(2))
    same = Told({})
    objective(same, Table([5, 5, 5]), 4)(batch_of(3))
    assert same.asked == [("q0", "p0"), ("q1", "p1"), ("q2", "p2")]


@given(
    hashes=st.lists(st.tuples(*[st.integers(0, 4)] * 3, st.sampled_from("ab")), min_size=1, max_size=12),
    count=st.integers(1, 6),
    key=st.integers(0, 2**64 - 1),
)
def test_negatives_never_answer_and_own_languages_come_first(
    hashes: list[tuple[int, int, int, str]], count: int, key: int
) -> None:
    docids, queries, pids, codes = map(list, zip(*hashes, strict=True))
    codes = [f"{code}{docid}"[0] for code, docid in zip(codes, docids, strict=True)]
    codes = [codes[docids.index(docid)] for docid in docids]  # a passage is in one language
    rows = np.stack([np.arange(len(docids))] * 2, axis=1)
    table = Table(docids, queries, pids)
    asked, answers = draw_negatives(table, rows, codes, count, key)  # type: ignore[arg-type]
    for i in range(len(docids)):
        own = {
            docids[j]
            for j in range(len(docids))
            if docids[i] == docids[j] or queries[i] == queries[j] or pids[i] == pids[j]
        }
        possible = set(docids) - own
        taken = [docids[j] for j in answers[asked == i]]
        assert len(taken) == len(set(taken)) == min(count, len(possible))
        assert set(taken) <= possible
        language = dict(zip(docids, codes, strict=True))
        near = [docid for docid in possible if language[docid] == codes[i]]
        assert sum(language[docid] == codes[i] for docid in taken) == min(count, len(near))


def test_every_possible_negative_is_drawn_as_often() -> None:
    rows, table = np.stack([np.arange(6)] * 2, axis=1), Table(list(range(6)))
    counts = np.zeros((6, 6))
    for key in range(2000):
        asked, answers = draw_negatives(table, rows, ["en"] * 6, 2, key * 7919)  # type: ignore[arg-type]
        np.add.at(counts, (asked, answers), 1)
    assert (np.diag(counts) == 0).all()
    expected = 2000 * 2 / 5
    assert (abs(counts[~np.eye(6, dtype=bool)] - expected) < 5 * np.sqrt(expected)).all()


def test_validation_ranks_by_hand() -> None:
    # three rows: each right passage stands among the two others; ties rank against it
    scores = {("q0", "p0"): 3.0, ("q0", "p1"): 2.0, ("q0", "p2"): 1.0}
    scores |= {("q1", "p1"): 1.0, ("q1", "p0"): 2.0, ("q1", "p2"): 0.0}
    scores |= {("q2", "p2"): 1.0, ("q2", "p0"): 1.0, ("q2", "p1"): 2.0}
    found = validate_reranker(Told(scores), Table([1, 2, 3]), [EN_EN], 200)  # type: ignore[arg-type]
    assert found == {"en->en": round((1 + 1 / 2 + 1 / 3) / 3, 5), "*": round((1 + 1 / 2 + 1 / 3) / 3, 5)}
    assert validate_reranker(Told(scores), Table([1, 2, 3]), [], 200) == {}  # type: ignore[arg-type]


def test_validation_takes_the_first_rows_and_a_few_rivals() -> None:
    model = Told({})
    found = validate_reranker(model, Table(list(range(40))), [EN_EN], 30)  # type: ignore[arg-type]
    assert found["*"] == pytest.approx(1 / (1 + RIVALS), abs=1e-5)
    assert len(model.asked) == 30 * (1 + RIVALS)
    assert {passage for _, passage in model.asked} == {f"p{i}" for i in range(30)}


@pytest.fixture
def run(collection: Collection, tokenizer: Tokenizer, tmp_path: Path):  # type: ignore[no-untyped-def]
    """Trains a small re-ranker on the toy collection; returns the SHA-256 of its weights."""

    class Killed(BaseException):
        pass

    def start(folder: str, kill_after: int | None = None, precision: str = "fp32", seed: int = 0) -> str:
        shape = {"layers": 1, "hidden": 8, "heads": 2, "intermediate": 16}
        model = CrossEncoder.from_scratch(tokenizer, length=16, **shape, dropout=0.1)
        trainer = TrainerConfig(**{**vars(TRAINER), "precision": precision})
        table = collection.train
        aim = Reranking(model, {TRAIN: TextSource(table, PlainWords(table))}, trainer, 4, seed)
        plan = BatchPlan(make_pools(table, ["de", "en"]), SamplingConfig("mixed"), 6, seed=0)

        def progress(done: int) -> None:
            if done == kill_after:
                raise Killed

        (tmp_path / folder).mkdir(exist_ok=True)
        try:
            train(model, plan, aim, trainer, seed, tmp_path / folder, dict, progress)
        except Killed:
            return ""
        digest = hashlib.sha256()
        for name, tensor in model.state_dict().items():
            digest.update(name.encode() + tensor.numpy().tobytes())
        return digest.hexdigest()

    return start


def test_stopped_and_resumed_is_never_stopped(run) -> None:  # type: ignore[no-untyped-def]
    straight = run("straight")
    for kill in (1, 3, 5):
        assert run("stopped", kill_after=kill) == ""
    assert run("stopped") == straight
    assert straight != run("seed", seed=1)


def test_bf16_computes_in_bfloat16(run) -> None:  # type: ignore[no-untyped-def]
    assert run("bf16", precision="bf16") != run("fp32")
