"""A table before it is written: the same cells go to Markdown, LaTeX, the page and, as values, to CSV."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    """A cell: how it prints, what it is worth to whoever sorts or reads on (None: nothing), and whether it is best."""

    text: str
    value: float | str | None = None
    best: bool = False

    @classmethod
    def word(cls, text: str) -> "Entry":
        """A cell of words, which sorts by them."""
        return cls(text, text)


@dataclass(frozen=True)
class Sheet:
    """A table with its title and caption; `name` is what its files are called, without a suffix.

    The first `words` columns hold words, the others figures. `rows` are as long as `head`.
    """

    name: str
    title: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]
    words: int = 1

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.head) for row in self.rows), f"{self.name}: a row is not as long as its head"

    def column(self, number: int) -> Sequence[Entry]:
        """The cells of one column, from top to bottom."""
        return [row[number] for row in self.rows]
