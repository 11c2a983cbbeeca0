"""The points of a sweep: what the report reads, checked once, in one place.

From `results.csv`: the axes (every column before `trained`), `trained` (codes joined by `+`, empty for
the untrained start), `run` (the key), and a run's own columns. The axis `languages` is the number of
training languages and `seed` the seed; all other axes together name a line of a plot. Lines keep the
order of the file.

From `plan.json`: `name`; of `labels` only `data`, `model`, `start` (what to call the point with no training
languages, "untrained" unless it says so), `first_stage` (what all runs start from, where that is a run) and
`sampling` (where that is no axis); of each of the `languages` its `name`, `joshi` and `cc100_gib`; and
`left_out`, the points that the sweep could not plan, each with its `axes` and `reason`; and `expected`.
"""

import json
import math
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

from hybridir.errors import UserError
from hybridir.files import read_json
from hybridir.languages.catalog import Language, describe
from hybridir.report.study.design import with_design

MEAN = "*"
AXIS = "axis "
"""What stands before the name of an axis in `Points.axes`, and"""
DESIGN = "design "
"""before that of one which arms, orders or repetitions stand for."""
SETTINGS = {"monolingual": "mono", "crosslingual": "cross", "multilingual": "multi"}
METRICS = ("mAP", "R@5kt", "MRR@10", "nDCG@10", "MRR", "mAP@20", "R@1", "R@10", "R@100", "R@2kt", "rank_distance")
COLUMNS = (
    "trained", "run", "benchmark", "setting", "query_lang", "passage_lang", "metric", "value", "queries",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """An arm and an order of a sweep, as `design` names them; either is empty where the sweep has one alone."""

    arm: str
    order: str

    @property
    def name(self) -> str:
        """`fixed total: 3,800 pairs; languages by resource`."""
        return "; ".join(filter(None, (self.arm, self.order and f"languages {self.order}")))

    @property
    def slug(self) -> str:
        """The name for a file: `fixed-total-3800-by-resource`."""
        arm = re.sub(r"(\d) pairs", r"\1", self.arm.replace(",", ""))
        return "-".join(re.findall(r"[a-z0-9]+", f"{arm} {self.order}".lower()))


@dataclass(frozen=True)
class Points:
    """A sweep's results, one row of `frame` per point, benchmark, direction and metric.

    `frame` has the columns `arm`, `order` (see `design`), `line` (the strategy, with the other axes that vary), `n`
    (number of training languages), `seed` (or whatever else names a repetition), `trained`, `run`, `benchmark`,
    `setting`, `query_lang`, `passage_lang`, `metric` and `value`. Without an axis of counts, `counted` is false and `n`
    is 0 everywhere. `axes` has a row per point: `arm`, `order`, `line`, `n`, `seed`, `trained` and, as text, each other
    axis under `axis <name>`, and those of the design under `design <name>`. `expected` is what a paper reports of the
    points (see `experiments.expected`), where the sweep says so. `part` is the arm and order of these points, where the
    sweep has several; tables and plots are made of one part at a time (see `parts`). `pairs` says how many pairs a run
    trains on, by its key.
    """

    name: str
    labels: Mapping[str, str]
    languages: Mapping[str, Language]
    left_out: tuple[str, ...]
    frame: pd.DataFrame
    counted: bool
    axes: pd.DataFrame
    expected: Mapping[str, Any] | None = None
    confounds: tuple[str, ...] = ()
    part: "Part | None" = None
    pairs: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def parts(self) -> list["Points"]:
        """The points of each arm and order, apart; the points themselves where there is one of each."""
        kinds = self.frame[["arm", "order"]].drop_duplicates()
        if len(kinds) == 1:
            return [self]
        return [self._only(Part(arm, order)) for arm, order in kinds.itertuples(index=False, name=None)]

    def _only(self, part: "Part") -> "Points":
        frames = [of[(of["arm"] == part.arm) & (of["order"] == part.order)] for of in (self.frame, self.axes)]
        frame, axes = (of.reset_index(drop=True) for of in frames)
        return replace(self, frame=frame, axes=axes, part=part)

    @cached_property
    def benchmarks(self) -> list[str]:
        return list(self.frame["benchmark"].unique())

    @cached_property
    def lines(self) -> list[str]:
        return list(self.frame["line"].unique())

    @cached_property
    def counts(self) -> list[int]:
        """The numbers of training languages, ascending."""
        return sorted(int(n) for n in self.frame["n"].unique())

    @cached_property
    def start_is_shared(self) -> bool:
        """Whether all lines begin in the same runs on no training language, so that one row shows them."""
        start = self.frame[self.frame["n"] == 0]
        runs = {frozenset(rows["run"]) for _, rows in start.groupby("line")}
        return self.counted and len(runs) == 1

    @property
    def start(self) -> str:
        """What to call the point with no training languages."""
        return self.labels.get("start", "untrained")

    def of(self, benchmark: str) -> pd.DataFrame:
        """The rows of one benchmark; two benchmarks never share a figure."""
        return self._by_benchmark.get(benchmark, self.frame.iloc[:0])

    @cached_property
    def _by_benchmark(self) -> dict[str, pd.DataFrame]:
        return {str(name): rows for name, rows in self.frame.groupby("benchmark", sort=False)}

    @cached_property
    def measured(self) -> dict[str, set[tuple[str, str]]]:
        """Setting and metric of all that each benchmark measured."""
        return {
            name: set(rows[["setting", "metric"]].drop_duplicates().itertuples(index=False, name=None))
            for name, rows in self._by_benchmark.items()
        }

    @cached_property
    def runs(self) -> dict[tuple[str, str], list[tuple[int, str, str]]]:
        """By benchmark and line: number of training languages, repetition and key of each run."""
        columns = ["benchmark", "line", "n", "seed", "run"]
        found: dict[tuple[str, str], list[tuple[int, str, str]]] = {}
        for benchmark, line, *run in self.frame[columns].drop_duplicates().itertuples(index=False, name=None):
            found.setdefault((benchmark, line), []).append((int(run[0]), str(run[1]), str(run[2])))
        return found

    def headline(self, benchmark: str) -> str:
        """The metric that stands for a benchmark: mAP, or the first of ours that it has."""
        measured = {metric for _, metric in self.measured[benchmark]}
        return next((metric for metric in METRICS if metric in measured), min(measured))

    def language(self, code: str) -> Language:
        """What the plan says of a language, else the catalogue."""
        return self.languages.get(code) or describe(code)

    def query_languages(self, benchmark: str) -> list[str]:
        """The query languages of a benchmark, by resource."""
        return list(self._query_languages.get(benchmark, []))

    @cached_property
    def _query_languages(self) -> dict[str, list[str]]:
        return {
            name: self.by_resource(set(rows["query_lang"].unique()) - {MEAN})
            for name, rows in self._by_benchmark.items()
        }

    def by_resource(self, codes: Collection[str]) -> list[str]:
        """Languages by Joshi class, then CC-100 size, both descending, then code; unknown ones last."""
        return sorted(codes, key=lambda code: _by_resource(self.language(code)))


def load_points(folder: Path) -> Points:
    """Read and check the results of a sweep in `folder`.

    UserError: `folder` holds no results yet, or a file in it is not what `hybridir sweep` writes.
    """
    raw, plan = _read_results(folder / "results.csv"), _read_plan(folder / "plan.json")
    axes = list(raw.columns[: raw.columns.get_loc("trained")])
    design, stands_for = with_design(raw, axes, plan)
    rest = [axis for axis in axes if axis not in stands_for]
    labels = {key: _text(value) for key, value in plan.get("labels", {}).items()}
    counted = "languages" in axes and bool(raw["languages"].str.fullmatch(r"\d+").all())
    frame = pd.DataFrame(
        {
            "arm": design["arm"],
            "order": design["order"],
            "line": _lines(raw, rest, counted, labels.get("sampling", "all runs")),
            "n": raw["languages"].astype(int) if counted else 0,
            "seed": design["unit"],
            **{column: raw[column] for column in COLUMNS[:-2]},
            "value": _values(raw, folder / "results.csv"),
        }
    )
    _refuse_repeats(frame, folder / "results.csv")
    named = (raw[rest].add_prefix(AXIS), raw[stands_for].add_prefix(DESIGN))
    of_axes = pd.concat([frame[["arm", "order", "line", "n", "seed", "trained"]], *named], axis=1)
    return Points(
        name=str(plan.get("name", folder.name)),
        labels=labels,
        languages={code: _language(code, entry) for code, entry in plan.get("languages", {}).items()},
        left_out=tuple(dict.fromkeys(_reason(point) for point in plan.get("left_out", []))),
        frame=frame,
        counted=counted,
        axes=of_axes.drop_duplicates(ignore_index=True),
        expected=plan.get("expected"),
        confounds=tuple(plan.get("confounds", [])),
        pairs={point["run"]: point["design"]["pairs"] for point in plan.get("points", []) if _has_pairs(point)},
    )


def _has_pairs(point: Mapping[str, Any]) -> bool:
    return "pairs" in (point.get("design") or {})


def _read_results(path: Path) -> pd.DataFrame:
    if not path.is_file():
        raise UserError(f"{path.parent} holds no results of a sweep: run `hybridir sweep` first")
    try:
        # Everything as text: "nan" and "no" are codes of languages, and a seed is a name.
        raw = pd.read_csv(path, dtype=str, keep_default_na=False)
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is not a table of results ({error}): run `hybridir sweep` again") from error
    missing = [column for column in COLUMNS if column not in raw.columns]
    if missing:
        raise UserError(f"{path} lacks the columns {', '.join(missing)}: run `hybridir sweep` again")
    if raw.empty:
        raise UserError(f"{path} has no finished run: run `hybridir sweep` until one is done")
    return raw


def _read_plan(path: Path) -> dict[str, Any]:
    if not path.is_file():
        raise UserError(f"{path} is missing beside results.csv: run `hybridir sweep` again")
    try:
        plan = read_json(path)
    except json.JSONDecodeError as error:
        raise UserError(f"{path} is not JSON ({error}): run `hybridir sweep` again") from error
    if not isinstance(plan, dict):
        raise UserError(f"{path} is not the plan of a sweep: run `hybridir sweep` again")
    return plan


def _lines(raw: pd.DataFrame, axes: list[str], counted: bool, otherwise: str) -> pd.Series:
    """The name of each row's line: `hybrid`, or `hybrid, alpha=0.3` where alpha varies."""
    skipped = {"sampling", "seed"} | ({"languages"} if counted else set())
    varying = [axis for axis in axes if axis not in skipped and raw[axis].nunique() > 1]

    def name(row: pd.Series) -> str:
        parts = [row["sampling"]] if "sampling" in axes else []
        said = [f"{axis}={row[axis]}" for axis in varying if row[axis]]
        # behind a strategy, `augment=none` says nothing
        parts += [part for part in said if not (parts and part.endswith("=none"))]
        return ", ".join(parts) or otherwise

    if not axes:
        return pd.Series(otherwise, index=raw.index)
    named = raw[axes].drop_duplicates()
    named["line"] = [name(row) for _, row in named.iterrows()]
    return raw[axes].merge(named, on=axes, how="left")["line"]


def _values(raw: pd.DataFrame, path: Path) -> pd.Series:
    values = pd.to_numeric(raw["value"], errors="coerce")
    broken = values.isna() | values.abs().eq(math.inf)
    if broken.any():
        line = int(broken.idxmax())
        value = raw["value"][line]
        raise UserError(f"{path}, line {line + 2}: {value!r} is no number; run `hybridir sweep` again")
    return values


def _refuse_repeats(frame: pd.DataFrame, path: Path) -> None:
    repeated = frame.drop(columns=["trained", "run", "value"]).duplicated()
    if repeated.any():
        line = int(repeated.idxmax())
        raise UserError(f"{path}, line {line + 2} repeats an earlier one: run `hybridir sweep` again")


def _language(code: str, entry: Mapping[str, Any]) -> Language:
    known = describe(code)
    return Language(
        code,
        name=entry.get("name") or known.name,
        family=entry.get("family", known.family),
        branch=entry.get("branch", known.branch),
        script=entry.get("script", known.script),
        joshi=entry.get("joshi"),
        cc100_gib=entry.get("cc100_gib"),
    )


def _by_resource(language: Language) -> tuple[float, float, str]:
    joshi = -1 if language.joshi is None else language.joshi
    return -joshi, -(language.cc100_gib or 0.0), language.code


def _reason(point: Mapping[str, Any]) -> str:
    """A left-out point in words, without its seed: all seeds are left out for the same reason."""
    axes = (f"{axis}={value}" for axis, value in point["axes"].items() if axis != "seed")
    return f"{', '.join(axes)} ({point['reason']})"


def _text(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
