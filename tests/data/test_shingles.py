import unicodedata

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hybridir.data.shingles import HashSet, hash_texts, normal

# words of one, two and three bytes a character, Thai and Han, spaces of all kinds, and what NFKC and case change
TEXTS = st.lists(st.text(alphabet="ab  ß Éé\u0301\u3000\nนี้東京。Ａ", max_size=14), max_size=6)


@pytest.mark.parametrize(
    ("text", "form", "unspaced"),
    [
        ("  The\tQUICK\n fox ", "the quick fox", False),
        ("Ｆｏｏ\u3000Straße ﬁn", "foo strasse fin", False),
        ("สวัสดี ชาวโลก", unicodedata.normalize("NFKC", "สวัสดีชาวโลก"), True),
        ("2019年 東京で", "2019年東京で", True),
        ("東京 abc", "東京 abc", False),  # two of five
        ("東京x ab", "東京x ab", False),
        ("東京 ab", "東京ab", True),  # half
        ("ภาษา ລາວ", unicodedata.normalize("NFKC", "ภาษาລາວ"), True),
        ("한국어 텍스트", "한국어 텍스트", False),  # Korean has spaces
        ("", "", False),
    ],
)
def test_normal_forms(text: str, form: str, unspaced: bool) -> None:
    assert normal(text) == (form, unspaced)


def _naive(texts: list[str], words: int, characters: int) -> list[list[str]]:
    """The shingles of each text, as text."""
    shingles = []
    for text in texts:
        form, unspaced = normal(text)
        units, glue, size = (list(form), "", characters) if unspaced else (form.split(), " ", words)
        shingles.append([glue.join(units[at : at + size]) for at in range(len(units) - size + 1)])
    return shingles


@given(texts=TEXTS, words=st.integers(1, 4), characters=st.integers(1, 6))
@example(texts=["", "a", "a b c", "", "東京東京", "b"], words=2, characters=3)
@example(texts=["a b a b", "a b"], words=2, characters=2)
def test_hashes_are_equal_where_the_texts_are(texts: list[str], words: int, characters: int) -> None:
    hashed = hash_texts(texts, words, characters)
    naive = _naive(texts, words, characters)
    assert len(hashed.texts) == len(texts)
    _same_partition(hashed.texts.tolist(), [normal(text)[0] for text in texts])
    found = [sorted(hashed.shingles[hashed.text_of == at].tolist()) for at in range(len(texts))]
    assert [len(of) for of in found] == [len(of) for of in naive]
    # each text alone, in another place of another block: the same hashes
    for text, hashes in zip(texts, found, strict=True):
        alone = hash_texts(["ab 東京", text], words, characters)
        assert sorted(alone.shingles[alone.text_of == 1].tolist()) == hashes
    for one, hashes in zip(naive, found, strict=True):
        for other, others in zip(naive, found, strict=True):
            assert len(set(one) & set(other)) == len(set(hashes) & set(others))


def _same_partition(hashes: list[int], texts: list[str]) -> None:
    assert len(set(zip(hashes, texts, strict=True))) == len(set(hashes)) == len(set(texts))


def test_no_two_of_many_alike_texts_share_a_hash() -> None:
    texts = [f"{'aeiou'[n % 5]}{n:b} {n} {'x' * (n % 40)}" for n in range(50_000)]
    assert len(np.unique(hash_texts(texts, 8, 20).texts)) == 50_000


@given(st.lists(st.integers(0, 2**64 - 1)), st.lists(st.integers(0, 2**64 - 1)))
@example([2**64 - 1, 0], [1, 2**64 - 1])
def test_a_set_of_hashes_is_one(members: list[int], others: list[int]) -> None:
    hashes = HashSet(np.array(members, dtype=np.uint64))
    asked = [*members, *others]
    assert hashes.has(np.array(asked, dtype=np.uint64)).tolist() == [value in set(members) for value in asked]
