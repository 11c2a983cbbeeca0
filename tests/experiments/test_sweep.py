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
        ({"axes": {}}, "s.yaml has no axes: add some, such as `axes: {languages.count: [1, 2, 4], seed: [0, 1]}`."),
        ({"axes": ["a"]}, "s.yaml has no axes: add some, such as `axes: {languages.count: [1, 2, 4], seed: [0, 1]}`."),
        (
            {"axes": {"seed": 3}},
            "s.yaml: the axis seed needs a list of values, or names with the overrides of each; it has 3.",
        ),
        (
            {"axes": {"seed": []}},
            "s.yaml: the axis seed needs a list of values, or names with the overrides of each; it has [].",
        ),
        (
            {"axes": {"arm": {"total": {}, "each": {"budget.per_language": 5}}}},
            "s.yaml: the axis arm needs a list of values, or names with the overrides of each; it has"
            " {'total': {}, 'each': {'budget.per_language': 5}}.",
        ),
        (
            {"axes": {"seed": [0]}, "axis": 1},
            "s.yaml: 'axis' is no field of a sweep: there are name, title, base, axes, exclude, start, expected.",
        ),
        ({"axes": {"seed": [0]}, "base": ["a=b"]}, "s.yaml: base must be a mapping of overrides."),
        ({"axes": {"seed": [0]}, "start": "open_pairs"}, "s.yaml: start must be a mapping of overrides."),
        ({"axes": {"seed": [0]}, "exclude": {"seed": 0}}, "s.yaml: exclude must be a list of rules."),
        ({"axes": {"seed": [0]}, "exclude": ["a"]}, "s.yaml: exclude names 'a', which is no axis: there are seed."),
        (
            {"axes": {"languages": ["by_pairs", "by_family"], "languages.count": [1, 2]}},
            "s.yaml: an axis cannot be called languages, which is a column of results.csv: call it something else, with"
            " a name for each choice, as `order` in sweeps/quick.yaml.",
        ),
        (
            {"axes": {"run": {"a": {"trainer.steps": 5}}}},
            "s.yaml: an axis cannot be called run, which is a column of results.csv: call it something else, with a"
            " name for each choice, as `order` in sweeps/quick.yaml.",
        ),
        (
            {"axes": {"arm": {"a": {"seed": 5, "trainer.steps": 5}, "b": {"trainer.steps": 9}}, "seed": [0, 1]}},
            "s.yaml: the axes arm and seed both set seed: each setting can be that of one axis alone.",
        ),
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


def test_a_file_is_read_whole(tmp_path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "title: Mine\nbase: {data: artificial}\naxes: {seed: [0, 1], arm: {a: {budget.total: 9}}}\n"
        "exclude: [{seed: 1}]\nstart: {sampling: mixed}\n"
        "expected: {source: them, measures: [artificial/monolingual/mAP], rows: [{at: {seed: 0}, values: [0.5]}]}\n"
    )
    spec = load_sweep(str(path))
    assert spec == SweepSpec(
        name="mine",
        axes={"seed": [0, 1], "arm": ["a"]},
        base={"data": "artificial"},
        exclude=[{"seed": 1}],
        start={"sampling": "mixed"},
        title="Mine",
        expected=spec.expected,
        choices={"arm": {"a": {"budget.total": 9}}},
    )
    assert spec.expected is not None and [figure.value for figure in spec.expected.figures] == [0.5]
    path.write_text("name: other\naxes: {seed: [0]}\nbase:\nexpected:\n")
    assert load_sweep(str(path)) == SweepSpec("other", axes={"seed": [0]})


def test_two_axes_may_set_a_group_and_a_field_of_it() -> None:
    sampling = {"mono": {"sampling": "monolingual"}, "hybrid": {"sampling": "hybrid"}}
    assert parse_sweep({"axes": {"how": sampling, "sampling.alpha": [0.1, 0.9]}}, "s", "s.yaml").choices["how"]


def test_an_unknown_sweep_lists_those_there_are() -> None:
    with pytest.raises(UserError, match=r"there is no sweep file 'qick'.*embedded.*quick.*swimir"):
        load_sweep("qick")


def test_broken_yaml_is_said_in_one_line(tmp_path) -> None:
    path = tmp_path / "broken.yaml"
    path.write_text("axes: [1, 2")
    with pytest.raises(UserError, match=r"broken.yaml is not YAML") as caught:
        load_sweep(str(path))
    assert "\n" not in str(caught.value)


ARMS = {"total": {"budget.total": 90}, "each": {"budget.per_language": 30, "trainer.steps": 5}}


def test_an_axis_of_names_has_them_for_values_and_what_they_stand_for_as_settings() -> None:
    spec = parse_sweep({"axes": {"arm": ARMS, "seed": [0, 1]}, "exclude": [{"arm": "each", "seed": 1}]}, "s", "s.yaml")
    assert spec.axes == {"arm": ["total", "each"], "seed": [0, 1]}
    assert spec.combinations() == [
        {"arm": "total", "seed": 0},
        {"arm": "total", "seed": 1},
        {"arm": "each", "seed": 0},
    ]
    assert [spec.settings(combination) for combination in spec.combinations()] == [
        {"budget.total": 90, "seed": 0},
        {"budget.total": 90, "seed": 1},
        {"budget.per_language": 30, "trainer.steps": 5, "seed": 0},
    ]


def test_a_sweep_sets_its_axes_and_what_names_stand_for() -> None:
    spec = parse_sweep({"base": {"data": "artificial"}, "axes": {"arm": ARMS, "seed": [0]}}, "s", "s.yaml")
    assert [name for name in ("seed", "arm", "budget.total", "trainer.steps", "data", "budget") if spec.sets(name)] == [
        "seed",
        "arm",
        "budget.total",
        "trainer.steps",
    ]


def test_an_axis_of_one_setting_with_a_mapping_for_value_is_refused_with_its_name() -> None:
    with pytest.raises(UserError, match=r"s.yaml: the axis world needs a list of values, or names with"):
        parse_sweep({"axes": {"world": {"pairs": 100}}}, "s", "s.yaml")
