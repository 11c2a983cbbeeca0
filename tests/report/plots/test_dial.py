from pathlib import Path
from typing import Any

from hybridir.report.plots.dial import find_dial
from hybridir.report.plots.write import not_plotted
from hybridir.report.study.findings import Findings
from hybridir.report.study.points import Points, load_points
from hybridir.report.study.samples import Samples
from tests.report.conftest import small_rows, write_results
from tests.report.drawn import plots_of

VALUES = {
    "en": 0.6,
    "el": 0.4,
    "en_el": 0.2,
    "el_en": 0.4,
    "en_pool": 0.5,
    "el_pool": 0.2,
    "en_far": 8.0,
    "el_far": 9.0,
}


def points(folder: Path, *axes: dict[str, Any]) -> Points:
    rows = [
        row for number, point in enumerate(axes) for row in small_rows(**point, trained="en", run=str(number), **VALUES)
    ]
    return load_points(write_results(folder, rows))


def test_the_axis_of_numbers_is_found(tmp_path: Path) -> None:
    alphas = [
        {"sampling": s, "sampling.alpha": a, "seed": seed} for s in ("x", "y") for a in (0, 0.5, 1) for seed in (0, 1)
    ]
    dial = find_dial(points(tmp_path, *alphas))
    assert dial is not None
    assert dial.name == "sampling.alpha"
    assert dial.values["x, sampling.alpha=0.5"] == 0.5
    assert set(dial.lines.values()) == {"x", "y"}
    assert not dial.logarithmic


def test_a_wide_range_is_drawn_on_a_logarithmic_scale(tmp_path: Path) -> None:
    dial = find_dial(points(tmp_path, *({"budget.total": n} for n in (2000, 50000, 500000))))
    assert dial is not None
    assert dial.logarithmic


def test_neither_words_nor_two_values_nor_counts_of_languages_make_one(tmp_path: Path) -> None:
    assert find_dial(points(tmp_path / "a", *({"sampling": s} for s in ("x", "y", "z")))) is None
    assert find_dial(points(tmp_path / "b", *({"sampling.alpha": a} for a in (0, 1)))) is None
    assert find_dial(points(tmp_path / "c", *({"languages": n, "seed": 0} for n in (1, 2, 3)))) is None


def test_the_plot_is_written_and_nothing_is_said_to_be_missing(tmp_path: Path) -> None:
    loaded = points(tmp_path, *({"sampling.alpha": a} for a in (0, 0.5, 1)))
    found = Findings(loaded, Samples(tmp_path))
    assert tmp_path / "plots" / "dial_xquad_r.png" in plots_of(found, tmp_path)
    assert not [note for note in not_plotted(loaded) if "number of languages" in note]


def test_many_lines_have_no_heat_maps(tmp_path: Path) -> None:
    loaded = points(tmp_path, *({"sampling.alpha": a / 10} for a in range(8)))
    found = Findings(loaded, Samples(tmp_path))
    assert not any("heatmap" in path.name for path in plots_of(found, tmp_path))
    (note,) = not_plotted(loaded)
    assert note == "no heat maps, small multiples and dots by strategy: 8 lines are more than 6 panels"
