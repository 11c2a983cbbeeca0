"""Preparing the next batch while this one is computed."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor

from torch import Tensor

from hybridir.batching.plan import Batch, BatchPlan
from hybridir.training.objective import Objective


def prepared(plan: BatchPlan, objective: Objective, steps: range) -> Generator[tuple[Batch, Callable[[], Tensor]]]:
    """The batches of `steps` in order, each with the function that computes its loss; one is made ahead, in a thread.

    Plan and preparation are pure, so what comes out does not depend on when they are made. Close the iterator when it
    is not read to its end.
    """

    def make(step: int) -> tuple[Batch, Callable[[], Tensor]]:
        batch = plan.batch(step)
        return batch, objective.prepare(batch)

    with ThreadPoolExecutor(1, thread_name_prefix="batches") as thread:
        following = thread.submit(make, steps.start) if steps else None
        for step in steps:
            assert following is not None
            ready = following.result()
            following = thread.submit(make, step + 1) if step + 1 in steps else None
            yield ready
