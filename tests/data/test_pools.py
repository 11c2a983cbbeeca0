import tracemalloc
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.data.pairs import PairTable, open_collection
from hybridir.data.pools import REPLAY, Pool, Pools, counted_pools, make_pools
from hybridir.data.rows import Direction

from .conftest import ListedPairs


def table(cache: Path, rows: dict[tuple[str, str], list[str]]) -> PairTable:
    """A table of pairs known by their `pid`: the query is `<language>?<pid>#<place>`, the passage the same with `!`."""
    listed = {
        ("train", q, p): [(f"{q}?{pid}#{i}", f"{p}!{pid}#{i}", pid) for i, pid in enumerate(pids)]
        for (q, p), pids in rows.items()
    }
    return open_collection(ListedPairs(listed, 4), cache).train  # type: ignore[arg-type]


def spelled(of: PairTable, pool: Pool) -> list[tuple[str, str]]:
    rows = pool.rows(np.arange(len(pool)))
    return list(zip(of.texts("query", rows[:, 0]), of.texts("passage", rows[:, 1]), strict=True))


def crosslingual(of: PairTable, pools: Pools) -> dict[str, list[tuple[str, str]]]:
    return {str(pool.direction): spelled(of, pool) for pool in pools.crosslingual}


def test_pairs_are_joined_by_pid_where_they_are_not_given(tmp_path: Path):
    pairs = table(
        tmp_path,
        {("de", "de"): ["1", "2", "2"], ("hi", "hi"): ["2", "3"], ("de", "hi"): ["1"], ("sw", "sw"): ["9"]},
    )
    pools = make_pools(pairs, ["de", "hi", "sw"])
    assert [str(pool.direction) for pool in pools.monolingual] == ["de->de", "hi->hi", "sw->sw"]
    assert crosslingual(pairs, pools) == {
        # given as it stands; question 2 in its first German and its Hindi row. Question 1 is given and not joined too
        "de->hi": [("de?1#0", "hi!1#0"), ("de?2#1", "hi!2#0")],
        # 1 has no Hindi query and 3 no German passage
        "hi->de": [("hi?2#0", "de!2#1")],
    }
    assert pools.sizes() == {
        Direction("de", "de"): 3,
        Direction("hi", "hi"): 2,
        Direction("sw", "sw"): 1,
        Direction("de", "hi"): 2,
        Direction("hi", "de"): 1,
    }


def test_without_joining_only_what_is_given(tmp_path: Path):
    pairs = table(tmp_path, {("de", "de"): ["1"], ("hi", "hi"): ["1"], ("de", "hi"): ["2"]})
    assert crosslingual(pairs, make_pools(pairs, ["de", "hi"], join=False)) == {"de->hi": [("de?2#0", "hi!2#0")]}


def test_pairs_of_other_languages_are_out_and_join_nothing(tmp_path: Path):
    # question 1 has a query in de and a passage in hi only by way of English
    pairs = table(tmp_path, {("de", "en"): ["1"], ("en", "hi"): ["1"], ("de", "de"): ["5"], ("hi", "hi"): ["6"]})
    assert crosslingual(pairs, make_pools(pairs, ["de", "hi"])) == {}
    assert crosslingual(pairs, make_pools(pairs, ["de", "hi", "en"])) == {
        "de->en": [("de?1#0", "en!1#0")],
        "de->hi": [("de?1#0", "hi!1#0")],
        "en->hi": [("en?1#0", "hi!1#0")],
    }
    none = make_pools(pairs, [])
    assert (none.monolingual, none.crosslingual) == ([], [])


def test_rows_at_scattered_positions_of_given_and_joined_pairs(tmp_path: Path):
    pairs = table(tmp_path, {("de", "de"): list("abcd"), ("hi", "hi"): list("dcba"), ("de", "hi"): ["x", "y"]})
    (pool,) = (pool for pool in make_pools(pairs, ["de", "hi"]).crosslingual if pool.direction.query == "de")
    assert len(pool) == 6 and len(pool.given) == 2
    positions = np.array([5, 0, 2, 1, 4, 2])
    everything = pool.rows(np.arange(6))
    assert pool.rows(positions).tolist() == everything[positions].tolist()
    assert everything[:2].tolist() == [[4, 4], [5, 5]]
    assert sorted(everything[2:].tolist()) == [[0, 9], [1, 8], [2, 7], [3, 6]]


def test_excluded_pairs_are_neither_given_nor_joined(tmp_path: Path):
    # rows 0 1 are de-de, 2 de-hi, 3 4 5 hi-hi
    pairs = table(tmp_path, {("de", "de"): ["1", "2"], ("de", "hi"): ["1"], ("hi", "hi"): ["1", "2", "3"]})

    def drawn(*excluded: int) -> dict[str, list[tuple[str, str]]]:
        pools = make_pools(pairs, ["de", "hi"], excluded=np.array(excluded, dtype=np.int64))
        return {str(pool.direction): spelled(pairs, pool) for pool in (*pools.monolingual, *pools.crosslingual)}

    assert drawn()["de->hi"] == [("de?1#0", "hi!1#0"), ("de?2#1", "hi!2#1")]
    # question 1 was given from German to Hindi, so it is not made anew of its two monolingual pairs
    assert drawn(2)["de->hi"] == [("de?2#1", "hi!2#1")]
    # the Hindi pair of question 2 gives neither its passage to German nor its query to the way back
    without_four = drawn(4)
    assert without_four["hi->hi"] == [("hi?1#0", "hi!1#0"), ("hi?3#2", "hi!3#2")]
    assert without_four["de->hi"] == [("de?1#0", "hi!1#0")]
    assert without_four["hi->de"] == [("hi?1#0", "de!1#0")]
    # question 1 is given from German to Hindi by its own row, whatever else of it is left out
    assert drawn(0, 3)["de->hi"] == [("de?1#0", "hi!1#0"), ("de?2#1", "hi!2#1")]
    assert "de->de" not in drawn(0, 1)
    assert drawn(*range(6)) == {}


CODES = ["de", "en", "hi", "sw"]


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)),
        st.lists(st.sampled_from("123456"), min_size=1, max_size=5),
        min_size=1,
        max_size=8,
    ),
    st.sets(st.sampled_from(CODES)),
    st.sets(st.integers(0, 39)),
)
def test_joins_are_those_of_the_obvious_way(tmp_path_factory, rows, languages, excluded):
    pairs = table(tmp_path_factory.mktemp("cache"), rows)
    left_out = np.array(sorted(row for row in excluded if row < len(pairs)), dtype=np.int64)
    pools = make_pools(pairs, sorted(languages), excluded=left_out)
    assert crosslingual(pairs, pools) == _obvious(rows, languages, set(left_out.tolist()))


def _obvious(
    rows: dict[tuple[str, str], list[str]], languages: set[str], excluded: set[int]
) -> dict[str, list[tuple[str, str]]]:
    """Given pairs, then joined ones in any fixed order (here: as the pools have them, by question)."""
    inside = {(q, p): pids for (q, p), pids in sorted(rows.items()) if q in languages and p in languages}
    queries: dict[tuple[str, str], str] = {}
    passages: dict[tuple[str, str], str] = {}
    row, kept = 0, set[tuple[str, str, int]]()
    for (q, p), pids in sorted(rows.items()):
        firsts = set[str]()
        for i, pid in enumerate(pids):
            if row not in excluded:
                kept.add((q, p, i))
            # a question is joined by its first pair in a direction, or not by that direction
            if row not in excluded and pid not in firsts and (q, p) in inside:
                queries.setdefault((q, pid), f"{q}?{pid}#{i}")
                passages.setdefault((p, pid), f"{p}!{pid}#{i}")
            firsts.add(pid)
            row += 1
    found: dict[str, list[tuple[str, str]]] = {}
    for q in languages:
        for p in languages - {q}:
            given = inside.get((q, p), [])
            pairs = [(f"{q}?{pid}#{i}", f"{p}!{pid}#{i}") for i, pid in enumerate(given) if (q, p, i) in kept]
            pids = _by_hash({pid for pids in rows.values() for pid in pids} - set(given))
            pairs += [
                (queries[q, pid], passages[p, pid]) for pid in pids if (q, pid) in queries and (p, pid) in passages
            ]
            if pairs:
                found[f"{q}->{p}"] = pairs
    return dict(sorted(found.items()))


def _by_hash(pids: set[str]) -> list[str]:
    from hybridir.data.arrow import hash_texts

    ordered = sorted(pids)
    return [pid for _, pid in sorted(zip(hash_texts(ordered).tolist(), ordered, strict=True))]


def test_many_parallel_languages_take_little(tmp_path: Path):
    codes = [f"q{i:02}" for i in range(60)]
    pairs = table(tmp_path, {(code, code): [str(i) for i in range(200)] for code in codes})
    tracemalloc.start()
    pools = make_pools(pairs, codes)
    assert len(pools.crosslingual) == 60 * 59
    assert sum(map(len, pools.crosslingual)) == 60 * 59 * 200
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # the joined rows alone would be 16 bytes times 708,000 pairs
    assert peak < 6 << 20


def test_pools_say_which_collection_they_are_of(tmp_path: Path):
    pairs = table(tmp_path, {("de", "de"): ["1"]})
    assert [pool.source for pool in make_pools(pairs, ["de"], source=REPLAY).monolingual] == [REPLAY]


def test_counted_pools_are_known_by_their_sizes():
    sizes = {Direction("hi", "en"): 7, Direction("hi", "hi"): 5, Direction("de", "de"): 0, Direction("sw", "sw"): 3}
    pools = counted_pools(sizes, ["hi", "en", "de"])
    assert pools.sizes() == {Direction("hi", "hi"): 5, Direction("hi", "en"): 7}
    assert pools.languages == ("hi", "en", "de")
