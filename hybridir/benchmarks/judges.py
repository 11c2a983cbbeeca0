"""What is relevant: passages that people judged, or any passage that holds an answer.

See `RankJudge` and `ValueJudge` of `search`, which the two judges here are.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from hybridir.benchmarks.search import Corpus, Ranks
from hybridir.data.rows import Direction
from hybridir.errors import UserError

_BLOCK = 32  # passages whose text is read at a time


@dataclass(frozen=True)
class Qrels:
    """Judged passages: `relevant[direction][query id]` names those that are relevant, each once.

    A judgement counts if its grade is above 0; gains are binary. A query without one is left out, as trec_eval does.
    """

    relevant: Mapping[Direction, Mapping[str, Sequence[str]]]

    def judged(self, direction: Direction, query_ids: Sequence[str]) -> np.ndarray:
        known = self.relevant.get(direction, {})
        return np.array([bool(known.get(query)) for query in query_ids], dtype=bool)

    def ranks(self, direction: Direction, query_ids: Sequence[str], retrieved: np.ndarray, corpus: Corpus) -> Ranks:
        wanted = [self.relevant[direction][query] for query in query_ids]
        relevant = np.array([len(ids) for ids in wanted], dtype=np.int64)
        rows = corpus.row_of([ident for ids in wanted for ident in ids])
        ranks = np.full((len(wanted), relevant.max(initial=1)), np.inf)
        for query, end in enumerate(np.cumsum(relevant)):
            own = rows[end - relevant[query] : end]
            # -1 is both an unknown passage and a place without one
            found = np.flatnonzero(np.isin(retrieved[query], own[own >= 0]))
            ranks[query, : len(found)] = found + 1
        return Ranks(ranks, relevant)

    def fingerprint(self) -> str:
        digest = hashlib.sha256()
        for direction in sorted(self.relevant):
            for query, ids in sorted(self.relevant[direction].items()):
                digest.update("\x1f".join((str(direction), query, *sorted(ids), "\x1e")).encode())
        return digest.hexdigest()


@dataclass(frozen=True)
class Answers:
    """XOR-Retrieve's judge (Asai et al. 2021, arXiv 2010.11856): is an answer in the first tokens that are retrieved?

    `answers[query id]` are texts, of which one must be found; a query without any is left out. `budgets[metric]` is how
    many tokens are looked at: the passages (without titles) are cut in tokens one after the other, best first, the
    first so many are joined by spaces, and an answer is found if it is a part of that, letter by letter. So an
    answer that is itself cut differently (`U.S.` before a full stop) is missed, as in evals/eval_xor_retrieve.py.
    `said` is what `tokens` depends on.
    """

    answers: Mapping[str, Sequence[str]]
    tokens: Callable[[str], list[str]] = field(repr=False)
    said: str
    budgets: Mapping[str, int]

    def judged(self, direction: Direction, query_ids: Sequence[str]) -> np.ndarray:
        return np.array([bool(self.answers.get(query)) for query in query_ids], dtype=bool)

    def values(
        self, direction: Direction, query_ids: Sequence[str], retrieved: np.ndarray, corpus: Corpus
    ) -> Mapping[str, np.ndarray]:
        values = {metric: np.zeros(len(query_ids)) for metric in self.budgets}
        for number, (query, rows) in enumerate(zip(query_ids, retrieved, strict=True)):
            tokens = self._first_tokens(query, rows, corpus)
            for metric, budget in self.budgets.items():
                text = " ".join(tokens[:budget])
                values[metric][number] = any(answer in text for answer in self.answers[query])
        return values

    def fingerprint(self) -> str:
        parts = ["\x1f".join((query, *sorted(answers))) for query, answers in sorted(self.answers.items())]
        return hashlib.sha256("\x1e".join([*parts, self.said, str(sorted(self.budgets.items()))]).encode()).hexdigest()

    def _first_tokens(self, query: str, rows: np.ndarray, corpus: Corpus) -> list[str]:
        """The tokens of the first passages at `rows`: enough for the largest budget, or those of all passages."""
        found, most = list[str](), max(self.budgets.values())
        there = rows[rows >= 0]
        for body in _bodies(there, corpus):
            found += self.tokens(body)
            if len(found) >= most:
                return found
        if len(there) == len(rows) < len(corpus):
            raise UserError(
                f"the {len(rows)} passages retrieved for query {query} have {len(found):,} tokens, and {most:,} are to"
                " be looked at: set benchmark.NAME.depth higher."
            )
        return found


def _bodies(rows: np.ndarray, corpus: Corpus) -> Iterator[str]:
    for start in range(0, len(rows), _BLOCK):
        yield from corpus.bodies(rows[start : start + _BLOCK])
