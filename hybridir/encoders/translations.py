"""Token vectors from word alignments: a static encoder that is aligned before its first step.

Tokens of parallel sentences are aligned by IBM Model 1 (Brown et al. 1993, section 4), in both directions
with agreement (Liang et al. 2006). Pivot tokens get random vectors, and every other token the mean of the
pivot tokens that it translates to: near-orthogonal words in one language, translations close across
languages. Gradient descent from nothing reaches neither as well in the same time.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from hybridir.encoders.base import Tokens

_LONGEST = 40  # tokens of a sentence that are aligned; links grow with the square
_NULL = 0.1  # weight of the empty word that tokens without a counterpart belong to
_LEAST = 0.02  # expected count below which a link is noise
_INDEPENDENT = 2  # iterations before the two directions must agree
_OWN = 0.2  # how much of its own random vector a translated token keeps
_MOST_OWN = 50.0


@dataclass(frozen=True)
class Alignment:
    """How often tokens translate: `counts` float64 [n] of token `sources` [n] with pivot token `targets` [n]."""

    sources: np.ndarray
    targets: np.ndarray
    counts: np.ndarray


def align(sources: Tokens, targets: Tokens, iterations: int = 5) -> Alignment:
    """Align the tokens of n sentences with those of their n translations by expectation maximisation."""
    source_sentence, source_token = _distinct(sources)
    target_sentence, target_token = _distinct(targets)
    left, right = _links(source_sentence, target_sentence, len(sources))
    source_ids, source_kind = np.unique(source_token, return_inverse=True)
    target_ids, target_kind = np.unique(target_token, return_inverse=True)
    pairs, kind = np.unique(source_kind[left] * len(target_ids) + target_kind[right], return_inverse=True)
    of_source, of_target = np.divmod(pairs, len(target_ids))
    forward = np.full(len(pairs), 1.0 / len(source_ids))  # p(source token | target token)
    backward = np.full(len(pairs), 1.0 / len(target_ids))  # p(target token | source token)
    for iteration in range(iterations):
        ahead = _posterior(forward[kind], left, len(source_token), _NULL / len(source_ids))
        back = _posterior(backward[kind], right, len(target_token), _NULL / len(target_ids))
        both = np.sqrt(ahead * back)
        independent = iteration < _INDEPENDENT
        forward = _normalised(np.bincount(kind, ahead if independent else both), of_target)
        backward = _normalised(np.bincount(kind, back if independent else both), of_source)
    counts = np.bincount(kind, ahead * back)
    kept = counts > _LEAST
    return Alignment(source_ids[of_source[kept]], target_ids[of_target[kept]], counts[kept])


def translation_vectors(alignments: Sequence[Alignment], pivot_counts: np.ndarray, dim: int, seed: int) -> torch.Tensor:
    """A unit vector for every token: float32 [vocab, dim].

    `pivot_counts` int [vocab] are the occurrences of each token in the pivot language: a token of its own
    there keeps its random vector in proportion.
    """
    vocab_size = len(pivot_counts)
    generator = torch.Generator().manual_seed(seed)
    random = torch.randn(vocab_size, dim, generator=generator) / dim**0.5
    sources = np.concatenate([alignment.sources for alignment in alignments])
    targets = np.concatenate([alignment.targets for alignment in alignments])
    counts = np.concatenate([alignment.counts for alignment in alignments])
    links, shape = torch.from_numpy(np.stack([sources, targets])), (vocab_size, vocab_size)
    weights = torch.sparse_coo_tensor(links, torch.from_numpy(counts).float(), shape, check_invariants=False)
    translated = torch.nn.functional.normalize(torch.sparse.mm(weights, random), dim=1)
    totals = np.bincount(sources, counts, minlength=vocab_size)
    own = np.where(totals > 0, _OWN + pivot_counts / np.maximum(totals, 1e-9), 1.0)
    own_share = torch.from_numpy(np.minimum(own, _MOST_OWN)).float()[:, None]
    return torch.nn.functional.normalize(translated + own_share * random, dim=1)


def _distinct(tokens: Tokens) -> tuple[np.ndarray, np.ndarray]:
    """Each token once per sentence, among its first ones: sentence and token of each, sorted by sentence."""
    sentence = np.repeat(np.arange(len(tokens)), tokens.lengths)
    within = np.arange(len(tokens.ids)) - np.repeat(tokens.offsets[:-1], tokens.lengths)
    early = within < _LONGEST
    largest = int(tokens.ids.max(initial=0)) + 1
    keys = np.unique(sentence[early] * largest + tokens.ids[early])
    return keys // largest, keys % largest


def _links(left: np.ndarray, right: np.ndarray, sentences: int) -> tuple[np.ndarray, np.ndarray]:
    """Every pair of an entry of `left` and one of `right` (sentence numbers, sorted) of the same sentence."""
    per_sentence = np.bincount(right, minlength=sentences)
    first = np.cumsum(per_sentence) - per_sentence
    width = per_sentence[left]
    links = np.repeat(np.arange(len(left)), width)
    within = np.arange(len(links)) - np.repeat(np.cumsum(width) - width, width)
    return links, np.repeat(first[left], width) + within


def _posterior(weights: np.ndarray, occurrence: np.ndarray, occurrences: int, null: float) -> np.ndarray:
    """How likely each link is, among those of the same occurrence and the empty word."""
    return np.asarray(weights / (np.bincount(occurrence, weights, occurrences) + null)[occurrence])


def _normalised(counts: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Counts as shares of those with the same `given` token."""
    return np.asarray(counts / np.maximum(np.bincount(given, counts), 1e-300)[given])
