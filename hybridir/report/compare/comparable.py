"""Whether two sweeps compare at all (law 8), and what differs between two that do."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from hybridir.errors import UserError
from hybridir.files import read_json
from hybridir.report.compare.places import Place, places
from hybridir.report.study.points import Points, load_points
from hybridir.report.study.samples import Samples

_SHOWN = 8
_IDENTITY = ("kind", "candidates", "corpus", "split", "directions", "languages", "depth", "index", "fingerprint")
"""Fields of `plan.json`'s benchmarks in which two that compare are the same."""
_STAND_INS = ("open_pairs", "open_study")
"""Data that stand in for SWIM-IR, as `conf/data` says of them."""


@dataclass(frozen=True)
class Side:
    """The results of one sweep, with its plan; `called` is what to call it beside the other."""

    called: str
    points: Points
    samples: Samples
    plan: Mapping[str, Any]

    @property
    def settings(self) -> Mapping[str, Any]:
        """What holds for all of its runs, by dotted name."""
        found: Mapping[str, Any] = self.plan.get("settings") or {}
        return found

    @cached_property
    def places(self) -> list[Place]:
        """Its parts, each by what it is."""
        return places(self.points, self.plan)

    @property
    def data(self) -> str:
        """The name of the training data."""
        return str(self.settings.get("data.name") or self.points.labels.get("data", ""))

    def of_benchmark(self, benchmark: str) -> dict[str, Any]:
        """What makes a benchmark what it is, as far as the plan says: its settings, its fingerprint last."""
        known = (self.plan.get("benchmarks") or {}).get(benchmark) or {}
        return {name: known[name] for name in _IDENTITY if known.get(name) is not None}


def read_side(called: str, folder: Path) -> Side:
    """The results in `folder`, which a sweep wrote. Raises UserError without values by question."""
    points, samples = load_points(folder), Samples(folder)
    if not samples.are_there:
        raise UserError(
            f"{folder} has no values by question, so it cannot be compared: run `hybridir report` on the sweep's file."
        )
    return Side(called, points, samples, read_json(folder / "plan.json"))


def shared_benchmarks(a: Side, b: Side) -> list[str]:
    """The benchmarks on which the two compare. UserError, in one sentence, where law 8 forbids it."""
    refuse_kinds(a, b)
    shared = [name for name in a.points.benchmarks if name in b.points.benchmarks]
    if not shared:
        raise UserError(
            f"{a.called} and {b.called} have no benchmark in common"
            f" ({', '.join(a.points.benchmarks)} against {', '.join(b.points.benchmarks)}): other candidates or another"
            " corpus make another benchmark; evaluate both on the same one."
        )
    for benchmark in shared:
        _refuse_benchmark(a, b, benchmark)
    return shared


def refuse_kinds(a: Side, b: Side) -> None:
    """UserError where one side is artificial and the other real, or one is SWIM-IR and the other its stand-in."""
    for one, other in ((a, b), (b, a)):
        if _is_artificial(one) and not _is_artificial(other):
            raise UserError(
                f"{one.called} and {other.called} do not compare: {one.called} is trained on an artificial world"
                f" ({one.data}), {other.called} on real text ({other.data}); compare two sweeps on data of one kind."
            )
        if _is_swim_ir(one) and other.data in _STAND_INS:
            raise UserError(
                f"{one.called} and {other.called} do not compare: {one.called} is trained on SWIM-IR ({one.data}),"
                f" {other.called} on what stands in for it ({other.data}); compare two sweeps on one of them."
            )


def what_differs(a: Side, b: Side) -> str:
    """In words, what else differs between the two: settings that each holds fixed, or the labels."""
    varies = {*(a.plan.get("varies") or {}), *(b.plan.get("varies") or {})}
    names = [name for name in {**a.settings, **b.settings} if name not in varies and not name.startswith("benchmark")]
    found = [
        (name, a.settings.get(name, "—"), b.settings.get(name, "—"))
        for name in names
        if a.settings.get(name) != b.settings.get(name)
    ]
    labels = [
        (name, a.points.labels.get(name, "—"), b.points.labels.get(name, "—"))
        for name in ("data", "model", "first_stage")
        if a.points.labels.get(name) != b.points.labels.get(name)
        and not any(setting.split(".")[0] == name for setting, _, _ in found)
    ]
    said = [f"{name} ({one} against {other})" for name, one, other in (*labels, *found)]
    more = [f"{len(said) - _SHOWN} more settings"] if len(said) > _SHOWN else []
    return (
        f"What differs: {', '.join([*said[:_SHOWN], *more])}." if said else "No setting that both hold fixed differs."
    )


def _refuse_benchmark(a: Side, b: Side, benchmark: str) -> None:
    """UserError where the two mean different things by the name of a benchmark."""
    one, other = a.of_benchmark(benchmark), b.of_benchmark(benchmark)
    differs = next((name for name in one if name in other and one[name] != other[name]), None)
    if differs is not None:
        raise UserError(
            f"{a.called} and {b.called} do not compare on {benchmark}: its {differs} is {one[differs]} in the first and"
            f" {other[differs]} in the second; evaluate both on the same benchmark."
        )
    languages = [side.points.query_languages(benchmark) for side in (a, b)]
    if set(languages[0]) != set(languages[1]):
        odd = " ".join(sorted(set(languages[0]) ^ set(languages[1])))
        raise UserError(
            f"{a.called} and {b.called} do not compare on {benchmark}: only one of them has {odd}; evaluate both on the"
            " same languages."
        )
    ids = [side.samples.ids(side.points, benchmark) for side in (a, b)]
    if ids[0] != ids[1]:
        raise UserError(
            f"{a.called} and {b.called} do not compare on {benchmark}: they answer other questions ({len(ids[0])} and"
            f" {len(ids[1])}); evaluate both on the same release."
        )


def _is_artificial(side: Side) -> bool:
    return side.settings.get("data.kind", "") == "artificial" or side.data.startswith("artificial")


def _is_swim_ir(side: Side) -> bool:
    return side.data.replace("-", "_").startswith("swim_ir")
