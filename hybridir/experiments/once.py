"""What many runs ask alike, answered once."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Once:
    """Answers by name, each asked for once; they hold as long as this is kept, which is while a sweep is planned.

    With a `limit`, the answers that were not asked for longest make room for others.
    """

    def __init__(self, limit: int | None = None) -> None:
        self._known: dict[Hashable, Any] = {}
        self._limit = limit

    def __call__(self, name: Hashable, ask: Callable[[], T]) -> T:
        """The answer `name`; `ask` gives it the first time. What it raises is raised, and asked for again."""
        answer: T = self._known.pop(name) if name in self._known else ask()
        self._known[name] = answer
        if self._limit is not None and len(self._known) > self._limit:
            del self._known[next(iter(self._known))]
        return answer
