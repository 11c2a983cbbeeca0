"""Ranks worked by hand, with ties, and against a sort of everything."""

import numpy as np
import pytest
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
    (block,) = rank(np.ones((1, 1), np.float32), pool, wanted)
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
    for _, scores in pool.scores(rng.standard_normal((queries, 512)).astype(np.float32)):
        tied = scores[:, [pool.ids.index(f"{i:03}") for i in equal]]
        assert (tied == tied[:, :1]).all()


def test_blocks_do_not_change_the_ranks(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(1)
    passages = {"en": named(*(f"{i:02}" for i in range(40)))}
    pool = Pool.of(passages, {"en": rng.integers(-2, 3, (40, 4)).astype(np.float32)})
    queries = rng.integers(-2, 3, (11, 4)).astype(np.float32)
    relevant = {"en": rng.permuted(np.tile(np.arange(40), (11, 1)), axis=1)[:, :3]}
    (whole,) = rank(queries, pool, relevant)
    expected = whole.pooled["en"].copy()
    monkeypatch.setattr(ranking, "BLOCK_BYTES", 4 * 40 * 3)
    parts = [(block.rows, block.pooled["en"]) for block in rank(queries, pool, relevant)]
    assert [rows for rows, _ in parts] == [slice(0, 3), slice(3, 6), slice(6, 9), slice(9, 11)]
    np.testing.assert_array_equal(np.concatenate([ranks for _, ranks in parts]), expected)


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
    (block,) = rank(np.eye(2, dtype=np.float32), pool, relevant)
    assert block.within["en"].tolist() == [[1, 2], [np.inf, np.inf]]
