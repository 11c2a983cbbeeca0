from pathlib import Path

import numpy as np
import pytest

from hybridir.data.lexicons import vectors
from hybridir.data.lexicons.formats import Entry
from hybridir.data.lexicons.vectors import load_vectors, nearest, nearest_words
from hybridir.errors import UserError


def write(path: Path, rows: list[tuple[str, list[float]]], header: str | None = None) -> Path:
    lines = [header or f"{len(rows)} {len(rows[0][1])}", *(f"{w} {' '.join(map(str, v))}" for w, v in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf8")
    return path


def test_the_translation_has_the_largest_dot_product_not_the_largest_cosine(tmp_path: Path) -> None:
    english = write(tmp_path / "wiki.en.vec", [("King", [1.0, 0.0]), ("water", [0.0, 1.0]), ("king", [9.0, 9.0])])
    german = write(tmp_path / "wiki.de.vec", [("wasser", [0.1, 0.9]), ("könig", [1.0, 0.0]), ("lang", [3.0, 0.8])])
    assert list(nearest_words(english, german)) == [Entry("king", "lang", 0), Entry("water", "wasser", 1)]


def test_blocks_do_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    one, other = rng.normal(size=(2500, 4)).astype(np.float32), rng.normal(size=(60, 4)).astype(np.float32)
    assert np.array_equal(nearest(one, other), np.argmax(one @ other.T, axis=1))
    monkeypatch.setattr(vectors, "_BLOCK", 7)
    assert np.array_equal(nearest(one, other), np.argmax(one @ other.T, axis=1))


def test_only_the_first_words_and_none_with_white_space(tmp_path: Path) -> None:
    path = write(tmp_path / "a.en.vec", [("A", [1.0]), ("a", [2.0]), ("b\u00a0c", [3.0]), ("d", [4.0]), ("e", [5.0])])
    words, numbers = load_vectors(path, 2)
    assert (words, numbers.tolist()) == (["a", "d"], [[1.0], [4.0]])


@pytest.mark.parametrize("header", ["nothing", "2", "2 3"])
def test_a_file_of_another_format_is_named(tmp_path: Path, header: str) -> None:
    path = write(tmp_path / "a.en.vec", [("a", [1.0]), ("b", [2.0])], header)
    with pytest.raises(UserError, match=r"a\.en\.vec"):
        load_vectors(path)


def test_vectors_of_two_lengths_are_refused(tmp_path: Path) -> None:
    one, other = write(tmp_path / "a.en.vec", [("a", [1.0])]), write(tmp_path / "a.de.vec", [("b", [1.0, 2.0])])
    with pytest.raises(UserError, match="aligned in one space"):
        list(nearest_words(one, other))
