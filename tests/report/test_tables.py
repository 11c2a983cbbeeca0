import io
import re

import pandas as pd
from rich.console import Console

from hybridir.report.points import load_points
from hybridir.report.tables import by_language, groups, scaling, summary, write_tables

SOURCE = "Sweep quick; data open_pairs; model static; benchmark xquad_r."
BEST = "Bold: best mean, as printed, among the strategies compared."
DISTANCE = "Rank distance: highest minus lowest rank of a query's parallel answers; lower is better."


def test_scaling_to_the_letter(results, rows):
    left_out = [{"axes": {"sampling": "crosslingual", "languages": 1}, "reason": "no pairs"}]
    points = load_points(results(rows.hand_worked(), left_out=left_out))
    assert (
        scaling(points, "xquad_r")
        == f"""\
# mAP by strategy and number of training languages, xquad_r

{SOURCE} One seed. Macro means over mono: 2 same-language directions; \
cross: 2 directions between different languages; \
multi: 2 query languages against the pool of all languages. {BEST} {DISTANCE}

| languages | strategy | mono mAP | cross mAP | multi mAP | rank distance |
| :-- | :-- | --: | --: | --: | --: |
| 0 | untrained | .300 | .200 | .150 | 13.0 |
| 1 | monolingual | .600 | .300 | .375 | 8.5 |
| 1 | hybrid | .600 | **.600** | **.450** | **5.8** |

Left out: sampling=crosslingual, languages=1 (no pairs).
"""
    )


def test_by_language_to_the_letter(results, rows):
    points = load_points(results(rows.hand_worked()))
    assert (
        by_language(points, "xquad_r")
        == f"""\
# mAP by query language with 1 training language, xquad_r

{SOURCE} One seed. In a cell: monolingual / hybrid. Cross: mean over passage languages. \
Languages by resource. {BEST} {DISTANCE}

| query language | mono mAP | cross mAP | multi mAP | rank distance |
| :-- | --: | --: | --: | --: |
| en English | **.800**/.700 | .200/**.500** | .500/**.600** | 8.0/**5.0** |
| el Greek | .400/**.500** | .400/**.700** | .250/**.300** | 9.0/**6.5** |
| mean | .600/.600 | .300/**.600** | .375/**.450** | 8.5/**5.8** |
"""
    )


def test_groups_hold_their_members_and_their_means(results, rows):
    text = groups(load_points(results(rows.hand_worked())), "xquad_r")
    assert "trained: in the largest training subset (en)" in text
    assert "never trained: in no training subset of the sweep (el); the same languages at every point." in text
    sections = text.split("\n## ")
    assert [section.splitlines()[0] for section in sections[1:]] == [
        "trained (1: en)",
        "never trained (1: el)",
        "Joshi class 5 (1: en)",
        "Joshi class 3 (1: el)",
    ]
    assert "| 1 | hybrid | **.500** | **.700** | **.300** | **6.5** |" in sections[2]


def test_two_seeds_show_their_spread(results, rows):
    second = rows.hybrid | {"en": 0.8, "en_far": 6.0}
    written = [row for seed, point in enumerate((rows.hybrid, second)) for row in rows.small(seed=seed, **point)]
    points = load_points(results(written))
    text = scaling(points, "xquad_r")
    assert "Mean over 2 seeds, ± half the range." in text
    assert "| 1 | hybrid | .625 ± .025 | .600 ± .000 | .450 ± .000 | 6.0 ± 0.2 |" in text
    assert "| largest ± | .050 | .000 | .000 | 0.5 |" in by_language(points, "xquad_r")


def test_a_seed_that_is_not_done_shows_in_the_caption(results, rows):
    written = [
        *rows.small(seed=0, **rows.hybrid),
        *rows.small(seed=0, **rows.monolingual),
        *rows.small(seed=1, **rows.hybrid),
    ]
    assert "Mean over 1 to 2 seeds" in scaling(load_points(results(written)), "xquad_r")


def test_a_start_of_one_seed_shows_in_the_caption(results, rows):
    written = [
        *rows.small(seed=0, sampling="hybrid", **rows.start),
        *rows.small(seed=0, **rows.hybrid),
        *rows.small(seed=1, **rows.hybrid),
    ]
    text = scaling(load_points(results(written)), "xquad_r")
    assert "Mean over 2 seeds (untrained: one), ± half the range." in text
    assert "| 0 | untrained | .300 | .200 | .150 | 13.0 |" in text


def test_a_point_without_a_result_is_a_dash_with_its_reason(sweep):
    text = scaling(load_points(sweep(counts=(0, 1, 2), seeds=(0,), codes=("en", "el"))), "xquad_r")
    assert "| 1 | crosslingual | — | — | — | — |" in text
    assert "— no result. Left out: sampling=crosslingual, languages=1 (no cross-lingual pairs)." in text


def test_one_strategy_alone_is_never_in_bold(sweep):
    points = load_points(sweep(strategies=("hybrid",), counts=(0, 2), seeds=(0,), codes=("en", "el")))
    assert "**" not in scaling(points, "xquad_r") + by_language(points, "xquad_r") + groups(points, "xquad_r")


def test_without_counts_the_table_has_no_such_column(results, rows):
    written = [row for alpha in (0.3, 0.5) for row in rows.small(alpha=alpha, **rows.hybrid)]
    for row in written:
        del row["languages"]
    text = scaling(load_points(results(written)), "xquad_r")
    assert text.startswith("# mAP by strategy, xquad_r\n")
    assert "\n| strategy | mono mAP |" in text
    assert "\n| hybrid, alpha=0.3 | .600 | .600 | .450 | 5.8 |\n" in text


def test_a_start_that_differs_by_line_is_shown_for_each(results, rows):
    written = rows.hand_worked()
    for row in written:
        if row["languages"] == 0 and row["sampling"] == "hybrid":
            row["run"] = "c" * 12
    text = scaling(load_points(results(written)), "xquad_r")
    assert "| 0 | monolingual | .300 |" in text
    assert "| 0 | hybrid | .300 |" in text


def test_the_plan_says_what_the_start_is(results, rows):
    points = load_points(results(rows.hand_worked(), labels={"start": "aligned"}))
    assert "| 0 | aligned | .300 |" in scaling(points, "xquad_r")


def test_a_name_with_a_bar_does_not_break_its_row(results, rows):
    points = load_points(results(rows.small(**rows.hybrid | {"sampling": "a|b"})))
    assert r"| 1 | a\|b | .600 |" in scaling(points, "xquad_r")


def test_files_are_apart_by_benchmark_and_hold_all_metrics(results, rows):
    other = [row | {"benchmark": "mlqa_r", "value": row["value"] / 2} for row in rows.hand_worked()]
    extra = [row | {"metric": "R@1"} for row in rows.hand_worked() if row["metric"] == "mAP"]
    folder = results([*rows.hand_worked(), *extra, *other])
    written = write_tables(load_points(folder), folder)
    assert sorted(path.name for path in written) == sorted(
        f"{name}_{benchmark}.{suffix}"
        for benchmark in ("xquad_r", "mlqa_r")
        for name, suffix in [
            ("scaling", "md"), ("scaling", "csv"), ("by_language", "md"), ("by_language", "csv"),
            ("groups", "md"), ("groups", "csv"), ("directions", "csv"),
        ]
    )  # fmt: skip
    assert all(path.parent == folder / "tables" and path.is_file() for path in written)
    scaled = pd.read_csv(folder / "tables" / "scaling_xquad_r.csv")
    assert set(scaled["metric"]) == {"mAP", "R@1", "rank_distance"}
    assert set(scaled["benchmark"]) == {"xquad_r"}


def test_csv_to_the_letter(results, rows):
    folder = results(rows.small(**rows.hybrid))
    write_tables(load_points(folder), folder)
    text = (folder / "tables" / "scaling_xquad_r.csv").read_text()
    assert text.splitlines()[:2] == [
        "benchmark,strategy,languages,setting,metric,mean,low,high,seeds",
        "xquad_r,hybrid,1,monolingual,mAP,0.600000,0.600000,0.600000,1",
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
