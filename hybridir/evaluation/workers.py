"""Threads for work that torch and numpy do outside Python's lock, each alone: their number changes no figure."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

import torch

Task = TypeVar("Task")
Room = TypeVar("Room")
Result = TypeVar("Result")


@contextmanager
def workers(threads: int) -> Iterator[ThreadPoolExecutor]:
    """Threads in each of which torch works alone; outside it has `threads` again at the end."""
    try:
        # said in every thread: one that torch has not been told of takes as many as there are cores
        with ThreadPoolExecutor(threads, initializer=torch.set_num_threads, initargs=(1,)) as pool:
            yield pool
    finally:
        torch.set_num_threads(threads)


def in_order(
    work: Callable[[Task, Room], Result], tasks: Iterable[Task], make_room: Callable[[], Room]
) -> Iterator[Result]:
    """`work` on each task, by as many threads as torch has, the results in the order of the tasks.

    Each call has a room to itself until the result after its own is drawn. A task is taken when it can be begun.
    """
    threads = torch.get_num_threads()
    rooms = [make_room() for _ in range(threads + 1)]  # one is with whoever draws the results
    waiting: deque[Future[Result]] = deque()
    with workers(threads) as pool:
        for number, task in enumerate(tasks):
            if len(waiting) == len(rooms):
                yield waiting.popleft().result()
            waiting.append(pool.submit(work, task, rooms[number % len(rooms)]))
        while waiting:
            yield waiting.popleft().result()
