import re
import threading
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import AddedToken, Tokenizer, normalizers, pre_tokenizers

from hybridir.encoders.tokenizer import (
    SPECIAL_TOKENS,
    count_tokens,
    settings_of,
    tokenize_texts,
    train_tokenizer,
    wordpiece_from_vocab,
    words_apart,
)
from hybridir.errors import UserError

# unassigned ones (Cn) may have got a case in a later Unicode than that of Python
_CHARACTERS = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Zs", "Zl", "Zp"), exclude_characters="▁")
_TEXT = st.text(_CHARACTERS, max_size=30).filter(lambda text: not any(token in text for token in SPECIAL_TOKENS))


def _spelling(tokens: list[str]) -> bytes:
    """What the entries spell, byte entries included, without the marks of word starts."""
    parts = (
        bytes([int(token[3:5], 16)]) if re.fullmatch(r"<0x[0-9A-F]{2}>", token) else token.replace("▁", "").encode()
        for token in tokens
    )
    return b"".join(parts)


@given(_TEXT)
@settings(max_examples=200, deadline=None)
def test_no_character_is_lost(tokenizer, text):
    wanted = "".join(unicodedata.normalize("NFKC", text).lower().split()).replace("▁", "")
    assert _spelling(tokenizer.encode(text, add_special_tokens=False).tokens) == wanted.encode()


def test_special_tokens_and_bytes_come_first(tokenizer):
    assert [tokenizer.token_to_id(token) for token in SPECIAL_TOKENS] == [0, 1, 2, 3, 4]
    assert tokenizer.token_to_id("<0x00>") == 5 and tokenizer.token_to_id("<0xFF>") == 260
    assert tokenizer.encode("sea").tokens[0] == "[CLS]" and tokenizer.encode("sea").tokens[-1] == "[SEP]"


def test_same_tokenizer_whatever_the_order_of_the_texts():
    texts = ["the sea", "the seaside", "das Meer", "大海 大海", "море", "ab", "ba"] * 2
    there, back = (train_tokenizer(order, 540, lowercase=False).to_str() for order in (texts, texts[::-1]))
    assert there == back == train_tokenizer(iter(texts), 540, lowercase=False).to_str()


def test_vocabulary_has_the_size_asked_for(data_root):
    lines = (data_root / "lexicons" / "en-ja.tsv").read_text(encoding="utf8").splitlines()
    assert train_tokenizer(lines, 1500, lowercase=True).get_vocab_size() == 1500


def test_a_word_is_one_whatever_stands_before_it(tokenizer):
    def entries(text: str) -> list[str]:
        return tokenizer.encode(text, add_special_tokens=False).tokens

    assert entries("paris") == ["▁paris"]
    assert "▁paris" in entries("(Paris)") and "▁paris" in entries("大paris")
    assert entries("paris 河流") == entries("paris河流") == ["▁paris", "河流"]


def test_cased_stays_cased():
    cased = train_tokenizer(["Sea sea"] * 4, 540, lowercase=False)
    assert cased.encode("Sea").ids != cased.encode("sea").ids


def test_too_small_a_vocabulary_is_refused():
    with pytest.raises(UserError, match="vocab_size=300 is too small"):
        train_tokenizer(["a"], 300, lowercase=True)


def test_texts_are_cut_with_their_prompt(tokenizer):
    whole = tokenize_texts(tokenizer, ["paris sea"], "query: ", None, special_tokens=False)
    cut = tokenize_texts(tokenizer, ["paris sea", ""], "query: ", 3, special_tokens=False)
    assert cut.ids.tolist()[:3] == whole.ids.tolist()[:3] and cut.lengths.tolist() == [3, 3]
    framed = tokenize_texts(tokenizer, ["paris sea"], "", 4, special_tokens=True)
    assert [framed.ids[0], framed.ids[-1], len(framed.ids)] == [2, 3, 4]


def test_settings_leave_out_what_is_set_per_call(tokenizer):
    tokenizer.enable_truncation(3)
    short = settings_of(tokenizer)
    tokenizer.no_truncation()
    assert short == settings_of(tokenizer)


def test_counts(tokenizer):
    tokens = tokenize_texts(tokenizer, ["the the"], "", None, special_tokens=False)
    counts = count_tokens(tokens, 900)
    assert counts.shape == (900,) and counts[tokenizer.token_to_id("▁the")] == 2 and counts.sum() == 2


def _vocabulary(path, entries):
    path.write_text("\n".join(entries) + "\n", encoding="utf8")
    return path


def test_wordpiece_keeps_case_unless_asked(tmp_path):
    path = _vocabulary(tmp_path / "vocab.txt", [*SPECIAL_TOKENS, "Mün", "##chen", "mun", "mün", "大", "海"])
    cased = wordpiece_from_vocab(path)
    assert cased.encode("München 大海").tokens == ["[CLS]", "Mün", "##chen", "大", "海", "[SEP]"]
    assert wordpiece_from_vocab(path, lowercase=True).encode("MÜN").tokens[1] == "mun"
    assert wordpiece_from_vocab(path, lowercase=True, strip_accents=False).encode("MÜN").tokens[1] == "mün"


def test_wordpiece_reads_mbert(data_root):
    mbert = wordpiece_from_vocab(data_root / "mbert-vocab" / "mbert_modified_vocab.txt")
    assert mbert.get_vocab_size() == 119547
    assert [mbert.token_to_id(token) for token in SPECIAL_TOKENS] == [0, 100, 101, 102, 103]
    assert mbert.encode("Paris is big").tokens == ["[CLS]", "Paris", "is", "big", "[SEP]"]


def test_wordpiece_refuses_other_files(tmp_path):
    with pytest.raises(UserError, match=r"cannot be read"):
        wordpiece_from_vocab(tmp_path / "none.txt")
    with pytest.raises(UserError, match=r"has no \[CLS\], \[SEP\], \[MASK\]"):
        wordpiece_from_vocab(_vocabulary(tmp_path / "vocab.txt", ["[PAD]", "[UNK]", "a"]))


@pytest.fixture(scope="module")
def both_kinds(tokenizer: Tokenizer, data_root: Path) -> list[tuple[Tokenizer, Tokenizer]]:
    """Of each kind one to read whole texts with, and a copy whose settings `tokenize_texts` may change."""
    wordpiece = wordpiece_from_vocab(data_root / "mbert-vocab" / "mbert_modified_vocab.txt")
    return [(each, Tokenizer.from_str(each.to_str())) for each in (tokenizer, wordpiece)]


_HARD = "aB\u0301\u00b4\u00a0\u3000\x1cนิ漢한\u1100\u1161[SEP]ſß,. \t\n"


@given(texts=st.lists(st.text(st.sampled_from(_HARD), max_size=20), max_size=6), max_length=st.sampled_from([None, 3]))
@settings(deadline=None)
def test_words_give_the_tokens_of_whole_texts(both_kinds, texts, max_length):
    for each, own in both_kinds:
        assert words_apart(each)
        tokens = tokenize_texts(own, texts, "a: ", max_length, special_tokens=False)
        expected = [each.encode("a: " + text, add_special_tokens=False).ids[:max_length] for text in texts]
        ends = tokens.offsets.tolist()
        assert [tokens.ids[start:end].tolist() for start, end in pairwise(ends)] == expected


@pytest.mark.parametrize(
    "change",
    [
        lambda own: setattr(own, "pre_tokenizer", pre_tokenizers.Metaspace()),
        lambda own: setattr(own, "normalizer", normalizers.Replace("a b", "c")),
        lambda own: own.add_tokens([AddedToken("<x>", lstrip=True)]),
        lambda own: own.add_tokens(["x y"]),
    ],
)
def test_a_tokenizer_that_reads_across_spaces_gets_whole_texts(tokenizer, change):
    own = Tokenizer.from_str(tokenizer.to_str())
    change(own)
    assert not words_apart(own)


def test_two_threads_do_not_share_a_length() -> None:
    tokenizer = train_tokenizer(["aa bb cc dd ee ff"] * 3, 600, lowercase=False)
    found: dict[int, set[int]] = {2: set(), 5: set()}

    def read(length: int) -> None:
        for _ in range(200):
            found[length] |= set(tokenize_texts(tokenizer, ["aa bb cc dd ee ff"] * 5, "", length, False).lengths)

    threads = [threading.Thread(target=read, args=(length,)) for length in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {2: {2}, 5: {5}}
