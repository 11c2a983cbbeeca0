"""Nested orders of languages: the subset of n languages is the first n of one order, so each holds the one before."""

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence

from hybridir.config.schema import LanguagesConfig
from hybridir.errors import UserError
from hybridir.languages.catalog import Language


def subset(config: LanguagesConfig, available: Mapping[str, Language], pairs: Mapping[str, int]) -> list[str]:
    """The training languages: the first `config.count` of the order.

    `available` are the languages that have training pairs, `pairs[code]` how many have a query in each.
    Raises UserError for a language that is not available, or a count larger than their number.
    """
    order = ordered(config, available, pairs)
    if config.count == "all":
        return order
    assert isinstance(config.count, int)
    if config.count > len(order):
        raise UserError(
            f"languages.count={config.count} is more than the {len(order)} languages there are"
            f" ({', '.join(order)}): give a smaller number, or all."
        )
    return order[: config.count]


def ordered(config: LanguagesConfig, available: Mapping[str, Language], pairs: Mapping[str, int]) -> list[str]:
    """All languages of the order, those of `config.always` first."""
    if config.order == "listed":
        _refuse_unknown("languages.listed", config.listed, available)
    _refuse_unknown("languages.always", config.always, available)
    rest = [code for code in _order(config, available, pairs) if code not in config.always]
    return [*config.always, *rest]


def _order(config: LanguagesConfig, available: Mapping[str, Language], pairs: Mapping[str, int]) -> list[str]:
    codes = sorted(available)
    match config.order:
        case "listed":
            return list(config.listed)
        case "random":
            return sorted(codes, key=lambda code: hashlib.sha256(f"{config.seed} {code}".encode()).digest())
        case "family":
            return _by_family(available, pairs)
        case "pairs":
            codes.sort(key=lambda code: -pairs.get(code, 0))
        case _:
            # where a figure is missing the language is poorer than any that has one
            codes.sort(key=lambda code: tuple(-value for value in _resource(available[code], pairs)))
    return codes if config.descending else codes[::-1]


def _resource(language: Language, pairs: Mapping[str, int]) -> tuple[float, float, int]:
    """CC-100 size first, resource class where there is none, pairs to settle ties."""
    cc100 = -1.0 if language.cc100_gib is None else language.cc100_gib
    joshi = -1.0 if language.joshi is None else float(language.joshi)
    return cc100, joshi, pairs.get(language.code, 0)


def _by_family(available: Mapping[str, Language], pairs: Mapping[str, int]) -> list[str]:
    """At every place the language whose family, then branch, is rarest so far; most pairs settles ties."""
    families: Counter[str] = Counter()
    branches: Counter[tuple[str, str]] = Counter()
    order: list[str] = []
    left = sorted(available)
    while left:

        def rarity(code: str) -> tuple[int, int, int, str]:
            language = available[code]
            branch = branches[language.family, language.branch]
            return families[language.family], branch, -pairs.get(code, 0), code

        chosen = min(left, key=rarity)
        left.remove(chosen)
        order.append(chosen)
        families[available[chosen].family] += 1
        branches[available[chosen].family, available[chosen].branch] += 1
    return order


def _refuse_unknown(name: str, codes: Sequence[str], available: Mapping[str, Language]) -> None:
    unknown = [code for code in codes if code not in available]
    if unknown:
        hint = " (in YAML, write 'no' in quotes: a bare no is read as false)" if unknown[0] == "False" else ""
        raise UserError(
            f"{name} names {unknown[0]!r}, which has no training pairs{hint}: there are {', '.join(sorted(available))}."
        )
