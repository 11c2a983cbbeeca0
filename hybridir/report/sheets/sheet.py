"""A table before it is written: the same cells go to Markdown, LaTeX, the page and, as values, to CSV."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pandas as pd


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

    The first `words` columns hold words, the others figures. `rows` are as long as `head`. `data` is what the CSV
    holds, where that is more than the rows; a sheet without a head is for the next program alone: it is only CSV.
    """

    name: str
    title: str
    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[Entry, ...], ...]
    words: int = 1
    data: pd.DataFrame | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        assert all(len(row) == len(self.head) for row in self.rows), f"{self.name}: a row is not as long as its head"

    def csv(self) -> str:
        """The table for the next program: values with six decimals."""
        frame = self.data
        if frame is None:
            frame = pd.DataFrame([[cell.value for cell in row] for row in self.rows], columns=list(self.head))
        text: str = frame.to_csv(index=False, float_format="%.6f", lineterminator="\n")
        return text

    def column(self, number: int) -> Sequence[Entry]:
        """The cells of one column, from top to bottom."""
        return [row[number] for row in self.rows]
