import numpy as np
import torch

from hybridir.encoders.base import Tokens
from hybridir.encoders.translations import align, translation_vectors

# two sides of a toy dictionary: token i + 10 translates token i; 19 and 9 are function words of every sentence
SENTENCES = [[0, 1, 9], [1, 2, 9], [0, 2, 9], [2, 3, 9], [0, 3, 9], [1, 3, 9]] * 5
TRANSLATIONS = [[token + 10 for token in reversed(sentence)] for sentence in SENTENCES]


def best(alignment, source: int) -> int:
    mine = alignment.sources == source
    return int(alignment.targets[mine][np.argmax(alignment.counts[mine])])


def test_words_that_appear_together_are_aligned() -> None:
    alignment = align(Tokens.of(TRANSLATIONS), Tokens.of(SENTENCES))
    assert {source: best(alignment, source) for source in (10, 11, 12, 13, 19)} == {10: 0, 11: 1, 12: 2, 13: 3, 19: 9}


def test_the_first_step_by_hand() -> None:
    # one sentence of two words on each side: nothing tells them apart, so all four links weigh the same
    alignment = align(Tokens.of([[5, 6]]), Tokens.of([[1, 2]]), iterations=1)
    assert sorted(zip(alignment.sources, alignment.targets, strict=True)) == [(5, 1), (5, 2), (6, 1), (6, 2)]
    # each direction: .5 / (.5 + .5 + .1 / 2); the count is the product of both
    np.testing.assert_allclose(alignment.counts, (0.5 / 1.05) ** 2)


def test_empty_sentences_align_nothing() -> None:
    alignment = align(Tokens.of([[], [5]]), Tokens.of([[1], [1]]))
    assert alignment.sources.tolist() == [5] and alignment.targets.tolist() == [1]


def test_translations_lie_close_and_others_do_not() -> None:
    alignment = align(Tokens.of(TRANSLATIONS), Tokens.of(SENTENCES))
    pivot_counts = np.bincount([token for sentence in SENTENCES for token in sentence], minlength=30)
    vectors = translation_vectors([alignment], pivot_counts, dim=256, seed=0)
    torch.testing.assert_close(vectors.norm(dim=1), torch.ones(30))
    similarity = vectors @ vectors.T
    assert min(similarity[token, token + 10] for token in (0, 1, 2, 3, 9)) > 0.8
    apart = [similarity[a, b + 10] for a in range(4) for b in range(4) if a != b]
    assert max(apart) < 0.4
    assert similarity[20, :20].abs().max() < 0.4  # a token that was never aligned is alone


def test_the_seed_decides_the_vectors() -> None:
    alignment = align(Tokens.of(TRANSLATIONS), Tokens.of(SENTENCES))
    one, same, other = (translation_vectors([alignment], np.zeros(30, dtype=np.int64), 8, s) for s in (0, 0, 1))
    assert torch.equal(one, same) and not torch.equal(one, other)
