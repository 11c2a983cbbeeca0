"""Made-up results of a sweep, with the shape of real ones: curves that rise, seeds that differ a little."""

import hashlib
import json
import random
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

LANGUAGES = {
    "en": ("English", 5, 300.8), "de": ("German", 5, 66.6), "es": ("Spanish", 5, 53.3),
    "zh": ("Chinese", 5, 46.9), "ar": ("Arabic", 5, 28.0), "ru": ("Russian", 4, 278.0),
    "vi": ("Vietnamese", 4, 137.3), "tr": ("Turkish", 4, 20.9), "hi": ("Hindi", 4, 20.2),
    "th": ("Thai", 3, 71.7), "el": ("Greek", 3, 46.9),
}  # fmt: skip
TRAINING_ORDER = ("en", "de", "es", "ru", "zh", "ar", "hi", "th", "bn", "fi", "ja", "ko")
LEFT_OUT = {
    "axes": {"sampling": "crosslingual", "languages": 1, "seed": 0},
    "reason": "no cross-lingual pairs",
}


def write_sweep(
    folder: Path,
    strategies: Sequence[str] = ("monolingual", "crosslingual", "hybrid"),
    counts: Sequence[int] = (0, 1, 2, 4, 8, 12),
    seeds: Sequence[int] = (0, 1),
    benchmarks: Sequence[str] = ("xquad_r",),
    codes: Sequence[str] = tuple(LANGUAGES),
) -> Path:
    """Write `results.csv` and `plan.json` of a sweep whose cross-lingual strategy lacks one language."""
    rows: list[dict[str, Any]] = []
    for strategy in strategies:
        for n in counts:
            for seed in seeds:
                if not (strategy == "crosslingual" and n == 1):
                    point = {"sampling": strategy, "languages": n, "seed": seed}
                    rows += [row for name in benchmarks for row in point_rows(point, name, codes)]
    return write_results(folder, rows, left_out=[LEFT_OUT])


def write_results(folder: Path, rows: list[dict[str, Any]], **plan: Any) -> Path:
    """Write `rows` as they are, and a plan."""
    folder.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_csv(folder / "results.csv", index=False)
    known = {code: dict(zip(("name", "joshi", "cc100_gib"), entry, strict=True)) for code, entry in LANGUAGES.items()}
    labels = {"data": "open_pairs", "model": "static", "benchmark": ["xquad_r"]}
    written = {"name": "quick", "axes": {}, "labels": labels, "languages": known, "left_out": []} | plan
    (folder / "plan.json").write_text(json.dumps(written), encoding="utf8")
    return folder


def point_rows(point: dict[str, Any], benchmark: str, codes: Sequence[str]) -> list[dict[str, Any]]:
    """All rows of one point: 121 directions, their means, and the multilingual pool."""
    strategy, n, seed = point["sampling"], point["languages"], point["seed"]
    trained = TRAINING_ORDER[:n]
    draw = random.Random(f"{strategy if n else ''} {n} {seed} {benchmark}")
    mono_gain = {"monolingual": 1.0, "crosslingual": 0.82, "hybrid": 1.02}.get(strategy, 0.9)
    cross_gain = {"monolingual": 0.45, "crosslingual": 0.95, "hybrid": 1.0}.get(strategy, 0.7)
    reach = 1 - 0.7 ** (1 + n) if n else 0.0

    def value(query: str, passage: str) -> float:
        known = ((query in trained) + (passage in trained)) / 2
        if query == passage:
            base = 0.45 + mono_gain * (0.16 * reach * known + 0.05 * reach)
        else:
            base = 0.05 + cross_gain * (0.15 * reach * known + 0.03 * reach)
        return round(base * draw.uniform(0.93, 1.07), 6)

    table = {(q, p): value(q, p) for q in codes for p in codes}
    multi = {q: sum(table[q, p] for p in codes) / len(codes) for q in codes}
    distance = {q: 900 - 2500 * multi[q] * (cross_gain if n else 0.2) for q in codes}
    rows = [("monolingual", q, q, "mAP", table[q, q]) for q in codes]
    rows += [("crosslingual", q, p, "mAP", table[q, p]) for q in codes for p in codes if p != q]
    rows += [("crosslingual", q, "*", "mAP", mean(table[q, p] for p in codes if p != q)) for q in codes]
    rows += [("multilingual", q, "*", "mAP", multi[q]) for q in codes]
    rows += [("multilingual", q, "*", "rank_distance", distance[q]) for q in codes]
    rows += [("monolingual", q, q, "R@1", table[q, q] * 0.8) for q in codes]
    for setting, metric in dict.fromkeys((row[0], row[3]) for row in rows):
        of_setting = (row for row in list(rows) if row[0] == setting and row[3] == metric and row[2] != "*")
        if setting == "multilingual":
            of_setting = (row for row in list(rows) if row[0] == setting and row[3] == metric)
        rows.append((setting, "*", "*", metric, mean(row[4] for row in of_setting)))
    key = hashlib.sha256(f"{strategy if n else ''} {n} {seed}".encode()).hexdigest()[:12]
    fixed = {**point, "trained": "+".join(trained), "run": key, "benchmark": benchmark}
    names = ("setting", "query_lang", "passage_lang", "metric", "value")
    return [fixed | dict(zip(names, row, strict=True)) | {"queries": 1190} for row in rows]


def mean(values: Any) -> float:
    listed = list(values)
    return sum(listed) / len(listed)


def small_rows(**axes: Any) -> list[dict[str, Any]]:
    """Rows of one point over two languages with few values: their means are worked in the head.

    `trained`, `run` and the values `en`, `el` (monolingual), `en_el`, `el_en` (cross-lingual), `en_pool`,
    `el_pool` and their rank distances `en_far`, `el_far` are taken from `axes`; the rest are the axes.
    """
    point = dict(axes)
    names = ("en", "el", "en_el", "el_en", "en_pool", "el_pool", "en_far", "el_far")
    en, el, en_el, el_en, en_pool, el_pool, en_far, el_far = (point.pop(name) for name in names)
    trained, run = point.pop("trained"), point.pop("run")
    benchmark = point.pop("benchmark", "xquad_r")
    rows = [
        ("monolingual", "en", "en", "mAP", en),
        ("monolingual", "el", "el", "mAP", el),
        ("monolingual", "*", "*", "mAP", (en + el) / 2),
        ("crosslingual", "en", "el", "mAP", en_el),
        ("crosslingual", "el", "en", "mAP", el_en),
        ("crosslingual", "en", "*", "mAP", en_el),
        ("crosslingual", "el", "*", "mAP", el_en),
        ("crosslingual", "*", "*", "mAP", (en_el + el_en) / 2),
        ("multilingual", "en", "*", "mAP", en_pool),
        ("multilingual", "el", "*", "mAP", el_pool),
        ("multilingual", "*", "*", "mAP", (en_pool + el_pool) / 2),
        ("multilingual", "en", "*", "rank_distance", en_far),
        ("multilingual", "el", "*", "rank_distance", el_far),
        ("multilingual", "*", "*", "rank_distance", (en_far + el_far) / 2),
    ]
    columns = ("setting", "query_lang", "passage_lang", "metric", "value")
    fixed = {**point, "trained": trained, "run": run, "benchmark": benchmark}
    return [fixed | dict(zip(columns, row, strict=True)) | {"queries": 10} for row in rows]


START = {
    "languages": 0, "trained": "", "run": "0" * 12, "en": 0.4, "el": 0.2, "en_el": 0.1, "el_en": 0.3,
    "en_pool": 0.2, "el_pool": 0.1, "en_far": 12.0, "el_far": 14.0,
}  # fmt: skip
MONOLINGUAL = {
    "sampling": "monolingual", "languages": 1, "trained": "en", "run": "a" * 12, "en": 0.8, "el": 0.4,
    "en_el": 0.2, "el_en": 0.4, "en_pool": 0.5, "el_pool": 0.25, "en_far": 8.0, "el_far": 9.0,
}  # fmt: skip
HYBRID = {
    "sampling": "hybrid", "languages": 1, "trained": "en", "run": "b" * 12, "en": 0.7, "el": 0.5,
    "en_el": 0.5, "el_en": 0.7, "en_pool": 0.6, "el_pool": 0.3, "en_far": 5.0, "el_far": 6.5,
}  # fmt: skip


def hand_worked() -> list[dict[str, Any]]:
    """Two strategies, no language and one (English), a single seed; Greek is never trained on."""
    starts = [small_rows(sampling=name, **START) for name in ("monolingual", "hybrid")]
    return [row for rows in (*starts, small_rows(**MONOLINGUAL), small_rows(**HYBRID)) for row in rows]


@pytest.fixture
def rows() -> SimpleNamespace:
    """The makers of rows: `small`, `hand_worked`, and the points that the latter is made of."""
    return SimpleNamespace(
        small=small_rows, hand_worked=hand_worked, start=START, monolingual=MONOLINGUAL, hybrid=HYBRID
    )


@pytest.fixture
def results(tmp_path: Path) -> Callable[..., Path]:
    """Write given rows, and fields of the plan, as the results of a sweep."""
    return partial(write_results, tmp_path / "results" / "quick")


@pytest.fixture
def sweep(tmp_path: Path) -> Callable[..., Path]:
    """Write a made-up sweep; its arguments are those of `write_sweep`."""
    return partial(write_sweep, tmp_path / "results" / "quick")
