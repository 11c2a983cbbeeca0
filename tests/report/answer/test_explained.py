import math
from pathlib import Path

import pytest

from hybridir.report.answer import explained
from hybridir.report.answer.reading import Reading, readings
from hybridir.report.study.findings import find
from hybridir.report.study.points import load_points
from hybridir.report.study.samples import Samples
from hybridir.statistics.explain import Effect, Explanation
from tests.report.small_study import write_study


def reading(folder: Path, counts: tuple[int, ...] = (0, 2)) -> Reading:
    write_study(folder, counts=counts, seeds=(0,), strategies=("hybrid",))
    return readings(find(load_points(folder), Samples(folder)), "xquad_r")[0]


def effect(name: str, value: float, low: float, high: float) -> Effect:
    return Effect(name, name, value, 0.01, low, high, 0.05, 9.0, 0.1)


def test_what_is_told_from_nothing_has_its_interval_and_the_rest_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    effects = [effect("log2_n", 0.004, -0.001, 0.009), effect("trained", 0.026, 0.004, 0.048)]
    effects += [effect("joshi", 0.003, math.nan, math.nan), effect("script_seen", -0.027, -0.045, -0.010)]
    monkeypatch.setattr(explained, "explanation", lambda *_: Explanation(effects))
    lead, *lines = explained.regression(reading(tmp_path)).split("\n- ")
    assert "(`tables/explained_xquad_r.md`). These are associations, not causes, and not corrected" in lead
    assert lines == [
        "Its interval is without 0: trained on it +.026 (.004 to .048); its script is trained on −.027 (−.045 to"
        " −.010).",
        "Its interval holds 0, or is not known: each doubling of languages; one Joshi class more.",
    ]


def test_a_refusal_keeps_its_words_and_without_a_start_there_is_nothing_to_explain(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(explained, "explanation", lambda *_: Explanation(refused="five languages are too few"))
    assert explained.regression(reading(tmp_path / "a")).endswith(
        " in cross-lingual mAP is refused: five languages are too few."
    )
    assert explained.regression(reading(tmp_path / "b", counts=(1, 2))) == ""
