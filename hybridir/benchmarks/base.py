"""What every benchmark is: queries, passages and relevance, per language."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hybridir.benchmarks.reading import chosen
from hybridir.languages.catalog import Language

RERANKING = ("MRR@10", "nDCG@10", "R@1")
"""The metrics of an order of candidates."""


@dataclass(frozen=True)
class Texts:
    """Texts with their ids; `texts[i]` belongs to `ids[i]`, and ids are unique."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]

    def __post_init__(self) -> None:
        assert len(self.ids) == len(self.texts) == len(set(self.ids)), "ids must be unique, one per text"

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True)
class Benchmark:
    """Queries, passages and relevance of one evaluation set.

    `queries[lang]` and `passages[lang]` hold the texts; passage ids are unique over all languages.
    `relevant[query id, passage lang]` names the passages that answer a query; a query without an
    entry for a language is left out of the directions into it. In a `parallel` benchmark the
    same question has the same id in every language, so its answers are parallel too.
    `metrics` are names such as `mAP`, `mAP@20`, `R@1`, `nDCG@10`, `MRR`, `rank_distance`. `titles` are those of the
    articles that the passages are from, in whichever language, where they are known.

    Most benchmarks are searched. One that brings `candidates` is only re-ranked: `candidates[query lang, passage
    lang][query id]` are the passages to order for a query, and directions without an entry are not evaluated.
    """

    name: str
    queries: Mapping[str, Texts]
    passages: Mapping[str, Texts]
    relevant: Mapping[tuple[str, str], tuple[str, ...]]
    metrics: tuple[str, ...]
    parallel: bool
    languages: Mapping[str, Language] = field(repr=False)
    titles: frozenset[str] = frozenset()
    candidates: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]] | None = field(default=None, repr=False)

    def only(self, languages: Sequence[str]) -> "Benchmark":
        """The same with queries and passages in `languages` alone; all of it if none is given.

        The pool is then made of their passages, so its figures are not those of the whole benchmark. Raises UserError
        for a language that the benchmark does not have.
        """
        if not languages:
            return self
        kept = set(chosen(languages, self.passages, self.name))
        return replace(
            self,
            queries={lang: texts for lang, texts in self.queries.items() if lang in kept},
            passages={lang: texts for lang, texts in self.passages.items() if lang in kept},
            relevant={key: answers for key, answers in self.relevant.items() if key[1] in kept},
            languages={lang: known for lang, known in self.languages.items() if lang in kept},
            candidates=self.candidates and {way: of for way, of in self.candidates.items() if kept.issuperset(way)},
        )

    def fingerprint(self) -> str:
        """SHA-256 over every id, text and judgement: equal for equal benchmarks, wherever they lie."""
        digest = hashlib.sha256()
        for side in (self.queries, self.passages):
            for lang in sorted(side):
                for ident, text in zip(side[lang].ids, side[lang].texts, strict=True):
                    digest.update(f"{lang}\x1f{ident}\x1f{text}\x1e".encode())
        for key in sorted(self.relevant):
            digest.update("\x1f".join((*key, *self.relevant[key], "\x1e")).encode())
        if self.candidates is not None:
            digest.update(_lists(self.candidates).encode())
        return digest.hexdigest()


def _lists(candidates: Mapping[tuple[str, str], Mapping[str, tuple[str, ...]]]) -> str:
    """The directions, each with a SHA-256 of its candidates; directions may share them, and lists are long."""
    known: dict[int, str] = {}
    for lists in candidates.values():
        if id(lists) not in known:
            digest = hashlib.sha256()
            for query in sorted(lists):
                digest.update("\x1f".join((query, *lists[query], "\x1e")).encode())
            known[id(lists)] = digest.hexdigest()
    return "\x1e".join(f"{direction} {known[id(candidates[direction])]}" for direction in sorted(candidates))
