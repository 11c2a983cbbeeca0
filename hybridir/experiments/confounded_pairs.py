"""What is not level in the languages and pairs of a sweep: subsets, budgets that are not met, passes over the pairs."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from itertools import combinations, pairwise
from typing import TypeVar

from hybridir.experiments.plan import LANGUAGE_COLUMNS, Point

Member = TypeVar("Member")
Group = TypeVar("Group", bound=Hashable)

_APART = 1.25  # passes over the pairs that differ by this factor are said
_NAMED = 6  # of what a sentence lists


def of_languages(points: Sequence[Point]) -> list[str]:
    """What is not level in the languages of `points`, all of which train."""
    return [*_not_nested(points), *_coinciding(points)]


def of_pairs(points: Sequence[Point]) -> list[str]:
    """What is not level in the pairs of `points`, all of which train and have their data at hand."""
    return [*_short_totals(points), *_poor_languages(points), *_absent_languages(points), *_passes(points)]


def _not_nested(points: Sequence[Point]) -> Iterator[str]:
    """Subsets of one curve that are not each within the next larger."""
    for _, curve in sorted(_grouped(points, _curve).items()):
        subsets = sorted({frozenset(point.run.languages) for point in curve}, key=lambda of: (len(of), sorted(of)))
        for smaller, larger in pairwise(subsets):
            if len(smaller) < len(larger) and not smaller <= larger:
                yield (
                    f"the subsets are not nested: {_listed(sorted(smaller - larger))} of {len(smaller)} languages"
                    f" trained on {'is' if len(smaller - larger) == 1 else 'are'} not among the next {len(larger)}."
                )
                return


def _coinciding(points: Sequence[Point]) -> Iterator[str]:
    """Orders of languages that choose the same ones before all are in, and so are no orders of their own there."""
    everything = max((len(point.run.languages) for point in points), default=0)
    subsets: dict[str, dict[int, frozenset[str]]] = defaultdict(dict)
    for point in points:
        config, count = point.run.config.languages, len(point.run.languages)
        if config.order != "listed" and len(config.always) < count < everything:
            subsets[_order(point)][count] = frozenset(point.run.languages)
    for one, other in combinations(subsets, 2):
        counts = sorted(n for n, of in subsets[one].items() if subsets[other].get(n) == of)
        if counts:
            yield f"the orders {one} and {other} choose the same languages with n = {_listed(counts)}."


def _short_totals(points: Sequence[Point]) -> Iterator[str]:
    """Points with fewer pairs than the fixed total of their arm."""
    limited = [point for point in points if point.run.config.budget.total is not None]
    for total, arm in _grouped(limited, lambda point: point.run.config.budget.total or 0).items():
        short: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
        for point in arm:
            if (number := _number(point)) < total:
                short[point.run.strategy][len(point.run.languages)].append(number)
        said = {
            strategy: _listed([f"n = {n} has {_range(numbers)}" for n, numbers in sorted(of.items())])
            for strategy, of in short.items()
        }
        if said:
            yield f"the fixed total of {total:,} pairs is not reached ({_by_strategy(said)})."


def _poor_languages(points: Sequence[Point]) -> Iterator[str]:
    """Languages that have fewer pairs than the fixed number for each, though they take part."""
    limited = [point for point in points if point.run.config.budget.per_language is not None]
    for number, arm in _grouped(limited, lambda point: point.run.config.budget.per_language or 0).items():
        poor: dict[str, dict[str, int]] = defaultdict(dict)
        for point in arm:
            of = poor[point.run.strategy]
            of |= {code: max(has, of.get(code, 0)) for code, has in _by_language(point).items() if has < number}
        said = {
            strategy: _listed([f"{code} {has:,}" for has, code in sorted((has, code) for code, has in of.items())])
            for strategy, of in poor.items()
            if of
        }
        if said:
            yield f"some languages have fewer than {number:,} pairs each ({_by_strategy(said)})."


def _absent_languages(points: Sequence[Point]) -> Iterator[str]:
    """Languages that are asked for and have no pairs of a kind that the strategy draws."""
    for within, kind in ((True, "within a language"), (False, "across languages")):
        absent: dict[str, dict[int, int]] = defaultdict(dict)
        for point in points:
            directions = [direction for direction in point.run.sizes if direction.monolingual is within]
            present, asked = {code for direction in directions for code in direction}, len(point.run.languages)
            if directions and len(present) < asked:
                of = absent[point.run.strategy]
                of[asked] = min(len(present), of.get(asked, asked))
        said = {
            strategy: "as few as " + _listed([f"{n} of {asked}" for asked, n in sorted(of.items())])
            for strategy, of in absent.items()
        }
        if said:
            yield f"not every training language has pairs {kind} to draw ({_by_strategy(said)})."


def _passes(points: Sequence[Point]) -> Iterator[str]:
    """How often a pair is seen, where that is not level within an arm whose steps are."""
    for (arm, _), members in _grouped(points, lambda point: (_arm(point), _drawn(point))).items():
        said = {}
        for strategy, of in _grouped(members, lambda point: point.run.strategy).items():
            passes = sorted((_drawn(point) / max(_number(point), 1), len(point.run.languages)) for point in of)
            (low, at_low), (high, at_high) = passes[0], passes[-1]
            if high > _APART * low:
                said[strategy] = f"{low:.1f} times with n = {at_low} to {high:.1f} times with n = {at_high}"
        if said:
            yield f"how often a pair is seen is not level with {arm} ({_by_strategy(said)})."


def _drawn(point: Point) -> float:
    """Pairs that a point draws in all its batches but those of replay."""
    config = point.run.config
    return config.trainer.steps * config.trainer.batch_size * (1 - config.replay.share)


def _number(point: Point) -> int:
    return sum(point.run.sizes.values())


def _by_language(point: Point) -> Mapping[str, int]:
    """Pairs by the language of the query, for each language that has a part in any."""
    found = dict.fromkeys((code for direction in point.run.sizes for code in direction), 0)
    for direction, size in point.run.sizes.items():
        found[direction.query] += size
    return found


def _curve(point: Point) -> str:
    """What tells a curve from another: all axes but that of the languages."""
    return str({name: value for name, value in point.axes.items() if name not in LANGUAGE_COLUMNS})


def _order(point: Point) -> str:
    languages = point.run.config.languages
    named = f"{languages.order} {languages.seed}" if languages.order == "random" else languages.order
    return named if languages.descending else f"{named} upwards"


def _arm(point: Point) -> str:
    budget = point.run.config.budget
    named = [] if budget.total is None else [f"fixed total {budget.total:,}"]
    named += [] if budget.per_language is None else [f"{budget.per_language:,} per language"]
    return ", ".join(named) or "all pairs"


def _grouped(members: Sequence[Member], by: Callable[[Member], Group]) -> dict[Group, list[Member]]:
    groups: dict[Group, list[Member]] = defaultdict(list)
    for member in members:
        groups[by(member)].append(member)
    return groups


def _by_strategy(said: Mapping[str, str]) -> str:
    """What is said of each strategy; those of which the same is said together."""
    groups = _grouped(list(said), said.__getitem__).items()
    return "; ".join(f"{' and '.join(strategies)}: {words}" for words, strategies in groups)


def _range(numbers: Collection[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low:,}" if low == high else f"{low:,} to {high:,}"


def _listed(entries: Sequence[object]) -> str:
    more = f" and {len(entries) - _NAMED} more" if len(entries) > _NAMED else ""
    return ", ".join(map(str, entries[:_NAMED])) + more
