"""What is not level across the points of a sweep, beside what its axes vary: said before it starts, and in its report.

A sweep is not refused for it. Some of it lies in the data (a language has only so many pairs), and whoever reads the
curves must know it.
"""

from collections.abc import Iterator

from hybridir.config.schema import StaticModel
from hybridir.experiments.confounded_pairs import of_languages, of_pairs
from hybridir.experiments.plan import PlannedRun, Point, SweepPlan
from hybridir.experiments.settings import distinct, parted
from hybridir.experiments.sweep import SweepSpec

_LEVEL = ("trainer", "model", "replay", "texts", "data", "world", "benchmark", "decontaminate", "rerank")
"""Sections that a study of languages, sampling or pairs keeps the same."""


def confounds(plan: SweepPlan) -> list[str]:
    """What is not level, in a sentence each; what the data say only where they are at hand.

    What an axis varies by its own name is its purpose, and not said.
    """
    trained = [point for point in plan.points if point.run.languages]
    return [
        *_settings(plan.spec, trained),
        *_tokenizer(plan.spec, trained),
        *_start(trained),
        *of_languages(trained),
        *of_pairs([point for point in trained if point.run.prepared is not None]),
    ]


def _settings(spec: SweepSpec, points: list[Point]) -> Iterator[str]:
    """Settings that the choices of an axis change along with others."""
    _, varies = parted([point.run.config for point in points])
    unlevel = {name: values for name, values in varies.items() if name.split(".")[0] in _LEVEL}
    for axis, choices in spec.choices.items():
        named = {name for settings in choices.values() for name in settings}
        changed = [name for name in unlevel if not _on_purpose(spec, name) and _sets(named, name)]
        if changed:
            said = ", ".join(f"{name} ({', '.join(map(str, unlevel[name]))})" for name in changed)
            others = sorted(name for name in named if not any(_sets({name}, other) for other in changed))
            along = f"along with {', '.join(others)}" if others else "together"
            yield f"the axis {axis} changes {said} {along}: what comes of which cannot be told apart."


def _on_purpose(spec: SweepSpec, name: str) -> bool:
    """Whether an axis, or an axis whose choices set nothing else, varies a setting or its group."""
    alone = [set().union(*choices.values()) for choices in spec.choices.values()]
    wholly = {axis for axis in spec.axes if axis not in spec.choices} | {
        next(iter(names)) for names in alone if len(names) == 1
    }
    return _sets(wholly, name)


def _sets(named: set[str], name: str) -> bool:
    """Whether one of `named` is the setting `name`, or a section or group that holds it."""
    return any(name == entry or name.startswith(f"{entry}.") for entry in named)


def _tokenizer(spec: SweepSpec, points: list[Point]) -> Iterator[str]:
    """A tokenizer of its own for some of the points."""
    if _on_purpose(spec, "model.vocab_size") or _on_purpose(spec, "model.vocabulary"):
        return
    made_from = distinct([_made_from(point.run) for point in points if point.run.prepared is not None])
    if len(made_from) > 1:
        yield (
            f"there are {len(made_from)} tokenizers, each made from the text of other data: a common start (`start:`),"
            " model.vocabulary, or texts that are the same for all would keep it level."
        )


def _made_from(run: PlannedRun) -> tuple[str, ...]:
    """What a tokenizer comes from: the start, a vocabulary, or the text of the data."""
    assert run.prepared is not None
    known = run.prepared.fingerprints
    for source in ("init", "vocabulary"):
        if source in known:
            return (known[source],)
    return known["data"], known.get("texts", "")


def _start(points: list[Point]) -> Iterator[str]:
    """First vectors that differ with the training languages."""
    for point in points:
        model = point.run.config.model
        if isinstance(model, StaticModel) and model.init is None and model.start == "translations":
            if len({frozenset(other.run.languages) for other in points}) > 1:
                yield (
                    "model.start=translations makes the first vectors from the pairs of the training languages, so that"
                    " other languages start elsewhere: a common start (`start:`) would keep it level."
                )
            return
