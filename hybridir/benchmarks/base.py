"""What every benchmark is: queries, passages and relevance, per language."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from hybridir.languages.catalog import Language


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
    """

    name: str
    queries: Mapping[str, Texts]
    passages: Mapping[str, Texts]
    relevant: Mapping[tuple[str, str], tuple[str, ...]]
    metrics: tuple[str, ...]
    parallel: bool
    languages: Mapping[str, Language] = field(repr=False)
    titles: frozenset[str] = frozenset()

    def fingerprint(self) -> str:
        """SHA-256 over every id, text and judgement: equal for equal benchmarks, wherever they lie."""
        digest = hashlib.sha256()
        for side in (self.queries, self.passages):
            for lang in sorted(side):
                for ident, text in zip(side[lang].ids, side[lang].texts, strict=True):
                    digest.update(f"{lang}\x1f{ident}\x1f{text}\x1e".encode())
        for key in sorted(self.relevant):
            digest.update("\x1f".join((*key, *self.relevant[key], "\x1e")).encode())
        return digest.hexdigest()
