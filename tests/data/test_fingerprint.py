import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from hybridir.data.fingerprint import RowDigest
from hybridir.data.rows import PAIR_SCHEMA

TEXTS = st.lists(st.tuples(*[st.sampled_from(["", "a", "ab", "ß", "日本"])] * len(PAIR_SCHEMA)), min_size=1, max_size=6)


def digest(rows: list[tuple[str, ...]], cuts: list[int]) -> str:
    running = RowDigest()
    for start, stop in zip([0, *cuts], [*cuts, len(rows)], strict=True):
        columns = [pa.array([one[i] for one in rows[start:stop]], pa.string()) for i in range(len(PAIR_SCHEMA))]
        running.update(pa.record_batch(columns, schema=PAIR_SCHEMA))
    assert running.rows == len(rows)
    return running.hexdigest()


@given(rows=TEXTS, data=st.data())
def test_the_same_however_it_is_cut(rows, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(rows)), max_size=3)))
    assert digest(rows, cuts) == digest(rows, [])


@given(one=TEXTS, other=TEXTS)
def test_different_rows_differ(one, other):
    assert (digest(one, []) == digest(other, [])) == (one == other)


def test_a_slice_counts_for_its_own_rows_only():
    columns = [pa.array(["a", "b", "c"], pa.string())] * len(PAIR_SCHEMA)
    whole = pa.record_batch(columns, schema=PAIR_SCHEMA)
    running = RowDigest()
    running.update(whole.slice(1, 1))
    assert running.hexdigest() == digest([("b",) * len(PAIR_SCHEMA)], [])
