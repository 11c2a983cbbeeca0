"""Work by several threads comes back in order, in rooms that nobody else writes to."""

import threading
import time

import pytest
import torch

from hybridir.evaluation.workers import in_order


@pytest.mark.parametrize("threads", [1, 3])
def test_results_come_in_the_order_of_the_tasks(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch, "get_num_threads", lambda: threads)

    def work(task: int, room: list[int]) -> list[int]:
        time.sleep(0.002 * (task % 3))  # later ones are often ready first
        room[:] = [task, threading.get_ident()]
        return room

    seen = [tuple(room) for room in in_order(work, range(20), lambda: [0, 0])]
    assert [task for task, _ in seen] == list(range(20))
    assert len({thread for _, thread in seen}) <= threads


def test_a_failure_reaches_whoever_draws() -> None:
    def work(task: int, room: None) -> float:
        return 1 / task

    results = in_order(work, [2, 0], lambda: None)
    assert next(results) == 0.5
    with pytest.raises(ZeroDivisionError):
        next(results)


def test_tasks_are_not_taken_long_before_their_turn() -> None:
    taken: list[int] = []
    tasks = (taken.append(number) or number for number in range(1000))
    results = in_order(lambda task, room: task, tasks, lambda: None)
    assert next(results) == 0
    assert len(taken) <= torch.get_num_threads() + 2
    results.close()
