"""Made-up studies to draw, and what was drawn of them."""

import json
from math import log2
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import FillBetweenPolyCollection, LineCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from hybridir.report.plots.write import write_plots
from hybridir.report.study.findings import Findings, find
from hybridir.report.study.points import load_points
from hybridir.report.study.samples import Samples


def hybrid_grows(strategy: str, arm: str, n: int, code: str) -> float:
    """The monolingual strategy gains nothing; hybrid training .05 with each doubling."""
    return 0.05 * log2(2 * n) if strategy == "hybrid" and n else 0.0


def found(folder: Path) -> Findings:
    return find(load_points(folder), Samples(folder))


def add_orders(folder: Path) -> Path:
    """Give a study of `write_study` two orders: as it is, and at random, of which there are two with a seed each."""
    raw = pd.read_csv(folder / "results.csv", dtype=str, keep_default_na=False)
    plan = json.loads((folder / "plan.json").read_text(encoding="utf8"))
    enters = {"resource": ("en", "ru", "el"), "random-0": ("el", "en", "ru"), "random-1": ("ru", "de", "en")}
    rows, points = [raw.assign(order="resource")], list(plan["points"])
    for point in plan["points"]:
        point["axes"] = {"order": "resource", **point["axes"]}
    for number in (0, 1):
        name = f"random-{number}"
        of_seed = raw[raw["seed"] == str(number)]
        trained = ["+".join(enters[name][: int(n)]) for n in of_seed["languages"]]
        rows.append(of_seed.assign(order=name, trained=trained))
        mine = [point for point in plan["points"] if point["axes"]["seed"] == number]
        points += [_moved(point, name, number) for point in mine]
    frame = pd.concat(rows)
    frame[["order", *raw.columns]].to_csv(folder / "results.csv", index=False)
    written = plan | {"points": points, "choices": [*plan["choices"], "order"]}
    (folder / "plan.json").write_text(json.dumps(written), encoding="utf8")
    return folder


def _moved(point: dict[str, Any], name: str, number: int) -> dict[str, Any]:
    design = point["design"] | {"order": "random", "order_seed": number}
    return point | {"axes": point["axes"] | {"order": name}, "design": design}


def add_shares(folder: Path, share: float = 0.5) -> Path:
    """Add the languages of the top answers: a query's own has `share`, the other two of en, de and el the rest.

    At the start, where there is a number of languages, all have the same.
    """
    raw = pd.read_csv(folder / "results.csv", dtype=str, keep_default_na=False)
    points = raw.drop(columns=["setting", "query_lang", "passage_lang", "metric", "value"]).drop_duplicates()
    codes = ("en", "de", "el")
    pairs = [(q, p, share if q == p else (1 - share) / 2) for q in codes for p in codes]
    shares = pd.DataFrame(pairs, columns=["query_lang", "passage_lang", "value"])
    shares = points.merge(shares.assign(setting="multilingual", metric="share@10"), how="cross")
    shares.loc[shares["languages"] == "0", "value"] = 1 / len(codes)
    pd.concat([raw, shares[list(raw.columns)]]).to_csv(folder / "results.csv", index=False)
    return folder


def caption(figure: Figure) -> str:
    return " ".join(next(text for text in figure.texts if text.get_gid() == "caption").get_text().split())


def words(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.texts]


def marked(axes: Axes, marker: str) -> Line2D:
    """The one line with a marker."""
    (line,) = [line for line in axes.get_lines() if line.get_marker() == marker]
    return line


def bands(axes: Axes) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Of each band its places, lower and upper ends."""
    drawn = []
    for collection in axes.collections:
        if isinstance(collection, FillBetweenPolyCollection):
            corners = collection.get_paths()[0].vertices
            places = np.unique(corners[:, 0])
            ends = [corners[corners[:, 0] == place, 1] for place in places]
            drawn.append((places, np.array([min(e) for e in ends]), np.array([max(e) for e in ends])))
    return drawn


def bars(axes: Axes) -> list[list[list[float]]]:
    """The straight lines of all collections: `[[x, y], [x, y]]`."""
    found = [each for each in axes.collections if isinstance(each, LineCollection)]
    return [segment.tolist() for each in found for segment in each.get_segments()]


def plots_of(findings: Findings, folder: Path) -> list[Path]:
    """All plots of a sweep, written to `folder/plots`."""
    with write_plots(findings, folder) as paths:
        pass
    return paths
