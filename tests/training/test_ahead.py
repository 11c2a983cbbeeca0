import threading
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from hybridir.batching.plan import Batch
from hybridir.training.ahead import prepared
from hybridir.training.objective import Objective


class Plan:
    """Batch t is t."""

    def batch(self, step: int) -> int:
        return step


class Told(Objective):
    """The loss of batch t is t; remembers what it prepared, and in which thread."""

    def __init__(self, fails_at: int | None = None) -> None:
        self.prepared: list[int] = []
        self.threads: set[str] = set()
        self.fails_at = fails_at

    def prepare(self, batch: Batch) -> Callable[[], Tensor]:
        self.prepared.append(int(batch))  # type: ignore[call-overload]
        self.threads.add(threading.current_thread().name)
        if batch == self.fails_at:
            raise OSError("no such batch")
        return lambda: torch.tensor(float(batch))  # type: ignore[arg-type]


def run(objective: Told, steps: range) -> list[tuple[int, float]]:
    return [(batch, float(loss())) for batch, loss in prepared(Plan(), objective, steps)]  # type: ignore[arg-type,misc]


def test_batches_come_in_order_each_with_its_loss() -> None:
    objective = Told()
    assert run(objective, range(3, 7)) == [(3, 3.0), (4, 4.0), (5, 5.0), (6, 6.0)]
    assert objective.prepared == [3, 4, 5, 6]
    assert threading.main_thread().name not in objective.threads
    assert run(Told(), range(5, 5)) == []


def test_only_one_is_made_ahead_and_closing_ends_the_thread() -> None:
    objective = Told()
    batches = prepared(Plan(), objective, range(100))  # type: ignore[arg-type]
    next(batches)
    next(batches)
    batches.close()
    assert objective.prepared in ([0, 1], [0, 1, 2])
    assert not any(thread.name in objective.threads for thread in threading.enumerate())


def test_what_fails_in_the_thread_is_raised_at_its_step() -> None:
    objective = Told(fails_at=2)
    batches = prepared(Plan(), objective, range(9))  # type: ignore[arg-type]
    assert [next(batches)[0], next(batches)[0]] == [0, 1]
    with pytest.raises(OSError, match="no such batch"):
        next(batches)


def test_a_loss_is_that_of_its_prepared_batch() -> None:
    assert float(Told()(Plan().batch(4))) == 4.0  # type: ignore[arg-type]
