import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridir.statistics.design import build


def frame(**columns):
    rows = len(next(iter(columns.values())))
    return pd.DataFrame({"gain": np.arange(rows) ** 2.0, "cluster": list("abcdefgh")[:rows]} | columns)


def test_categories_are_indicators_against_the_reference():
    relation = ["same branch", "unrelated", "itself", "same family", "unrelated"]
    design = build(
        frame(relation=relation, joshi=[1.0, 2.0, 3.0, 5.0, 8.0]), "gain", ["relation", "joshi"], [], "cluster"
    )
    assert [column.name for column in design.columns] == [
        "relation: same family", "relation: same branch", "relation: itself", "joshi",
    ]  # fmt: skip
    assert design.matrix.tolist() == [
        [1, 0, 1, 0, 1], [1, 0, 0, 0, 2], [1, 0, 0, 1, 3], [1, 1, 0, 0, 5], [1, 0, 0, 0, 8],
    ]  # fmt: skip


def test_fixed_effects_come_first_and_numbers_among_them_are_categories():
    design = build(frame(n=[1.0, 2.0, 4.0, 8.0], seed=[0, 1, 2, 0]), "gain", ["n"], ["seed"], "cluster")
    assert [(column.name, column.fixed) for column in design.columns] == [
        ("seed: 1", True),
        ("seed: 2", True),
        ("n", False),
    ]


def test_what_follows_from_several_columns_names_them_all():
    design = build(
        frame(a=[1, 2, 4, 8, 9.0], b=[0, 1, 0, 1, 1.0], c=[1, 4, 4, 10, 11.0]), "gain", ["a", "b", "c"], [], "cluster"
    )
    assert design.left_out == ["c (follows from a and b)"]


def test_nearly_equal_columns_are_told_apart():
    a = np.array([1.0, 2.0, 4.0, 8.0])
    design = build(frame(a=a, b=a * [1, 1, 1.00002, 1]), "gain", ["a", "b"], [], "cluster")
    assert [column.name for column in design.columns] == ["a", "b"]


def test_rows_without_a_figure_are_dropped_and_named():
    design = build(frame(a=[1.0, None, 4.0], b=[None, None, None]), "gain", ["a", "b"], [], "cluster")
    assert design.matrix.tolist() == [[1, 1], [1, 4]]
    assert design.notes == ["1 rows of b are not in the regression: a is not known"]
    assert design.left_out == ["b (known of no target language)"]


@given(st.lists(st.tuples(*[st.integers(-2, 2)] * 4, st.sampled_from(["unrelated", "itself"])), min_size=2, max_size=8))
def test_the_design_has_full_rank_and_spans_all_columns(rows):
    values = pd.DataFrame(rows, columns=["a", "b", "c", "fixed", "relation"])
    whole = frame(**values.to_dict("list"))
    design = build(whole, "gain", ["a", "b", "c", "relation"], ["fixed"], "cluster")
    assert np.linalg.matrix_rank(design.matrix) == design.matrix.shape[1] == len(design.columns) + 1
    for name in ("a", "b", "c"):
        column = whole[name].to_numpy(float)
        rest = column - design.matrix @ np.linalg.lstsq(design.matrix, column, rcond=None)[0]
        assert rest == pytest.approx(np.zeros(len(rows)), abs=1e-8)
