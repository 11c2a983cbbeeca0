"""What many runs ask alike, answered once."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

T = TypeVar("T")


class Once:
    """Answers by name, each asked for once; they hold as long as this is kept, which is while a sweep is planned."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Any] = {}

    def __call__(self, name: Hashable, ask: Callable[[], T]) -> T:
        """The answer `name`; `ask` gives it the first time. What it raises is raised, and asked for again."""
        if name not in self._known:
            self._known[name] = ask()
        answer: T = self._known[name]
        return answer
