"""What a paper reports for the points of a sweep, as its file gives it, to be printed beside what comes out.

```yaml
expected:
  source: arXiv 2408.10536, tables 1 and 2
  note: what differs from the paper
  measures: [xquad_r/monolingual/mAP, miracl/monolingual/nDCG@10/sw]   # the last part: a query language
  rows:
    - {at: {model: xlmr_base, sampling: x_x_mono}, values: [.792, null]}
    - {at: {augment: bilingual}, minus: {augment: none}, values: [.051, null]}   # a difference between two points
```
"""

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from hybridir.errors import UserError
from hybridir.evaluation.scores import ALL, SETTINGS

_FIELDS = ("source", "note", "measures", "rows")
_ROW_FIELDS = ("at", "minus", "values")


@dataclass(frozen=True)
class Figure:
    """One figure of a paper: of the point `at` (axis to value), or how far that lies above the point `minus`."""

    at: Mapping[str, Any]
    minus: Mapping[str, Any] | None
    benchmark: str
    setting: str
    query_lang: str
    metric: str
    value: float


@dataclass(frozen=True)
class Expected:
    """The figures of a paper, where they are from, and what differs between its experiment and the sweep."""

    source: str
    note: str
    figures: tuple[Figure, ...]

    def plain(self) -> dict[str, Any]:
        """As `plan.json` holds it."""
        return asdict(self)


def parse_expected(content: Any, axes: Collection[str], where: str) -> Expected:
    """The figures in the section `expected` of a sweep file; UserError says what is wrong with it."""
    if not isinstance(content, dict) or not content.get("source"):
        raise UserError(f"{where}: expected needs a source, such as `source: arXiv 2408.10536, table 1`.")
    _refuse_unknown(content, _FIELDS, f"{where}: expected")
    measures = [_measure(str(name), where) for name in content.get("measures") or []]
    figures = []
    for row in content.get("rows") or []:
        if not isinstance(row, dict) or not isinstance(row.get("values"), list):
            raise UserError(f"{where}: expected has the row {row!r}: give `at`, axes and their values, and `values`.")
        _refuse_unknown(row, _ROW_FIELDS, f"{where}: a row of expected")
        if len(row["values"]) != len(measures):
            raise UserError(
                f"{where}: expected has {len(measures)} measures and a row of {len(row['values'])} values ({row!r}):"
                " give one value per measure, null where the paper has none."
            )
        at, minus = _point(row.get("at"), axes, where), row.get("minus")
        known = zip(measures, row["values"], strict=True)
        figures += [
            Figure(at, None if minus is None else _point(minus, axes, where), *measure, float(value))
            for measure, value in known
            if value is not None
        ]
    return Expected(str(content["source"]), str(content.get("note", "")), tuple(figures))


def _measure(name: str, where: str) -> tuple[str, str, str, str]:
    """`benchmark/setting/metric` or `benchmark/setting/metric/query language`, in the order of `Figure`."""
    parts = name.split("/")
    if len(parts) not in (3, 4) or parts[1] not in SETTINGS:
        raise UserError(
            f"{where}: expected has the measure {name!r}: write benchmark/setting/metric and, if it is of one, a query"
            f" language behind it; settings are {', '.join(SETTINGS)}."
        )
    return parts[0], parts[1], parts[3] if len(parts) == 4 else ALL, parts[2]


def _point(point: Any, axes: Collection[str], where: str) -> Mapping[str, Any]:
    foreign = sorted(set(point) - set(axes)) if isinstance(point, dict) else [str(point)]
    if foreign:
        raise UserError(f"{where}: expected names {foreign[0]!r}, which is no axis: there are {', '.join(axes)}.")
    named: Mapping[str, Any] = point
    return named


def _refuse_unknown(content: Mapping[str, Any], known: Collection[str], where: str) -> None:
    unknown = sorted(set(map(str, content)) - set(known))
    if unknown:
        raise UserError(f"{where} has {unknown[0]!r}, which is no field: there are {', '.join(known)}.")
