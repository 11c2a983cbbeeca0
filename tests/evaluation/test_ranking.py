"""Ranks worked by hand, with ties, and against a sort of everything."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.benchmarks.base import Texts
from hybridir.evaluation import ranking
from hybridir.evaluation.ranking import Pool, rank


def named(*ids: str) -> Texts:
    return Texts(ids, ids)


def ranks_of(
    scores: dict[str, float], lang_of: dict[str, str], relevant: dict[str, tuple[str, ...]]
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Ranks of one query whose passages have exactly these scores (one dimension)."""
    langs = sorted(set(lang_of.values()))
    passages = {lang: named(*(p for p in scores if lang_of[p] == lang)) for lang in langs}
    vectors = {lang: np.array([[scores[p]] for p in passages[lang].ids], np.float32) for lang in langs}
    pool = Pool.of(passages, vectors)
    wanted = pool.relevant({("q", lang): ids for lang, ids in relevant.items()}, ["q"])
    (block,) = rank({"xx": np.ones((1, 1), np.float32)}, pool, {"xx": wanted})
    as_lists = [{lang: ranks[0].tolist() for lang, ranks in side.items()} for side in (block.within, block.pooled)]
    return as_lists[0], as_lists[1]


def test_ranks_within_a_language_and_in_the_pool() -> None:
    within, pooled = ranks_of(
        {"de_1": 0.9, "de_2": 0.5, "de_3": 0.1, "en_1": 0.7, "en_2": 0.6, "en_3": 0.2},
        {p: p[:2] for p in ("de_1", "de_2", "de_3", "en_1", "en_2", "en_3")},
        {"de": ("de_2",), "en": ("en_3", "en_1")},
    )
    assert within == {"de": [2], "en": [1, 3]}
    assert pooled == {"de": [4], "en": [2, 5]}


@pytest.mark.parametrize(("answer", "place", "place_in_pool"), [("b", 1, 2), ("aa", 2, 3), ("a", 3, 4), ("A", 4, 5)])
def test_equal_scores_rank_by_passage_id_descending(answer: str, place: int, place_in_pool: int) -> None:
    # as strings: b > aa > a > A; the passage of the other language, c, stands before them all
    lang_of = {"b": "de", "a": "de", "aa": "de", "A": "de", "c": "en"}
    within, pooled = ranks_of(dict.fromkeys(lang_of, 0.5), lang_of, {"de": (answer,)})
    assert within == {"de": [place]}
    assert pooled == {"de": [place_in_pool]}


def test_the_order_of_ids_is_that_of_the_pool_even_where_languages_interleave() -> None:
    lang_of = {"1": "de", "2": "en", "3": "de", "4": "en"}
    within, pooled = ranks_of(dict.fromkeys(lang_of, 0.5), lang_of, {"de": ("1",), "en": ("2",)})
    assert within == {"de": [2], "en": [2]}
    assert pooled == {"de": [4], "en": [3]}


@pytest.mark.parametrize("queries", [1, 5])
def test_equal_embeddings_tie_wherever_they_stand(queries: int) -> None:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((997, 512)).astype(np.float32)
    equal = np.arange(0, 997, 3)
    vectors[equal] = vectors[0]
    pool = Pool.of({"en": named(*(f"{i:03}" for i in range(997)))}, {"en": vectors})
    vectors = {"xx": rng.standard_normal((queries, 512)).astype(np.float32)}
    for scores in pool.blocks(vectors, lambda block, scores: scores):
        tied = scores[:, [pool.ids.index(f"{i:03}") for i in equal]]
        assert (tied == tied[:, :1]).all()


def random_pool() -> tuple[Pool, dict[str, np.ndarray], dict[str, dict[str, np.ndarray]]]:
    """Two languages whose 40 passages interleave, 11 and 7 queries, three relevant passages each, and many ties."""
    rng = np.random.default_rng(1)
    passages = {"de": named(*(f"{i:02}" for i in range(0, 40, 2))), "en": named(*(f"{i:02}" for i in range(1, 40, 2)))}
    pool = Pool.of(passages, {lang: rng.integers(-2, 3, (20, 4)).astype(np.float32) for lang in passages})
    queries = {"de": rng.integers(-2, 3, (11, 4)).astype(np.float32), "en": rng.standard_normal((7, 4), np.float32)}
    relevant = {
        lang: {of: rng.permuted(np.tile(pool.columns[of], (len(queries[lang]), 1)), axis=1)[:, :3] for of in passages}
        for lang in queries
    }
    return pool, queries, relevant


def test_blocks_do_not_change_the_ranks(monkeypatch: pytest.MonkeyPatch) -> None:
    pool, queries, relevant = random_pool()
    whole = {block.lang: block for block in rank(queries, pool, relevant)}
    monkeypatch.setattr(ranking, "BLOCK_BYTES", 4 * 40 * 3)
    parts = list(rank(queries, pool, relevant))
    assert [(block.lang, block.rows) for block in parts] == [
        ("de", slice(0, 2)),
        ("de", slice(2, 5)),
        ("de", slice(5, 8)),
        ("de", slice(8, 11)),
        ("en", slice(0, 2)),
        ("en", slice(2, 4)),
        ("en", slice(4, 7)),
    ]
    for lang, block in whole.items():
        for of in ("de", "en"):
            for side in ("within", "pooled", "shares"):
                joined = np.concatenate([getattr(part, side)[of] for part in parts if part.lang == lang])
                np.testing.assert_array_equal(joined, getattr(block, side)[of])


def test_the_number_of_threads_changes_no_bit(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    vectors = rng.standard_normal((701, 384), np.float32)
    pool = Pool.of({"en": named(*(f"{i:03}" for i in range(701)))}, {"en": vectors})
    queries = {lang: rng.standard_normal((53, 384), np.float32) for lang in ("de", "en")}
    monkeypatch.setattr(ranking, "BLOCK_BYTES", 4 * 701 * 10)
    before, found = torch.get_num_threads(), []
    try:
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            found.append(np.concatenate(list(pool.blocks(queries, lambda block, scores: scores.copy()))))
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
    assert found[0].shape == (106, 701)
    assert found[0].tobytes() == found[1].tobytes() == found[2].tobytes()


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_ranks_equal_those_of_a_full_sort(data: st.DataObject) -> None:
    ids = data.draw(st.lists(st.text("abAB1_", min_size=1, max_size=3), min_size=2, max_size=12, unique=True))
    scores = {p: float(data.draw(st.integers(-2, 2))) for p in ids}
    lang_of = {p: data.draw(st.sampled_from(["de", "en"])) for p in ids}
    judged = {lang: tuple(p for p in ids if lang_of[p] == lang and data.draw(st.booleans())) for lang in ("de", "en")}
    judged = {lang: found for lang, found in judged.items() if found}
    within, pooled = ranks_of(scores, lang_of, judged)
    best = sorted(sorted(ids, reverse=True), key=lambda p: -scores[p])
    for lang, relevant in judged.items():
        alone = [p for p in best if lang_of[p] == lang]
        assert within[lang] == sorted(alone.index(p) + 1 for p in relevant)
        assert pooled[lang] == sorted(best.index(p) + 1 for p in relevant)


def test_queries_without_an_answer_have_no_rank() -> None:
    pool = Pool.of({"en": named("a", "b")}, {"en": np.eye(2, dtype=np.float32)})
    relevant = pool.relevant({("q1", "en"): ("a", "b"), ("q3", "en"): ("a",)}, ["q1", "q2"])
    assert relevant["en"].tolist() == [[1, 0], [-1, -1]]
    (block,) = rank({"xx": np.eye(2, dtype=np.float32)}, pool, {"xx": relevant})
    assert block.within["en"].tolist() == [[1, 2], [np.inf, np.inf]]
