"""TREC run and qrels files, so that trec_eval or ir-measures can check every figure.

Layout under the folder, with `*` (the pool) written `all`:

    runs/<setting>/<query language>-<passage language>.trec     query Q0 passage rank score run
    qrels/<setting>/<query language>-<passage language>.qrels   query 0 passage 1

A run file is judged by the qrels file of the same name. Each ranking reaches down to its last
relevant passage, and at least to `DEPTH`, so that average precision at full depth can be computed
from the file; those of a weak model are long. Scores have 9 significant digits, which give back the
same float32.

Of a benchmark that is searched there are run files alone, as deep as the search went; its own qrels judge them.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

import numpy as np

from hybridir.benchmarks.search import Corpus
from hybridir.errors import UserError
from hybridir.evaluation.best import Found
from hybridir.evaluation.ranking import Block, Pool
from hybridir.evaluation.scores import ALL, Direction
from hybridir.files import atomic_path, write_atomic

DEPTH = 100


@contextmanager
def trec_files(
    folder: Path,
    run: str,
    pool: Pool,
    query_lang: str,
    query_ids: Sequence[str],
    relevant: Mapping[str, np.ndarray],
    depth: int = DEPTH,
) -> Iterator[Callable[[Block], None]]:
    """Write the files of the directions from `query_lang`; yields the function that takes each block.

    `relevant` is what `Pool.relevant` gives. The run files take their names when all blocks are
    in. Raises UserError when an id holds white space, which the format cannot carry.
    """
    _check_ids(run, *query_ids, *pool.ids)
    everything = np.arange(len(pool.ids))
    with ExitStack() as files:
        into: dict[str, TextIO] = {}
        targets = dict(relevant)
        if relevant and len(pool.columns) > 1:
            targets[ALL] = np.concatenate(list(relevant.values()), axis=1)
        for lang, wanted in targets.items():
            write_atomic(_path(folder, "qrels", query_lang, lang), _qrels(query_ids, wanted, pool.ids))
            temporary = files.enter_context(atomic_path(_path(folder, "runs", query_lang, lang)))
            into[lang] = files.enter_context(open(temporary, "w", encoding="utf8"))

        def save(block: Block) -> None:
            for lang, file in into.items():
                if lang == ALL:
                    ranks, columns = np.concatenate(list(block.pooled.values()), axis=1), everything
                else:
                    ranks, columns = block.within[lang], pool.columns[lang]
                for row, query in enumerate(query_ids[block.rows]):
                    found = ranks[row][np.isfinite(ranks[row])]
                    if len(found):
                        last = max(depth, int(found.max()))
                        file.writelines(_ranking(query, block.scores[row], columns, pool.ids, last, run))

        yield save


def write_run(
    folder: Path, run: str, direction: Direction, query_ids: Sequence[str], found: Found, corpus: Corpus
) -> None:
    """Write the run file of a direction that was searched. Raises UserError for an id that holds white space."""
    _check_ids(run, *query_ids)
    path = _path(folder, "runs", direction.query_lang, direction.passage_lang)
    with atomic_path(path) as temporary, open(temporary, "w", encoding="utf8") as file:
        for query, scores, rows in zip(query_ids, *found, strict=True):
            ids = corpus.ids(rows[rows >= 0])
            _check_ids(*ids)
            file.writelines(_lines(query, ids, scores, run))


def _ranking(
    query: str, scores: np.ndarray, columns: np.ndarray, ids: Sequence[str], depth: int, run: str
) -> Iterator[str]:
    """The lines of one query's first `depth` passages among `columns`."""
    best = columns[np.argsort(-scores[columns], kind="stable")[:depth]]
    return _lines(query, [ids[column] for column in best.tolist()], scores[best], run)


def _lines(query: str, ids: Sequence[str], scores: np.ndarray, run: str) -> Iterator[str]:
    """The lines of one query's passages `ids`, best first; `scores` may go on where there are no more."""
    for rank, (ident, score) in enumerate(zip(ids, scores.tolist(), strict=False), start=1):
        yield f"{query} Q0 {ident} {rank} {score:.9g} {run}\n"


def _qrels(query_ids: Sequence[str], wanted: np.ndarray, ids: Sequence[str]) -> str:
    judged = zip(*np.nonzero(wanted >= 0), strict=True)
    return "".join(f"{query_ids[row]} 0 {ids[wanted[row, place]]} 1\n" for row, place in judged)


def _path(folder: Path, kind: str, query_lang: str, passage_lang: str) -> Path:
    if passage_lang == ALL:
        setting, name = Direction.pool(query_lang).setting, f"{query_lang}-all"
    else:
        setting, name = Direction.between(query_lang, passage_lang).setting, f"{query_lang}-{passage_lang}"
    return folder / kind / setting / f"{name}{'.trec' if kind == 'runs' else '.qrels'}"


def _check_ids(*ids: str) -> None:
    for ident in ids:
        if len(ident.split()) != 1:
            raise UserError(f"the id {ident!r} cannot stand in a TREC file: use ids without white space")
