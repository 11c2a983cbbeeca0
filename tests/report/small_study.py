"""A made-up study with values by question: small enough to be read in milliseconds, and its truth is in its making."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hybridir.evaluation.questions import Figure, Questions, write_questions

JOSHI = {"en": 5, "de": 5, "ru": 4, "tr": 4, "el": 3, "th": 3}
ORDER = ("en", "ru", "el")
"""Languages in order of entry; the other three never train."""
ARMS = {"": {}, "total": {"total": 1000}, "per_language": {"per_language": 300}}
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
    **plan: Any,
) -> Path:
    """Write `results.csv`, `plan.json` and, with `by_question`, `questions.parquet` of a study.

    A value is .3, the question's own part (sd .05), a little noise (sd .01) by run, language and question, and what
    `gain` says; `shift` is added where languages train. Rank distance is 100 less a hundred times the gain.
    """
    rows: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    counted = len(counts) > 0
    for arm in arms:
        for strategy in strategies:
            for n in counts or (3,):
                for seed in seeds:
                    key = f"{arm or 'all'}-{strategy if n else 'start'}-{n}-{seed}"
                    axes = {"arm": arm} if arm else {}
                    axes |= {"sampling": strategy} | ({"languages": n} if counted else {}) | {"seed": seed}
                    point = {"arm": arm, "strategy": strategy, "n": n, "seed": seed, "key": key}
                    values = dict(_values(point, gain, codes, questions, shift))
                    rows += _rows(axes, "+".join(ORDER[:n]), key, values, codes)
                    design = {"pairs": 1000 * n, "order": "resource", "order_seed": None, "total": None}
                    points.append({"axes": axes, "run": key, "design": design | {"per_language": None} | ARMS[arm]})
                    if by_question:
                        ids = tuple(f"{prefix}{i:03}" for i in range(questions))
                        (folder / "questions.parquet").mkdir(parents=True, exist_ok=True)
                        path = folder / "questions.parquet" / f"xquad_r-{key}.parquet"
                        write_questions(path, Questions(ids, values))
    folder.mkdir(parents=True, exist_ok=True)
    pd.DataFrame(rows).to_csv(folder / "results.csv", index=False)
    known = {code: {"name": code.upper(), "joshi": JOSHI[code], "cc100_gib": None} for code in codes}
    labels = {"data": "open_pairs", "model": "static", "benchmark": ["xquad_r"]}
    choices = ["arm"] if any(arms) else []
    written = {"name": folder.name, "labels": labels, "languages": known, "points": points, "choices": choices}
    (folder / "plan.json").write_text(json.dumps(written | {"left_out": []} | plan), encoding="utf8")
    return folder


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
