"""Tokens as NLTK's `word_tokenize` counts them, with a small model of our own and with NLTK's where it is installed."""

import sys
from pathlib import Path

import nltk
import pytest

from hybridir.benchmarks.tokens import OfficialTokens
from hybridir.errors import UserError
from tests.benchmarks.released import write_punkt

TEXT = "He lived in St. Louis (Missouri). The city isn't old, is it? It's 3.5 km to the U.S. border."


def test_full_stops_are_tokens_where_a_sentence_ends(tmp_path: Path) -> None:
    write_punkt(tmp_path / "nltk_data")
    tokens = OfficialTokens(tmp_path)
    # "St." is an abbreviation of the model, so no sentence ends there
    assert tokens("He lived in St. Louis (Missouri). The city isn't old.") == [
        "He", "lived", "in", "St.", "Louis", "(", "Missouri", ")", ".", "The", "city", "is", "n't", "old", ".",
    ]  # fmt: skip
    assert tokens("") == []
    # nor after a number before "International"; but before "The", which begins sentences, and "City", which is no name
    assert tokens("In 5. International law") == ["In", "5.", "International", "law"]
    assert tokens("The St. The law") == ["The", "St", ".", "The", "law"]
    assert tokens("The St. City law") == ["The", "St", ".", "City", "law"]
    assert tokens("The St. Paul law") == ["The", "St.", "Paul", "law"]


def test_tokens_are_those_of_word_tokenize_on_the_same_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_punkt(tmp_path)
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path)])
    tokenizers = "nltk.tokenize._get_punkt_tokenizer"
    monkeypatch.setattr(tokenizers, nltk.tokenize._get_punkt_tokenizer.__wrapped__)  # past its cache
    ours = OfficialTokens(tmp_path / "nowhere")
    for text in (TEXT, "One. Two! Three?  Four", "a.b. c", "Dr. No met the St. Johns at 5 International Ave. There."):
        assert ours(text) == nltk.word_tokenize(text)


def test_real_passages_are_cut_as_nltk_cuts_them(data_root: Path, tmp_path: Path) -> None:
    try:
        nltk.data.find("tokenizers/punkt_tab/english/")
    except LookupError:
        pytest.skip("NLTK's own Punkt model is not installed")
    from hybridir.benchmarks.xquad_r import load_xquad_r

    ours = OfficialTokens(tmp_path)
    for text in load_xquad_r(data_root / "xquad-r", "context").passages["en"].texts[:300]:
        assert ours(text) == nltk.word_tokenize(text)


def test_a_model_is_known_by_its_content(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        write_punkt(tmp_path / name / "nltk_data")
    (tmp_path / "c/nltk_data/tokenizers/punkt_tab/english/abbrev_types.txt").write_text("dr\n")
    said = [OfficialTokens(tmp_path / name).said for name in ("a", "b", "c")]
    assert said[0] == said[1] != said[2]


def test_what_is_not_installed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nltk.data, "path", [str(tmp_path)])
    with pytest.raises(UserError, match=r"python -m nltk\.downloader punkt_tab, or put .* into .*nltk_data"):
        OfficialTokens(tmp_path)
    monkeypatch.setitem(sys.modules, "nltk", None)
    with pytest.raises(UserError, match=r"pip install 'hybridir\[xor\]'"):
        OfficialTokens(tmp_path)


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    write_punkt(tmp_path / "nltk_data")
    (tmp_path / "nltk_data/tokenizers/punkt_tab/english/ortho_context.tab").write_text("the 36\n")
    with pytest.raises(UserError, match=r"Punkt model .*english is damaged"):
        OfficialTokens(tmp_path)
