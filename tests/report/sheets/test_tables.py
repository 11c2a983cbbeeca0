import io
import re
from pathlib import Path

import pandas as pd
from rich.console import Console

from hybridir.report.sheets import markdown
from hybridir.report.sheets.scaling import by_language, groups, scaling
from hybridir.report.sheets.tables import sheets, write_sheets
from hybridir.report.study.findings import Findings, find
from hybridir.report.study.points import Points, load_points
from hybridir.report.study.samples import Samples
from hybridir.report.terminal import summary
from hybridir.statistics.crossed import estimate
from tests.report.small_study import write_study

SOURCE = "Sweep quick; data open_pairs; model static; benchmark xquad_r."
BEST = "Bold: best mean, as printed, among the strategies compared."
DISTANCE = "Rank distance: highest minus lowest rank of a query's parallel answers; lower is better."


def page(make, points: Points) -> str:
    """A sheet of results without values by question, as Markdown."""
    return markdown.sheet_page(make(Findings(points, Samples(Path("nowhere"))), points, "xquad_r"))


def found(folder: Path) -> Findings:
    """The findings of a study."""
    return find(load_points(folder), Samples(folder))


def test_scaling_to_the_letter(results, rows):
    left_out = [{"axes": {"sampling": "crosslingual", "languages": 1}, "reason": "no pairs"}]
    points = load_points(results(rows.hand_worked(), left_out=left_out))
    assert (
        page(scaling, points)
        == f"""\
# mAP by strategy and number of training languages, xquad_r

{SOURCE} One seed. Macro means over mono: 2 same-language directions; \
cross: 2 directions between different languages; \
multi: 2 query languages against the pool of all languages. {BEST} {DISTANCE} \
Left out: sampling=crosslingual, languages=1 (no pairs).

| languages | strategy | mono mAP | cross mAP | multi mAP | rank distance |
| :-- | :-- | --: | --: | --: | --: |
| 0 | untrained | .300 | .200 | .150 | 13.0 |
| 1 | monolingual | .600 | .300 | .375 | 8.5 |
| 1 | hybrid | .600 | **.600** | **.450** | **5.8** |
"""
    )


def test_by_language_to_the_letter(results, rows):
    points = load_points(results(rows.hand_worked()))
    assert (
        page(by_language, points)
        == f"""\
# mAP by query language with 1 training language, xquad_r

{SOURCE} One seed. Cross: mean over passage languages. Languages by resource. {BEST} {DISTANCE}

| query language | strategy | mono mAP | cross mAP | multi mAP | rank distance |
| :-- | :-- | --: | --: | --: | --: |
| en English | monolingual | **.800** | .200 | .500 | 8.0 |
| en English | hybrid | .700 | **.500** | **.600** | **5.0** |
| el Greek | monolingual | .400 | .400 | .250 | 9.0 |
| el Greek | hybrid | **.500** | **.700** | **.300** | **6.5** |
| mean | monolingual | .600 | .300 | .375 | 8.5 |
| mean | hybrid | .600 | **.600** | **.450** | **5.8** |
"""
    )


def test_groups_hold_their_members_and_their_means(results, rows):
    text = page(groups, load_points(results(rows.hand_worked())))
    assert "trained: in the largest training subset (en)" in text
    assert "never trained: in no training subset of the sweep (el); the same languages at every point." in text
    members = ["trained (1: en)", "never trained (1: el)", "Joshi class 5 (1: en)", "Joshi class 3 (1: el)"]
    assert list(dict.fromkeys(re.findall(r"^\| (.*?\)) \|", text, re.MULTILINE))) == members
    assert "| never trained (1: el) | 1 | hybrid | **.500** | **.700** | **.300** | **6.5** |" in text


def test_two_seeds_show_their_spread(results, rows):
    second = rows.hybrid | {"en": 0.8, "en_far": 6.0}
    written = [row for seed, point in enumerate((rows.hybrid, second)) for row in rows.small(seed=seed, **point)]
    points = load_points(results(written))
    text = page(scaling, points)
    assert "Mean over 2 seeds, ± half the range." in text
    assert "| 1 | hybrid | .625 ± .025 | .600 ± .000 | .450 ± .000 | 6.0 ± 0.2 |" in text
    assert "| en English | hybrid | .750 ± .050 | .500 ± .000 | .600 ± .000 | 5.5 ± 0.5 |" in page(by_language, points)


def test_a_seed_that_is_not_done_shows_in_the_caption(results, rows):
    written = [
        *rows.small(seed=0, **rows.hybrid),
        *rows.small(seed=0, **rows.monolingual),
        *rows.small(seed=1, **rows.hybrid),
    ]
    assert "Mean over 1 to 2 seeds" in page(scaling, load_points(results(written)))


def test_a_start_of_one_seed_shows_in_the_caption(results, rows):
    written = [
        *rows.small(seed=0, sampling="hybrid", **rows.start),
        *rows.small(seed=0, **rows.hybrid),
        *rows.small(seed=1, **rows.hybrid),
    ]
    text = page(scaling, load_points(results(written)))
    assert "Mean over 2 seeds (untrained: one), ± half the range." in text
    assert "| 0 | untrained | .300 | .200 | .150 | 13.0 |" in text


def test_a_point_without_a_result_is_a_dash_with_its_reason(sweep):
    text = page(scaling, load_points(sweep(counts=(0, 1, 2), seeds=(0,), codes=("en", "el"))))
    assert "| 1 | crosslingual | — | — | — | — |" in text
    assert "— no result. Left out: sampling=crosslingual, languages=1 (no cross-lingual pairs)." in text


def test_one_strategy_alone_is_never_in_bold(sweep):
    points = load_points(sweep(strategies=("hybrid",), counts=(0, 2), seeds=(0,), codes=("en", "el")))
    assert "**" not in page(scaling, points) + page(by_language, points) + page(groups, points)


def test_without_counts_the_table_has_no_such_column(results, rows):
    written = [row for alpha in (0.3, 0.5) for row in rows.small(alpha=alpha, **rows.hybrid)]
    for row in written:
        del row["languages"]
    text = page(scaling, load_points(results(written)))
    assert text.startswith("# mAP by strategy, xquad_r\n")
    assert "\n| strategy | mono mAP |" in text
    assert "\n| hybrid, alpha=0.3 | .600 | .600 | .450 | 5.8 |\n" in text


def test_a_start_that_differs_by_line_is_shown_for_each(results, rows):
    written = rows.hand_worked()
    for row in written:
        if row["languages"] == 0 and row["sampling"] == "hybrid":
            row["run"] = "c" * 12
    text = page(scaling, load_points(results(written)))
    assert "| 0 | monolingual | .300 |" in text
    assert "| 0 | hybrid | .300 |" in text


def test_the_plan_says_what_the_start_is(results, rows):
    points = load_points(results(rows.hand_worked(), labels={"start": "aligned"}))
    assert "| 0 | aligned | .300 |" in page(scaling, points)


def test_a_name_with_a_bar_does_not_break_its_row(results, rows):
    points = load_points(results(rows.small(**rows.hybrid | {"sampling": "a|b"})))
    assert r"| 1 | a\|b | .600 |" in page(scaling, points)


def test_files_are_apart_by_benchmark_and_hold_all_metrics(results, rows):
    other = [row | {"benchmark": "mlqa_r", "value": row["value"] / 2} for row in rows.hand_worked()]
    extra = [row | {"metric": "R@1"} for row in rows.hand_worked() if row["metric"] == "mAP"]
    folder = results([*rows.hand_worked(), *extra, *other])
    written = write_sheets(sheets(Findings(load_points(folder), Samples(folder))), folder)
    kinds = ("scaling", "by_language", "groups", "explained", "facts", "runs")
    assert {path.name for path in written} == {
        f"{name}_{benchmark}.{suffix}"
        for benchmark in ("xquad_r", "mlqa_r")
        for name in (*kinds, "directions")
        for suffix in (("md", "csv", "tex") if name in kinds else ("csv",))
    }
    assert all(path.parent == folder / "tables" and path.is_file() for path in written)
    scaled = pd.read_csv(folder / "tables" / "scaling_xquad_r.csv")
    assert set(scaled["metric"]) == {"mAP", "R@1", "rank_distance"}
    assert set(scaled["benchmark"]) == {"xquad_r"}


def test_csv_to_the_letter(results, rows):
    folder = results(rows.small(**rows.hybrid))
    write_sheets(sheets(Findings(load_points(folder), Samples(folder))), folder)
    text = (folder / "tables" / "scaling_xquad_r.csv").read_text()
    assert text.splitlines()[:2] == [
        "benchmark,strategy,languages,setting,metric,mean,low,high,seeds"
        ",estimate,interval_low,interval_high,units,questions,arm,order",
        "xquad_r,hybrid,1,monolingual,mAP,0.600000,0.600000,0.600000,1,,,,,,,",
    ]
    in_groups = (folder / "tables" / "groups_xquad_r.csv").read_text()
    assert "xquad_r,never trained,el,hybrid,1,crosslingual,mAP,0.700000," in in_groups
    directions = (folder / "tables" / "directions_xquad_r.csv").read_text()
    assert "xquad_r,hybrid,1,crosslingual,mAP,en,el,0.500000,0.500000,0.500000,1" in directions
    assert "*" not in directions


def printed(points, width=100):
    console = Console(file=io.StringIO(), width=width, color_system="standard", force_terminal=True)
    for benchmark in points.benchmarks:
        console.print(summary(points, benchmark))
    return console.file.getvalue()


def test_summary_shows_the_scaling_table_with_the_best_in_bold(results, rows):
    text = printed(load_points(results(rows.hand_worked())))
    assert "quick: mAP on xquad_r" in text
    assert re.search(r"\x1b\[1m *\.450\x1b\[0m", text)
    assert not re.search(r"\x1b\[1m *\.375\x1b\[0m", text)
    assert "untrained" in text


def test_each_benchmark_has_a_summary_of_its_own(results, rows):
    other = [row | {"benchmark": "mlqa_r"} for row in rows.hand_worked() if row["metric"] == "mAP"]
    text = printed(load_points(results([*rows.hand_worked(), *other])))
    first, second = text[: text.index("on mlqa_r")], text[text.index("on mlqa_r") :]
    assert "mAP on xquad_r" in first
    assert "—" in next(line for line in second.splitlines() if "hybrid" in line)


def test_summary_takes_brackets_in_a_name_as_they_are(results, rows):
    points = load_points(results(rows.small(**rows.hybrid | {"sampling": "[red]"})))
    assert "[red]" in printed(points)


def test_with_values_by_question_a_figure_has_the_half_width_of_its_interval(tmp_path):
    findings = found(write_study(tmp_path / "s", counts=(0, 2), gain=lambda strategy, arm, n, code: 0.01 * n))
    sheet = scaling(findings, findings.points, "xquad_r")
    (line,) = [each for each in findings.of("xquad_r", findings.lines[0].measure) if each.name == "hybrid"]
    expected = estimate(line.curve.at(2))
    half = (expected.high - expected.low) / 2
    cell = next(row for row in sheet.rows if row[1].text == "hybrid" and row[0].value == 2)[2]
    assert cell.text == f"{expected.mean:.3f} ± {half:.3f}".replace("0.", ".")
    assert "Mean over 3 seeds; ± half the width of the 95 % interval, over repetitions and questions." in sheet.caption
    row = sheet.data.query("strategy == 'hybrid' and languages == 2 and setting == 'monolingual' and metric == 'mAP'")
    assert row["interval_low"].item() == expected.low
    assert (row["units"].item(), row["questions"].item()) == (3, 24)


def test_one_seed_has_an_interval_over_questions_alone(tmp_path):
    findings = found(write_study(tmp_path / "s", counts=(0, 2), seeds=(0,)))
    caption = scaling(findings, findings.points, "xquad_r").caption
    assert "One seed; ± half the width of the 95 % interval, over questions alone." in caption


def test_each_arm_has_sheets_of_its_own_and_its_name_in_them(tmp_path):
    findings = found(write_study(tmp_path / "s", counts=(0, 1, 2), seeds=(0,), arms=("total", "per_language")))
    made = {sheet.name: sheet for sheet in sheets(findings)}
    for kind in ("scaling", "groups", "by_language", "directions", "tests", "steps", "fits"):
        assert {f"{kind}_xquad_r_fixed-total-1000", f"{kind}_xquad_r_fixed-per-language-300"} <= set(made)
    assert {"explained_xquad_r", "facts_xquad_r", "runs_xquad_r"} <= set(made)
    assert "fixed total: 1,000 pairs" in made["scaling_xquad_r_fixed-total-1000"].title
    assert set(made["scaling_xquad_r_fixed-total-1000"].data["arm"]) == {"fixed total: 1,000 pairs"}


def test_the_terminal_shows_a_table_per_arm_in_one_order(tmp_path):
    points = load_points(write_study(tmp_path / "s", counts=(0, 1), seeds=(0,), arms=("total", "per_language")))
    text = printed(points)
    assert text.count("s: mAP on xquad_r") == 2
    assert "fixed total: 1,000 pairs" in text and "fixed per language: 300 pairs" in text
