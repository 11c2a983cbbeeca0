import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hybridir.config.schema import DecontaminateConfig
from hybridir.data.decontaminate import Evaluation, Overlap, find_overlaps
from hybridir.data.overlaps import EvaluationTexts
from hybridir.data.pairs import Collection, open_collection

from .conftest import ListedPairs

TEXTS = EvaluationTexts(["the passage"], ["the question"], [])


@pytest.fixture
def collection(tmp_path: Path) -> Collection:
    pairs = {
        ("train", "de", "de"): [("q", "p", "1"), ("The question", "p2", "2")],
        ("train", "de", "en"): [("q", "The Passage", "3")],
        ("train", "en", "en"): [("the question", "the passage", "4"), ("q", "the passage", "5")],
    }
    return open_collection(ListedPairs(pairs), tmp_path / "pairs")  # type: ignore[arg-type]


class Reading:
    """A benchmark, and how often it was read."""

    def __init__(self, texts: EvaluationTexts | None = TEXTS) -> None:
        self.times, self._texts = 0, texts

    def __call__(self) -> EvaluationTexts | None:
        self.times += 1
        return self._texts


@pytest.fixture
def look(collection: Collection, tmp_path: Path) -> Callable[..., list[Overlap]]:
    def find(*evaluations: Evaluation, known_only: bool = False, **settings: object) -> list[Overlap]:
        checked = DecontaminateConfig(**settings)  # type: ignore[arg-type]
        told = None if known_only else lambda done, total: None
        return find_overlaps(collection, evaluations, checked, tmp_path / "cache", told)

    return find


def test_rows_and_reasons(collection: Collection, look: Callable[..., list[Overlap]]) -> None:
    (overlap,) = look(Evaluation("b", "1", Reading()))
    assert overlap.benchmark == "b"
    assert overlap.rows.tolist() == [1, 2, 3, 4]
    assert overlap.counts() == {"question": 2, "passage": 2}
    among = overlap.among(collection.train, ["en", "fr"])
    assert (among.rows.tolist(), among.counts()) == ([3, 4], {"question": 1, "passage": 1})
    assert overlap.among(collection.train, ["fr"]).counts() == {}


def test_a_second_look_reads_nothing_and_a_changed_one_does(look: Callable[..., list[Overlap]]) -> None:
    read = Reading()
    first = look(Evaluation("b", "1", read))
    again = look(Evaluation("other name", "1", read))
    assert read.times == 1
    assert again[0].benchmark == "other name" and np.array_equal(again[0].rows, first[0].rows)
    look(Evaluation("b", "1", read), drop=False)
    assert read.times == 1
    for changed in ({"share": 0.1}, {"words": 7}, {"characters": 7}, {"titles": False}):
        before = read.times
        look(Evaluation("b", "1", read), **changed)
        assert read.times == before + 1
    look(Evaluation("b", "2", read))
    assert read.times == 6


def test_only_what_is_not_known_is_read(look: Callable[..., list[Overlap]]) -> None:
    known, new = Reading(), Reading(EvaluationTexts([], [], []))
    assert look(Evaluation("known", "1", known), known_only=True) == []
    assert known.times == 0
    look(Evaluation("known", "1", known))
    both = Evaluation("new", "2", new), Evaluation("known", "1", known)
    assert [of.benchmark for of in look(*both, known_only=True)] == ["known"]
    assert [(of.benchmark, len(of.rows)) for of in look(*both)] == [("new", 0), ("known", 4)]
    assert (known.times, new.times) == (1, 1)


def test_a_benchmark_that_is_not_here_is_left_out_and_asked_for_again(look: Callable[..., list[Overlap]]) -> None:
    gone = Reading(None)
    for _ in range(2):
        assert [of.benchmark for of in look(Evaluation("gone", "1", gone), Evaluation("b", "2", Reading()))] == ["b"]
    assert gone.times == 2
    assert look(Evaluation("gone", "1", Reading()))[0].rows.tolist() == [1, 2, 3, 4]


def test_of_several_that_look_at_once_one_checks(look: Callable[..., list[Overlap]]) -> None:
    inside = threading.Barrier(3, timeout=10)
    read, found = Reading(), list[list[int]]()

    def one() -> None:
        inside.wait()
        found.append(look(Evaluation("b", "1", read))[0].rows.tolist())

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [[1, 2, 3, 4]] * 3
    assert read.times == 1
