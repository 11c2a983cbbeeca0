"""Tables on stdout: ruled for a reader at a terminal, parted by tabs for a program."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

_SHORT = 18  # characters of a cell that is never broken


def print_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print `rows` under `columns`; a number, which may have commas, is set to the right."""
    console = Console()
    if not console.is_terminal:
        for line in (columns, *rows):
            print("\t".join(line))
        return
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD)
    for place, column in enumerate(columns):
        cells = [row[place] for row in rows]
        numbers = all(cell.replace(",", "").isdigit() for cell in cells if cell)
        short = max(map(len, cells), default=0) <= _SHORT
        table.add_column(column, justify="right" if numbers else "left", overflow="fold", no_wrap=short)
    for row in rows:
        table.add_row(*row)
    console.print(table)
