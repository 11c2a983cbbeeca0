"""Markdown tables: figures to the right, the best in bold, and no cell that breaks its row."""

from collections.abc import Sequence


def page(title: str, *parts: str) -> str:
    """A page with a heading; empty parts are left out."""
    return "\n\n".join([f"# {title}", *filter(None, parts)]) + "\n"


def table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """A table whose first `words` columns hold words, to the left, and whose others figures, to the right."""
    lines = [_row(head), _row([":--"] * words + ["--:"] * (len(head) - words)), *map(_row, rows)]
    return "\n".join(lines)


def bold(text: str, wanted: bool) -> str:
    """`text`, in bold if wanted."""
    return f"**{text}**" if wanted else text


def _row(texts: Sequence[str]) -> str:
    return "| " + " | ".join(text.replace("|", r"\|") for text in texts) + " |"
