import pytest

from hybridir.errors import UserError
from hybridir.experiments.sweep import SweepSpec, load_sweep, overrides, parse_sweep


def test_axes_multiply_and_the_last_turns_fastest() -> None:
    spec = SweepSpec("s", axes={"sampling": ["monolingual", "hybrid"], "seed": [0, 1]})
    assert spec.combinations() == [
        {"sampling": "monolingual", "seed": 0},
        {"sampling": "monolingual", "seed": 1},
        {"sampling": "hybrid", "seed": 0},
        {"sampling": "hybrid", "seed": 1},
    ]


def test_a_rule_excludes_what_matches_in_all_it_names() -> None:
    axes = {"sampling": ["mixed", "hybrid"], "languages.count": [1, 2, 4]}
    spec = SweepSpec("s", axes=axes, exclude=[{"sampling": "mixed", "languages.count": [1, 2]}])
    assert [tuple(point.values()) for point in spec.combinations()] == [
        ("mixed", 4),
        ("hybrid", 1),
        ("hybrid", 2),
        ("hybrid", 4),
    ]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("hybrid", "x=hybrid"),
        (0.5, "x=0.5"),
        (None, "x=null"),
        (True, "x=true"),
        (["de", "zh-Hant"], "x=[de,zh-Hant]"),
        ("/data/my folder", "x='/data/my folder'"),
        ("it's", "x='it\\'s'"),
        ({"seed": 1}, "x={seed:1}"),
        ("run:0123456789ab", "x='run:0123456789ab'"),
        ("no", "x=no"),
    ],
)
def test_overrides_in_hydras_grammar(value: object, written: str) -> None:
    assert overrides({"x": value}) == [written]


def test_norwegian_is_no_truth_value(tmp_path) -> None:
    path = tmp_path / "nordic.yaml"
    path.write_text("axes: {languages.listed: [[no, fi], [no, on, yes, true]]}")
    assert load_sweep(str(path)).axes == {"languages.listed": [["no", "fi"], ["no", "on", "yes", True]]}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ([], "s.yaml is no sweep: expected the fields name, title, base, axes, exclude, start, expected."),
        ({"base": {}}, "s.yaml has no axes: add some, such as `axes: {languages.count: [1, 2, 4], seed: [0, 1]}`."),
        ({"axes": {"seed": 3}}, "s.yaml: the axis seed needs a list of values, and has 3."),
        ({"axes": {"seed": []}}, "s.yaml: the axis seed needs a list of values, and has []."),
        (
            {"axes": {"seed": [0]}, "axis": 1},
            "s.yaml: 'axis' is no field of a sweep: there are name, title, base, axes, exclude, start, expected.",
        ),
        ({"axes": {"seed": [0]}, "base": ["a=b"]}, "s.yaml: base must be a mapping of overrides."),
        (
            {"axes": {"seed": [0]}, "exclude": [{"sampling": "mixed"}]},
            "s.yaml: exclude names 'sampling', which is no axis: there are seed.",
        ),
    ],
)
def test_what_is_wrong_with_a_file_is_said(content: object, sentence: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_sweep(content, "s", "s.yaml")
    assert str(caught.value) == sentence


def test_an_unknown_sweep_lists_those_there_are() -> None:
    with pytest.raises(UserError, match=r"there is no sweep file 'qick'.*embedded.*quick.*swimir"):
        load_sweep("qick")


def test_broken_yaml_is_said_in_one_line(tmp_path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("axes: [1, 2")
    with pytest.raises(UserError, match=r"broken.yaml is not YAML") as caught:
        load_sweep(str(path))
    assert "\n" not in str(caught.value)
