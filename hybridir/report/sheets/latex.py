r"""LaTeX tables with the rules of booktabs, to be read into a paper with `\input`."""

import re
from collections.abc import Sequence

from hybridir.report.sheets.sheet import Entry, Sheet

LONGEST = 40
"""Rows from which on a table runs over pages: `longtable` in place of `table`."""

_WIDE = 32  # letters from which on a column of words is a paragraph
_SIGNS = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "_": r"\_", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "{": r"\{", "}": r"\}",
    "[": "{[}", "]": "{]}",  # a bracket after `\\\\` would be its argument
    "±": r"$\pm$", "−": r"$-$", "—": "---", "²": r"$^2$", "<": r"$<$", ">": r"$>$", "→": r"$\to$",
}  # fmt: skip
_SPECIAL = re.compile("|".join(map(re.escape, _SIGNS)))


def escape(text: str) -> str:
    """`text` as LaTeX prints it: special characters escaped, the signs of our tables in its own words."""
    return _SPECIAL.sub(lambda found: _SIGNS[found.group()], text)


def table(sheet: Sheet) -> str:
    """A sheet as a floating `table`, or as a `longtable` where it has many rows; a comment names the packages."""
    head = _row([escape(name) for name in sheet.head])
    rows = [_row([_cell(entry) for entry in row]) for row in sheet.rows]
    caption = rf"\caption{{{escape(f'{sheet.title}. {sheet.caption}'.strip())}}}\label{{tab:{sheet.name}}}"
    body = _long if len(rows) > LONGEST else _floating
    return "\n".join(body(_columns(sheet), caption, head, rows)) + "\n"


def _floating(columns: str, caption: str, head: str, rows: Sequence[str]) -> list[str]:
    return [
        r"% needs \usepackage{booktabs}",
        r"\begin{table}[t]",
        r"\centering",
        caption,
        rf"\begin{{tabular}}{{{columns}}}",
        r"\toprule",
        head,
        r"\midrule",
        *rows,
        r"\bottomrule",
        r"\end{tabular}",
        r"\end{table}",
    ]


def _long(columns: str, caption: str, head: str, rows: Sequence[str]) -> list[str]:
    """Its head stands again on every page."""
    ruled = [r"\toprule", head, r"\midrule"]
    return [
        r"% needs \usepackage{booktabs} and \usepackage{longtable}",
        rf"\begin{{longtable}}{{{columns}}}",
        rf"{caption} \\",
        *ruled,
        r"\endfirsthead",
        *ruled,
        r"\endhead",
        r"\bottomrule",
        r"\endlastfoot",
        *rows,
        r"\end{longtable}",
    ]


def _columns(sheet: Sheet) -> str:
    words = ["l" if _widest(sheet, place) < _WIDE else r"p{.3\linewidth}" for place in range(sheet.words)]
    return "".join(words) + "r" * (len(sheet.head) - sheet.words)


def _widest(sheet: Sheet, place: int) -> int:
    return max((len(entry.text) for entry in sheet.column(place)), default=0)


def _cell(entry: Entry) -> str:
    return rf"\textbf{{{escape(entry.text)}}}" if entry.best else escape(entry.text)


def _row(cells: Sequence[str]) -> str:
    return " & ".join(cells) + r" \\"
