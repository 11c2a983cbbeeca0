import pytest

from hybridir.errors import UserError
from hybridir.experiments.expected import Expected, Figure, parse_expected
from hybridir.experiments.sweep import parse_sweep

AXES = ("model", "sampling", "seed")


def test_a_row_is_a_figure_per_measure_that_the_paper_has() -> None:
    content = {
        "source": "table 1",
        "measures": ["xquad_r/monolingual/mAP", "miracl/monolingual/nDCG@10/sw"],
        "rows": [
            {"at": {"sampling": "hybrid"}, "values": [0.798, None]},
            {"at": {"sampling": "hybrid"}, "minus": {"sampling": "x_y"}, "values": [None, 0.02]},
        ],
    }
    assert parse_expected(content, AXES, "s.yaml") == Expected(
        "table 1",
        "",
        (
            Figure({"sampling": "hybrid"}, None, "xquad_r", "monolingual", "*", "mAP", 0.798),
            Figure({"sampling": "hybrid"}, {"sampling": "x_y"}, "miracl", "monolingual", "sw", "nDCG@10", 0.02),
        ),
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ([], "s.yaml: expected needs a source, such as `source: arXiv 2408.10536, table 1`."),
        ({"note": "x"}, "s.yaml: expected needs a source, such as `source: arXiv 2408.10536, table 1`."),
        (
            {"source": "t", "row": []},
            "s.yaml: expected has 'row', which is no field: there are source, note, measures, rows.",
        ),
        (
            {"source": "t", "measures": ["xquad_r/mAP"]},
            "s.yaml: expected has the measure 'xquad_r/mAP': write benchmark/setting/metric and, if it is of one, a"
            " query language behind it; settings are monolingual, crosslingual, multilingual.",
        ),
        (
            {"source": "t", "rows": [{"at": {"sampling": "x_y"}}]},
            "s.yaml: expected has the row {'at': {'sampling': 'x_y'}}: give `at`, axes and their values, and `values`.",
        ),
        (
            {"source": "t", "measures": ["a/monolingual/mAP"], "rows": [{"at": {"alpha": 1}, "values": [1]}]},
            "s.yaml: expected names 'alpha', which is no axis: there are model, sampling, seed.",
        ),
        (
            {"source": "t", "measures": ["a/monolingual/mAP"], "rows": [{"at": {}, "values": []}]},
            "s.yaml: expected has 1 measures and a row of 0 values ({'at': {}, 'values': []}): give one value per"
            " measure, null where the paper has none.",
        ),
    ],
)
def test_what_is_wrong_is_said(content: object, said: str) -> None:
    with pytest.raises(UserError) as refused:
        parse_expected(content, AXES, "s.yaml")
    assert str(refused.value) == said


def test_a_sweep_file_carries_it() -> None:
    content = {"axes": {"seed": [0]}, "expected": {"source": "table 9"}}
    assert parse_sweep(content, "s", "s.yaml").expected == Expected("table 9", "", ())
