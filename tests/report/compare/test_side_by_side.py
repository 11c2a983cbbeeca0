import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybridir.errors import UserError
from hybridir.report.compare.comparable import Side, read_side
from hybridir.report.compare.side_by_side import (
    SideBySide,
    compared_sheets,
    comparison_page,
    in_short,
    in_words,
    side_by_side,
)
from hybridir.report.sheets import latex, markdown
from hybridir.report.study.measures import Measure
from hybridir.report.study.points import Part
from hybridir.statistics.compare import holm, unpaired
from tests.report.small_study import write_study

CROSS = Measure("crosslingual", "mAP")


def side(folder: Path, name: str, **changes: Any) -> Side:
    return read_side(name, write_study(folder / name, **{"counts": (0, 2), "seeds": (0, 1, 2)} | changes))


def compare(folder: Path, a: dict[str, Any] | None = None, b: dict[str, Any] | None = None) -> SideBySide:
    return side_by_side(side(folder, "A", **a or {}), side(folder, "B", **b or {}))


def settings(**values: Any) -> dict[str, Any]:
    return {"settings": {name.replace("__", "."): value for name, value in values.items()}}


def benchmark(**values: Any) -> dict[str, Any]:
    return {"benchmarks": {"xquad_r": values}}


def refused(folder: Path, a: dict[str, Any], b: dict[str, Any]) -> str:
    with pytest.raises(UserError) as problem:
        compare(folder, a, b)
    said = str(problem.value)
    assert "A" in said and "B" in said and "\n" not in said and said.count(". ") == 0
    return said


def test_a_planted_difference_is_found_at_every_point_that_trains(tmp_path: Path) -> None:
    found = compare(tmp_path, {"shift": 0.05})
    of_cross = [each for each in found.found if each.measure == CROSS]
    assert [(each.line, each.n) for each in of_cross] == [
        ("monolingual", 0), ("monolingual", 2), ("hybrid", 0), ("hybrid", 2),
    ]  # fmt: skip
    for each in of_cross:
        expected = 0.05 * (each.n > 0)
        assert each.comparison.difference.mean == pytest.approx(expected, abs=0.004)
        assert (each.comparison.adjusted < 0.05) == (each.n > 0)
        assert each.is_paired
    assert in_short(found)[0] == (
        "2 of 4 points in cross-lingual mAP on xquad_r can be told apart: A is better at 2, B at 0."
    )


def test_lower_rank_distance_is_better(tmp_path: Path) -> None:
    found = compare(tmp_path, {"shift": 0.5})
    said = next(text for text in in_short(found) if "rank distance" in text)
    assert said.endswith("can be told apart: A is better at 2, B at 0.")


def test_other_seeds_are_taken_as_independent(tmp_path: Path) -> None:
    found = compare(tmp_path, {"shift": 0.05}, {"seeds": (5, 6)})
    assert not any(each.is_paired for each in found.found)
    a, b = (read_side(name, tmp_path / name) for name in "AB")
    codes = a.points.query_languages("xquad_r")
    curves = [one.samples.curve(one.points, "xquad_r", "hybrid", CROSS, codes) for one in (a, b)]
    values = [curve.at(2) for curve in curves if curve is not None]
    each = next(each for each in found.found if (each.measure, each.line, each.n) == (CROSS, "hybrid", 2))
    assert each.comparison.difference == unpaired(*values)
    assert np.shape(values[0]) == (3, 24) and np.shape(values[1]) == (2, 24)
    assert "are taken as independent; the questions are the same" in comparison_page(found)


def test_holm_is_over_the_points_of_a_measure(tmp_path: Path) -> None:
    of_cross = [each for each in compare(tmp_path).found if each.measure == CROSS]
    assert [each.comparison.adjusted for each in of_cross] == holm([each.comparison.p for each in of_cross])


def test_table_page_and_csv(tmp_path: Path) -> None:
    found = compare(tmp_path, {"shift": 0.05, **settings(model__kind="static")}, settings(model__kind="transformer"))
    (sheet,) = compared_sheets(found)
    assert sheet.name == "compared_xquad_r"
    assert sheet.head[:5] == ("measure", "strategy", "languages", "A", "B")
    assert "What differs: model.kind (static against transformer)." in sheet.caption
    row = next(row for row in sheet.rows if [cell.text for cell in row[:3]] == ["cross mAP", "hybrid", "2"])
    assert row[3].value - row[4].value == pytest.approx(row[5].value)  # type: ignore[operator]
    assert row[5].best
    assert sheet.data is not None and list(sheet.data["first"].unique()) == ["A"]
    assert "A beside B, xquad_r" in markdown.sheet_page(sheet) and r"\toprule" in latex.table(sheet)


def test_the_answer_in_words(tmp_path: Path) -> None:
    found = compare(tmp_path, {"shift": 0.05})
    assert re.search(
        r"can be told apart: A is better at 2, B at 0\. With most languages:\n\n- monolingual, 2 training languages: A"
        r" \.3\d+ \(\.\d+ to \.\d+\), B \.\d+ \(.*?\); difference \+\.0\d+ \(\.0\d+ to \.\d+, Holm p .*?\)\.\n"
        r"- hybrid, 2 training",
        in_words(found)[0],
    )
    same = in_words(compare(tmp_path / "again"))[0]
    assert "\n- hybrid, 2 training languages: A .2" in same
    assert "; no difference could be shown: .000 (.000 to .000, Holm p = 1.000)." in same
    alone = in_words(compare(tmp_path / "alone", {"seeds": (0,)}, {"seeds": (0,)}))[0]
    assert alone.count("95 % interval over questions alone") == 1
    assert comparison_page(found).startswith("# A beside B\n")


def test_two_budgets_compare_and_the_caption_says_so(tmp_path: Path) -> None:
    arms = {"arms": ("total", "per_language"), "counts": (0, 2)}
    a, b = side(tmp_path, "A", **arms), side(tmp_path, "B", **arms)
    for point in b.plan["points"]:
        if point["design"]["total"] is not None:
            point["design"]["total"] = 2000
    (tmp_path / "B" / "plan.json").write_text(json.dumps(dict(b.plan)))
    found = side_by_side(a, read_side("B", tmp_path / "B"))
    assert {each.place.arm for each in found.found if each.place} == {
        "fixed total: 1,000 pairs", "fixed per language: 300 pairs",
    }  # fmt: skip
    assert "fixed total: 1,000 pairs in A is fixed total: 2,000 pairs in B" in found.differs


def test_a_part_of_several_is_found_again_in_a_sweep_that_has_it_alone(tmp_path: Path) -> None:
    several = {"arms": ("total", "per_language"), "orders": ("resource", "family"), "counts": (0, 2, 3)}
    alone = {"strategies": ("hybrid",), "counts": (0, 2), "seeds": (0,), "arms": ("per_language",)}
    a, b = side(tmp_path, "A", **several), side(tmp_path, "B", shift=0.2, **alone)
    for found, sign in ((side_by_side(a, b), -1), (side_by_side(b, a), 1)):
        of_cross = [each for each in found.found if each.measure == CROSS]
        # of four parts one is that of the other sweep, told by what its points hold level and how languages entered
        assert [(each.place, each.line, each.n) for each in of_cross] == [
            (Part("fixed per language: 300 pairs", "by resource"), "hybrid", n) for n in (0, 2)
        ]
        assert of_cross[1].comparison.difference.mean == pytest.approx(sign * 0.2, abs=0.01)
        assert "at a fixed 300 pairs per language, languages by resource" in in_words(found)[0]
        assert "part" in compared_sheets(found)[0].head
        assert "fixed total" not in found.differs


def test_a_part_that_the_other_sweep_lacks_is_not_taken_for_another(tmp_path: Path) -> None:
    several = {"arms": ("total", "per_language"), "orders": ("resource",)}
    said = refused(tmp_path, several, {"orders": ("family",), "arms": ("total",)})
    assert "A has monolingual, hybrid at 0, 2 languages at a fixed total of 1,000 pairs, languages by resource;" in said
    assert "B has monolingual, hybrid at 0, 2 languages at a fixed total of 1,000 pairs, languages by diversity" in said


def test_of_two_totals_the_same_is_taken_and_another_only_where_there_is_one(tmp_path: Path) -> None:
    a = side(tmp_path, "A", arms=("total", "double"))
    found = side_by_side(a, side(tmp_path, "B", arms=("double",)))
    assert {each.place.arm for each in found.found if each.place} == {"fixed total: 2,000 pairs"}
    assert "The arm" not in found.differs
    with pytest.raises(UserError, match="no point in common"):  # which of the two is it?
        side_by_side(a, side(tmp_path, "C", arms=("triple",)))
    other = side_by_side(side(tmp_path, "D", arms=("total", "per_language")), side(tmp_path, "E", arms=("triple",)))
    assert "The arm fixed total: 1,000 pairs in D is fixed total: 3,000 pairs in E." in other.differs


def test_two_sweeps_of_one_part_each_compare_whatever_it_is_and_say_so(tmp_path: Path) -> None:
    found = compare(
        tmp_path, {"arms": ("total",), "orders": ("resource",)}, {"arms": ("per_language",), "orders": ("family",)}
    )
    assert {(each.line, each.n) for each in found.found} == {(s, n) for s in ("monolingual", "hybrid") for n in (0, 2)}
    assert "The arm fixed total: 1,000 pairs in A is fixed per language: 300 pairs in B." in found.differs
    assert "The order by resource in A is by diversity of families in B." in found.differs


def test_a_sweep_that_does_not_count_its_languages_has_those_that_train(tmp_path: Path) -> None:
    found = compare(tmp_path, {"counts": (0, 2, 3), "shift": 0.2}, {"counts": ()})
    assert {each.n for each in found.found} == {3}
    assert "\n- hybrid, 3 training languages: A" in in_words(found)[0]
    both = compare(tmp_path / "both", {"counts": ()}, {"counts": ()})
    assert "training language" not in in_words(both)[0] and both.found


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        (settings(data__kind="artificial", data__name="world"), settings(data__name="open_pairs"), "artificial world"),
        (settings(data__name="swim_ir"), settings(data__name="open_pairs"), "stands in for it (open_pairs)"),
        (settings(data__name="open_study"), settings(data__name="swim_ir_files"), "SWIM-IR (swim_ir_files)"),
        (benchmark(candidates="sentence"), benchmark(candidates="context"), "candidates is sentence in the first"),
        (benchmark(corpus="full"), benchmark(corpus="hard"), "corpus is full in the first and hard in the second"),
        (benchmark(fingerprint="a1"), benchmark(fingerprint="b2"), "fingerprint is a1"),
        ({"codes": ("en", "el")}, {"codes": ("en", "de")}, "only one of them has de el"),
        ({"questions": 20}, {"questions": 24}, "other questions (20 and 24)"),
        ({"prefix": "q"}, {"prefix": "r"}, "other questions (24 and 24)"),
        ({"strategies": ("hybrid",)}, {"strategies": ("monolingual",)}, "A has hybrid at 0, 2 languages; B has mono"),
        ({"counts": (2,)}, {"counts": (3,)}, "no point in common"),
    ],
)  # fmt: skip
def test_what_does_not_compare_is_refused_in_a_sentence(
    tmp_path: Path, a: dict[str, Any], b: dict[str, Any], words: str
) -> None:
    assert words in refused(tmp_path, a, b)


def test_no_benchmark_in_common_is_refused_with_what_each_has(tmp_path: Path) -> None:
    a, b = side(tmp_path, "A"), side(tmp_path, "B")
    results = (tmp_path / "B" / "results.csv").read_text()
    (tmp_path / "B" / "results.csv").write_text(results.replace("xquad_r", "xquad_r_context"))
    with pytest.raises(UserError, match=r"no benchmark in common \(xquad_r against xquad_r_context\)"):
        side_by_side(a, read_side("B", tmp_path / "B"))
    assert b.points.benchmarks == ["xquad_r"]


def test_two_models_or_other_real_data_are_no_reason_to_refuse(tmp_path: Path) -> None:
    found = compare(tmp_path, settings(data__name="swim_ir"), settings(data__name="squad"))
    assert "data.name (swim_ir against squad)" in found.differs


def test_what_is_the_same_and_what_either_varies_is_not_said_to_differ(tmp_path: Path) -> None:
    same = settings(trainer__steps=100)
    assert compare(tmp_path / "1", same, same).differs == "No setting that both hold fixed differs."
    varied = {"varies": {"trainer.steps": [100, 200]}}
    assert compare(tmp_path / "2", same, varied).differs == "No setting that both hold fixed differs."


def test_without_values_by_question_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has no values by question"):
        side(tmp_path, "A", by_question=False)
