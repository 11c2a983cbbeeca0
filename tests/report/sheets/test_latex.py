import re

import pytest

from hybridir.report.sheets.latex import LONGEST, escape, table
from hybridir.report.sheets.sheet import Entry, Sheet

SPECIAL = "a_b % & # $ {x} ~ ^ \\ [y] ± − — < > R²"


def sheet(rows: int = 2, text: str = "hybrid", best: bool = True) -> Sheet:
    cells = tuple((Entry.word(text), Entry(f".{i:03}", i / 1000, best=best and i == 1)) for i in range(rows))
    return Sheet("scaling_xquad_r", "mAP by strategy, xquad_r", "One seed. 5 % of it.", ("strategy", "mono mAP"), cells)


def balanced(text: str) -> bool:
    """Whether braces and environments open and close in order."""
    depth = 0
    for sign in re.findall(r"(?<!\\)(?:\\\\)*[{}]", text):
        depth += 1 if sign[-1] == "{" else -1
        if depth < 0:
            return False
    opened: list[str] = []
    for kind, name in re.findall(r"\\(begin|end)\{(\w+)\}", text):
        if kind == "begin":
            opened.append(name)
        elif not opened or opened.pop() != name:
            return False
    return depth == 0 and not opened


def test_a_table_to_the_letter() -> None:
    assert (
        table(sheet())
        == r"""% needs \usepackage{booktabs}
\begin{table}[t]
\centering
\caption{mAP by strategy, xquad\_r. One seed. 5 \% of it.}\label{tab:scaling_xquad_r}
\begin{tabular}{lr}
\toprule
strategy & mono mAP \\
\midrule
hybrid & .000 \\
hybrid & \textbf{.001} \\
\bottomrule
\end{tabular}
\end{table}
"""
    )


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("mlqa_r", r"mlqa\_r"),
        ("95 %", r"95 \%"),
        ("Q&A #1 $2", r"Q\&A \#1 \$2"),
        ("{a}", r"\{a\}"),
        ("~^", r"\textasciitilde{}\textasciicircum{}"),
        ("C:\\x", r"C:\textbackslash{}x"),
        (".5 ± .1", r".5 $\pm$ .1"),
        ("−.012", "$-$.012"),
        ("—", "---"),
        ("< .001", "$<$ .001"),
        ("R²", "R$^2$"),
        ("[red]", "{[}red{]}"),
    ],
)
def test_special_characters_print_as_themselves(text: str, escaped: str) -> None:
    assert escape(text) == escaped


def test_no_special_character_is_left_bare() -> None:
    assert not re.search(r"(?<!\\)[%&#_]", escape(SPECIAL).replace(r"\textbackslash{}", ""))
    assert balanced(escape(SPECIAL))


def test_what_opens_closes_in_every_kind_of_table() -> None:
    for rows in (0, 2, LONGEST, LONGEST + 1):
        assert balanced(table(sheet(rows, SPECIAL)))
    assert not balanced(r"\begin{table} { \end{tabular} }")  # the test of the test


def test_a_long_table_runs_over_pages_with_its_head_on_each() -> None:
    assert r"\begin{table}" in table(sheet(LONGEST))
    long = table(sheet(LONGEST + 1))
    assert long.startswith(r"% needs \usepackage{booktabs} and \usepackage{longtable}")
    assert r"\begin{longtable}{lr}" in long
    assert long.count(r"strategy & mono mAP \\") == 2
    assert r"\begin{table}" not in long


def test_a_column_of_sentences_is_a_paragraph() -> None:
    assert r"{p{.3\linewidth}r}" in table(sheet(text="no shape beats a flat line, as AICc says of it"))
