import shutil
from multiprocessing import set_forkserver_preload
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer
from torch import multiprocessing

from hybridir.config.schema import TrainerConfig
from hybridir.data.pairs import Collection
from hybridir.training import distributed
from tests.training.ranks_at_work import Job, encoder_of, meet, plan_of, work

SIZES = (4, 2)
NAMES = ["static", "uneven", "transformer"]
Found = dict[str, Any]


def trainer(**more: Any) -> TrainerConfig:
    known = {"steps": 6, "learning_rate": 0.01, "weight_decay": 0.01, "clip": 0.1, "checkpoint_every": 4}
    return TrainerConfig(**(known | more))


@pytest.fixture(scope="module")
def jobs(tokenizer: Tokenizer) -> dict[str, Job]:
    # mixed batches hold rows that answer each other: those of one fact in two directions
    uneven = trainer(batch_size=7, symmetric=True)
    return {
        "static": Job("static", tokenizer, "static", "hybrid", trainer(batch_size=30)),
        "uneven": Job("uneven", tokenizer, "static", "mixed", uneven),
        "transformer": Job("transformer", tokenizer, "transformer", "mixed", trainer(batch_size=30)),
    }


@pytest.fixture(scope="module")
def found(
    jobs: dict[str, Job], collection: Collection, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[tuple[str, int], Found]]:
    """What came out of every job with every number of processes, and the folder of their runs."""
    folder = tmp_path_factory.mktemp("ranks")
    alone = {(name, 1): work(job, collection, folder, "1") for name, job in jobs.items()}
    arguments = (SIZES, list(jobs.values()), collection, folder)
    set_forkserver_preload(["tests.training.ranks_at_work"])  # imported once, not by every process
    multiprocessing.start_processes(meet, arguments, nprocs=SIZES[0], start_method="forkserver")
    several = {(name, size): torch.load(folder / f"{name}-{size}.pt") for name in jobs for size in SIZES}
    return folder, alone | several


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_loss_and_gradient_are_those_of_one_process(name: str, size: int, found: tuple[Path, Any]) -> None:
    alone, several = found[1][name, 1], found[1][name, size]
    assert float(several["loss"]) == pytest.approx(float(alone["loss"]), rel=1e-6)
    assert several["gradients"].keys() == alone["gradients"].keys()
    largest = max(float(gradient.abs().max()) for gradient in alone["gradients"].values())
    for parameter, gradient in alone["gradients"].items():
        assert torch.allclose(several["gradients"][parameter], gradient, rtol=1e-5, atol=1e-6 * largest), parameter


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_weights_after_some_steps_are_those_of_one_process(
    name: str, size: int, found: tuple[Path, Any], jobs: dict[str, Job]
) -> None:
    alone, several = found[1][name, 1]["weights"], found[1][name, size]["weights"]
    start = encoder_of(jobs[name]).state_dict()
    assert any(not torch.allclose(alone[parameter], start[parameter], atol=1e-3) for parameter in alone)
    for parameter, weights in alone.items():
        if not parameter.endswith("key.bias"):  # its gradient is zero but for rounding, which Adam blows up
            assert torch.allclose(several[parameter], weights, rtol=1e-5, atol=1e-5), parameter


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES)
def test_all_processes_end_with_the_same_bits_and_one_writes(name: str, size: int, found: tuple[Path, Any]) -> None:
    run = found[0] / f"{name}-{size}"
    hashes = [(run / f"rank-{rank}.txt").read_text() for rank in range(size)]
    assert len(set(hashes)) == 1
    log = (run / "train.jsonl").read_text().splitlines()
    assert len(log) == 2  # the means of the steps, and the validation
    assert [path.name for path in (run / "checkpoints").iterdir()] == ["step-00000004"]


def test_a_run_goes_on_with_another_number_of_processes(
    found: tuple[Path, Any], jobs: dict[str, Job], collection: Collection
) -> None:
    folder, of = found
    shutil.copytree(folder / "static-4", folder / "static-later")
    later = work(jobs["static"], collection, folder, "later")["weights"]
    for parameter, weights in of["static", 1]["weights"].items():
        assert torch.allclose(later[parameter], weights, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("strategy", ["monolingual", "hybrid"])
def test_a_batch_in_one_language_is_so_on_every_process(strategy: str, collection: Collection) -> None:
    batches = [plan_of(collection, strategy, 10).batch(step) for step in range(40)]
    in_one = [batch for batch in batches if batch.kind == "monolingual"]
    assert in_one
    for batch in in_one:
        slices = [batch.slice(rank, 4) for rank in range(4)]
        assert len({direction for part in slices for direction in part.directions}) == 1
        assert [len(part.rows) for part in slices] == [3, 3, 2, 2]
        assert sorted(row for part in slices for row in part.rows[:, 0]) == sorted(batch.rows[:, 0])


def test_alone_nothing_is_gathered_or_summed() -> None:
    queries, passages = torch.rand(3, 2), torch.rand(3, 2)
    one, other = distributed.gathered(queries, passages, 3)
    assert one is queries and other is passages
    assert (distributed.rank(), distributed.size()) == (0, 1)
