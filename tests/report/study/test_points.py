import json

import pandas as pd
import pytest

from hybridir.errors import UserError
from hybridir.report.study.points import Part, load_points


def test_reads_lines_counts_and_labels(results, rows):
    points = load_points(results(rows.hand_worked()))
    assert points.name == "quick"
    assert points.lines == ["monolingual", "hybrid"]
    assert points.counts == [0, 1]
    assert points.counted
    assert points.benchmarks == ["xquad_r"]
    assert points.headline("xquad_r") == "mAP"
    assert points.labels["benchmark"] == "xquad_r"
    assert len(points.frame) == 4 * 14


def test_codes_that_look_like_missing_values_are_kept(results, rows):
    written = rows.small(**rows.monolingual)
    for row in written:
        row["query_lang"] = row["query_lang"].replace("el", "nan")
        row["trained"] = "nan"
    points = load_points(results(written))
    assert points.query_languages("xquad_r") == ["en", "nan"]
    assert set(points.frame["trained"]) == {"nan"}


def test_axes_that_vary_name_the_line_and_constant_ones_do_not(results, rows):
    written = [row for alpha in (0.3, 0.5) for row in rows.small(**{"alpha": alpha, "model.dim": 64} | rows.hybrid)]
    assert load_points(results(written)).lines == ["hybrid, alpha=0.3", "hybrid, alpha=0.5"]


def test_without_a_strategy_axis_the_label_of_the_plan_names_the_line(results, rows):
    written = [row | {"languages": 1} for row in rows.small(**rows.hybrid)]
    for row in written:
        del row["sampling"]
    assert load_points(results(written)).lines == ["all runs"]
    assert load_points(results(written, labels={"sampling": "mixed"})).lines == ["mixed"]


def test_sets_of_languages_are_no_counts(results, rows):
    written = [row for named in ("en", "en+de") for row in rows.small(**rows.hybrid | {"languages": named})]
    points = load_points(results(written))
    assert not points.counted
    assert points.lines == ["hybrid, languages=en", "hybrid, languages=en+de"]
    assert points.counts == [0]


def test_the_start_is_shared_only_where_the_runs_are_the_same(results, rows):
    assert load_points(results(rows.hand_worked())).start_is_shared
    apart = rows.hand_worked()
    for row in apart:
        if row["languages"] == 0 and row["sampling"] == "hybrid":
            row["run"] = "c" * 12
    assert not load_points(results(apart)).start_is_shared


def test_languages_go_by_joshi_class_then_text_then_code(sweep):
    order = ["en", "de", "es", "zh", "ar", "ru", "vi", "tr", "hi", "th", "el"]
    folder = sweep(strategies=("hybrid",), counts=(2,), seeds=(0,))
    assert load_points(folder).query_languages("xquad_r") == order


def test_an_artificial_language_is_known_from_the_plan_alone(results, rows):
    points = load_points(results(rows.hand_worked(), languages={"en": {"name": "Qaa", "joshi": 2}}))
    assert (points.language("en").name, points.language("en").joshi) == ("Qaa", 2)
    assert points.language("el").name == "Greek"


def test_an_artificial_language_keeps_family_branch_and_script_of_the_plan(results, rows):
    planned = {"name": "Qua", "family": "Cic", "branch": "East", "script": "Cyrl", "joshi": 2, "cc100_gib": None}
    points = load_points(results(rows.hand_worked(), languages={"qaa": planned, "el": {"joshi": 3}}))
    found = points.language("qaa")
    assert (found.family, found.branch, found.script) == ("Cic", "East", "Cyrl")
    assert points.language("el").script == "Grek"  # where the plan says nothing, the catalogue does


def test_a_point_left_out_for_every_seed_is_named_once(results, rows):
    left_out = [
        {"axes": {"sampling": "crosslingual", "languages": 1, "seed": seed}, "reason": "no pairs"} for seed in (0, 1)
    ]
    points = load_points(results(rows.hand_worked(), left_out=left_out))
    assert points.left_out == ("sampling=crosslingual, languages=1 (no pairs)",)


def test_another_metric_stands_in_where_there_is_no_map(results, rows):
    written = [row for row in rows.small(**rows.hybrid) if row["metric"] == "mAP"]
    renamed = [row | {"metric": metric} for row in written for metric in ("R@100", "nDCG@10")]
    assert load_points(results(renamed)).headline("xquad_r") == "nDCG@10"


def test_a_folder_without_results_is_named(tmp_path):
    with pytest.raises(UserError, match="nowhere holds no results of a sweep: run `hybridir sweep` first"):
        load_points(tmp_path / "nowhere")


def test_a_sweep_without_a_finished_run_is_refused(results, rows):
    folder = results(rows.hand_worked())
    header = (folder / "results.csv").read_text().splitlines()[0]
    (folder / "results.csv").write_text(header + "\n")
    with pytest.raises(UserError, match="has no finished run"):
        load_points(folder)


def test_missing_columns_are_named(results, rows):
    written = pd.DataFrame(rows.hand_worked()).drop(columns=["metric", "run"]).to_dict("records")
    with pytest.raises(UserError, match="lacks the columns run, metric"):
        load_points(results(written))


@pytest.mark.parametrize("value", ["", "nan", "inf", "much"])
def test_a_value_that_is_no_number_is_named_with_its_line(results, rows, value):
    written = rows.hand_worked()
    written[2]["value"] = value
    with pytest.raises(UserError, match=rf"line 4: '{value}' is no number"):
        load_points(results(written))


def test_a_repeated_value_is_refused(results, rows):
    written = rows.hand_worked()
    with pytest.raises(UserError, match="line 58 repeats an earlier one"):
        load_points(results([*written, written[0]]))


@pytest.mark.parametrize(("text", "message"), [(None, "is missing"), ("{", "is not JSON"), ("[]", "is not the plan")])
def test_a_broken_plan_is_refused(results, rows, text, message):
    folder = results(rows.hand_worked())
    (folder / "plan.json").unlink()
    if text is not None:
        (folder / "plan.json").write_text(text)
    with pytest.raises(UserError, match=message):
        load_points(folder)


def test_a_plan_needs_nothing_but_to_be_there(results, rows):
    folder = results(rows.hand_worked())
    (folder / "plan.json").write_text(json.dumps({}))
    points = load_points(folder)
    assert points.name == "quick"
    assert points.language("el").joshi == 3


@pytest.mark.parametrize(
    ("arm", "order", "slug"),
    [
        ("fixed total: 3,800 pairs", "by resource", "fixed-total-3800-by-resource"),
        ("fixed per language: 940 pairs", "", "fixed-per-language-940"),
        ("fixed total: 1,200,000 pairs, fixed per language: 50 pairs", "", "fixed-total-1200000-fixed-per-language-50"),
        ("all pairs", "at random, always en+de", "all-pairs-at-random-always-en-de"),
        ("", "as listed", "as-listed"),
    ],
)
def test_the_name_of_a_part_for_a_file_tells_two_totals_apart(arm, order, slug):
    assert Part(arm, order).slug == slug
