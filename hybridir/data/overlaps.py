"""Which training pairs overlap with evaluation texts: by question, passage, title or shingles.

A benchmark is compared as one set over all its languages: a passage that is equal, or eight words in a row that are,
say the same in whichever language they are filed under, and by chance this is as rare across languages as within one.
What is not found is a passage that translates an evaluation passage.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from hybridir.config.schema import DecontaminateConfig
from hybridir.data.pairs import PairTable
from hybridir.data.shingles import Hashed, HashSet, hash_texts, normal

REASONS = ("question", "passage", "title", "shingles")
"""Why a pair overlaps; one that does in several ways counts for the first of them."""

_BLOCK = 2048  # texts that are hashed at a time: few enough for a processor's cache

Told = Callable[[int, int], None]
"""Called now and then with how many texts have been looked at, and of how many."""


@dataclass(frozen=True)
class EvaluationTexts:
    """What a benchmark evaluates on: its passages and questions in all languages, and the titles of its articles."""

    passages: Sequence[str]
    questions: Sequence[str]
    titles: Collection[str]


def overlapping(
    table: PairTable, benchmarks: Sequence[EvaluationTexts], settings: DecontaminateConfig, told: Told
) -> list[np.ndarray]:
    """For each of `benchmarks` and every row of `table`, 0, or 1 and more for the first, and each further, of
    `REASONS`: uint8 [rows] each. Every distinct passage (`docid`) and question is looked at once."""
    if not benchmarks:
        return []
    found = [_Found(texts, settings, len(table)) for texts in benchmarks]
    documents, questions = (_all_hashes(table, column) for column in ("docid", "query"))
    firsts = {"passage": _first_places(documents), "query": _first_places(questions)}
    total, done = sum(map(len, firsts.values())), 0
    for column, keys in (("passage", documents), ("query", questions)):
        for rows in np.array_split(firsts[column], max(len(firsts[column]) // _BLOCK, 1)):
            hashed = hash_texts(table.texts(column, rows), settings.words, settings.characters)
            for benchmark in found:
                for reason, which in benchmark.looked_up(column, hashed):
                    benchmark.keys[reason].append(keys[rows[which]])
            done += len(rows)
            told(done, total)
    for benchmark in found:
        benchmark.mark_titles(table)
        benchmark.mark("question", questions)
        benchmark.mark("passage", documents)
        benchmark.mark("shingles", documents)
    return [benchmark.marks for benchmark in found]


class _Found:
    """One benchmark, and what is found to overlap with it: `keys` of texts by reason, then `marks` of rows."""

    def __init__(self, texts: EvaluationTexts, settings: DecontaminateConfig, rows: int) -> None:
        self.marks = np.zeros(rows, dtype=np.uint8)
        self.keys: dict[str, list[np.ndarray]] = {reason: [] for reason in REASONS}
        self._share = settings.share
        passages = [hash_texts(block, settings.words, settings.characters) for block in _blocks(texts.passages)]
        questions = [hash_texts(block, settings.words, settings.characters) for block in _blocks(texts.questions)]
        self._passages = _set([hashed.texts for hashed in passages])
        self._shingles = _set([hashed.shingles for hashed in passages])
        self._questions = _set([hashed.texts for hashed in questions])
        self._titles = {_title(title) for title in texts.titles} if settings.titles else set[str]()

    def looked_up(self, column: str, hashed: Hashed) -> Iterator[tuple[str, np.ndarray]]:
        """Reasons, and which of the texts (of `column`) overlap for each: bool [n]."""
        if column == "query":
            yield "question", self._questions.has(hashed.texts)
        else:
            yield "passage", self._passages.has(hashed.texts)
            yield "shingles", self._shares_enough(hashed)

    def _shares_enough(self, hashed: Hashed) -> np.ndarray:
        """Texts of whose shingles, place by place, a share of `share` or more are the benchmark's: bool [n]."""
        known = hashed.text_of[self._shingles.has(hashed.shingles)]
        every, shared = (np.bincount(of, minlength=len(hashed.texts)) for of in (hashed.text_of, known))
        return np.asarray((shared > 0) & (shared / np.maximum(every, 1) >= self._share))

    def mark(self, reason: str, keys: np.ndarray) -> None:
        """Mark the rows whose text has one of the keys found for `reason`; `keys` are those of all rows."""
        self._mark(reason, _set(self.keys[reason]).has(keys))

    def mark_titles(self, table: PairTable) -> None:
        """Mark the rows whose passage is of an article of the benchmark."""
        if not self._titles:
            return
        for direction, rows in table.directions.items():
            titles = table.table(direction)["title"]
            known = [title for title in pc.unique(titles).to_pylist() if _title(title) in self._titles]
            here = np.zeros(len(self.marks), dtype=bool)
            here[rows.start : rows.stop] = pc.is_in(titles, value_set=pa.array(known, pa.string())).to_numpy()
            self._mark("title", here)

    def _mark(self, reason: str, which: np.ndarray) -> None:
        place = REASONS.index(reason) + 1
        self.marks[which & ((self.marks == 0) | (self.marks > place))] = place


def _title(title: str) -> str:
    return normal(title.replace("_", " "))[0]


def _set(parts: Sequence[np.ndarray]) -> HashSet:
    return HashSet(np.concatenate([np.empty(0, dtype=np.uint64), *parts]))


def _blocks(texts: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(texts), _BLOCK):
        yield texts[start : start + _BLOCK]


def _all_hashes(table: PairTable, column: str) -> np.ndarray:
    """The hashes of a column in all rows: uint64 [rows]."""
    return table.hashes(column, slice(None))


def _first_places(keys: np.ndarray) -> np.ndarray:
    """The first place of each distinct key, ascending: int64."""
    return np.asarray(np.sort(np.unique(keys, return_index=True)[1]))
