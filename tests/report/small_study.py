"""A made-up study with values by question: small enough to be read in milliseconds, and its truth is in its making."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hybridir.evaluation.questions import Figure, Questions, write_questions

JOSHI = {"en": 5, "de": 5, "ru": 4, "tr": 4, "el": 3, "th": 3}
ORDER = ("en", "ru", "el")
"""Languages in order of entry; the other three never train."""
ORDERS = {"": ORDER, "resource": ORDER, "family": ("el", "en", "ru")}
ARMS = {
    "": {},
    "total": {"total": 1000},
    "per_language": {"per_language": 300},
    "double": {"total": 2000},
    "triple": {"total": 3000},
}
SETTINGS = ("monolingual", "crosslingual", "multilingual")

Gain = Callable[[str, str, int, str], float]
"""What a strategy in an arm gains with n languages on a target language."""


def flat_gain(strategy: str, arm: str, n: int, code: str) -> float:
    """The same for all."""
    return 0.0


def write_study(
    folder: Path,
    strategies: Sequence[str] = ("monolingual", "hybrid"),
    counts: Sequence[int] = (0, 1, 2, 3),
    seeds: Sequence[int] = (0, 1, 2),
    arms: Sequence[str] = ("",),
    gain: Gain = flat_gain,
    codes: Sequence[str] = tuple(JOSHI),
    questions: int = 24,
    prefix: str = "q",
    by_question: bool = True,
    shift: float = 0.0,
    orders: Sequence[str] = ("",),
    **plan: Any,
) -> Path:
    """Write `results.csv`, `plan.json` and, with `by_question`, `questions.parquet` of a study.

    A value is .3, the question's own part (sd .05), a little noise (sd .01) by run, language and question, and what
    `gain` says; `shift` is added where languages train. Rank distance is 100 less a hundred times the gain. Orders
    share their runs on no language and on all three.
    """
    rows: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    counted = len(counts) > 0
    for arm, order, strategy, n, seed in product(arms, orders, strategies, counts or (3,), seeds):
        key = f"{arm or 'all'}-{strategy if n else 'start'}-{n}-{seed}" + (f"-{order}" if order and n in (1, 2) else "")
        axes: dict[str, Any] = {name: value for name, value in (("arm", arm), ("order", order)) if value}
        axes |= {"sampling": strategy} | ({"languages": n} if counted else {}) | {"seed": seed}
        point = {"arm": arm, "strategy": strategy, "n": n, "seed": seed, "key": key}
        values = dict(_values(point, gain, codes, questions, shift))
        rows += _rows(axes, "+".join(ORDERS[order][:n]), key, values, codes)
        design = {"pairs": 1000 * n, "order": order or "resource", "order_seed": None, "total": None}
        points.append({"axes": axes, "run": key, "design": design | {"per_language": None} | ARMS[arm]})
        if by_question:
            write_values(folder, key, values, questions, prefix)
    folder.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_csv(folder / "results.csv", index=False)
    choices = [name for name, of in (("arm", arms), ("order", orders)) if any(of)]
    _write_plan(folder, codes, points, choices, plan)
    return folder


def write_transfer(
    folder: Path,
    sets: Sequence[str],
    gain: Callable[[str, str], float],
    strategies: Sequence[str] = ("",),
    seeds: Sequence[int] = (0, 1, 2),
    codes: Sequence[str] = tuple(JOSHI),
    by_question: bool = True,
) -> Path:
    """Write a sweep over sets of training languages (`en`, `en+de`); `gain` is that of a strategy and a set."""
    rows: list[dict[str, Any]] = []
    for strategy, name, seed in product(strategies, sets, seeds):
        key = f"{strategy or 'all'}-{name}-{seed}"
        axes = ({"sampling": strategy} if strategy else {}) | {"languages": len(name.split("+")), "set": name}
        point = {"arm": "", "strategy": strategy, "n": 1, "seed": seed, "key": key}
        values = dict(_values(point, lambda *_, at=(strategy, name): gain(*at), codes, 24, 0.0))
        rows += _rows(axes | {"seed": seed}, name, key, values, codes)
        if by_question:
            write_values(folder, key, values, 24, "q")
    folder.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_csv(folder / "results.csv", index=False)
    _write_plan(folder, codes, [], [], {"labels": {"data": "open_pairs", "sampling": "all runs"}})
    return folder


def write_values(folder: Path, key: str, values: dict[Figure, np.ndarray], questions: int, prefix: str) -> None:
    """The values by question of a run."""
    (folder / "questions.parquet").mkdir(parents=True, exist_ok=True)
    ids = tuple(f"{prefix}{i:03}" for i in range(questions))
    write_questions(folder / "questions.parquet" / f"xquad_r-{key}.parquet", Questions(ids, values))


def _write_plan(
    folder: Path, codes: Sequence[str], points: list[dict[str, Any]], choices: list[str], plan: dict[str, Any]
) -> None:
    known = {code: {"name": code.upper(), "joshi": JOSHI[code], "cc100_gib": None} for code in codes}
    labels = {"data": "open_pairs", "model": "static", "benchmark": ["xquad_r"]}
    written = {"name": folder.name, "labels": labels, "languages": known, "points": points, "choices": choices}
    (folder / "plan.json").write_text(json.dumps(written | {"left_out": []} | plan), encoding="utf8")


def _values(
    point: dict[str, Any], gain: Gain, codes: Sequence[str], questions: int, shift: float
) -> Iterator[tuple[Figure, np.ndarray]]:
    of_question = np.random.default_rng(0).normal(scale=0.05, size=questions)
    noise = np.random.default_rng(list(point["key"].encode()))
    for code in codes:
        gained = gain(point["strategy"], point["arm"], point["n"], code) + shift * (point["n"] > 0)
        for setting in SETTINGS:
            own = noise.normal(scale=0.01, size=questions)
            yield Figure(setting, code, "mAP"), 0.3 + gained + of_question + own
        yield Figure("multilingual", code, "rank_distance"), 100 - 100 * gained + 10 * own


def _rows(
    axes: dict[str, Any], trained: str, key: str, values: dict[Figure, np.ndarray], codes: Sequence[str]
) -> Iterator[dict[str, Any]]:
    fixed = {**axes, "trained": trained, "run": key, "benchmark": "xquad_r"}
    for setting, metric in dict.fromkeys((figure.setting, figure.metric) for figure in values):
        means = {code: float(values[Figure(setting, code, metric)].mean()) for code in codes}
        for code in (*codes, "*"):
            passage = code if setting == "monolingual" else "*"
            value = means[code] if code != "*" else sum(means.values()) / len(means)
            row = {"setting": setting, "query_lang": code, "passage_lang": passage, "metric": metric, "value": value}
            yield fixed | row | {"queries": 24}
