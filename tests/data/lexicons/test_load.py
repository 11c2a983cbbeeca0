from pathlib import Path

import pytest

from hybridir.data.lexicons import load
from hybridir.data.lexicons.load import load_dictionaries


def test_a_lexicon_is_read_once_and_anew_when_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, cache = tmp_path / "en-de.txt", tmp_path / "cache"
    path.write_text("king könig\n")
    first = load_dictionaries({"de": path}, "muse", cache).lookup("en", "de")
    with monkeypatch.context() as patched:
        patched.setattr(load, "make_dictionary", None)
        again = load_dictionaries({"de": path}, "muse", cache).lookup("en", "de")
    assert first("king") == again("king") == "könig"
    path.write_text("king herrscher\n")
    assert load_dictionaries({"de": path}, "muse", cache).lookup("en", "de")("king") == "herrscher"


def test_vectors_are_between_english_and_the_other(tmp_path: Path) -> None:
    (tmp_path / "w.en.vec").write_text("1 2\nking 1 0\n")
    (tmp_path / "w.de.vec").write_text("2 2\nwasser 0 1\nkönig 1 0\n")
    files = {"en": tmp_path / "w.en.vec", "de": tmp_path / "w.de.vec"}
    assert load_dictionaries(files, "vectors", tmp_path).lookup("en", "de")("king") == "könig"


def test_the_lexicons_at_hand(data_root: Path, tmp_path: Path) -> None:
    folder = data_root / "lexicons"
    known = load_dictionaries({code: folder / f"en-{code}.tsv" for code in ("bn", "te")}, "tsv", tmp_path)
    assert known.lookup("en", "te")("rivers") == "నది"
    assert known.lookup("en", "bn")("in") is None
    assert known.lookup("bn", "te")("নদী") == "నది"
