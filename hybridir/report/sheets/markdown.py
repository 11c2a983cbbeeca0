"""Markdown tables: figures to the right, the best in bold, and no cell that breaks its row."""

from collections.abc import Sequence

from hybridir.report.sheets.sheet import Entry, Sheet


def page(title: str, *parts: str) -> str:
    """A page with a heading; empty parts are left out."""
    return "\n\n".join([f"# {title}", *filter(None, parts)]) + "\n"


def sheet_page(sheet: Sheet) -> str:
    """A sheet as a page: its title, its caption, its table."""
    return page(sheet.title, sheet.caption, table(sheet))


def table(sheet: Sheet) -> str:
    """The table of a sheet: words to the left, figures to the right."""
    lines = [
        _row(sheet.head),
        _row([":--"] * sheet.words + ["--:"] * (len(sheet.head) - sheet.words)),
        *(_row([_text(entry) for entry in row]) for row in sheet.rows),
    ]
    return "\n".join(lines)


def _text(entry: Entry) -> str:
    return f"**{entry.text}**" if entry.best else entry.text


def _row(texts: Sequence[str]) -> str:
    return "| " + " | ".join(text.replace("|", r"\|") for text in texts) + " |"
