from hypothesis import given
from hypothesis import strategies as st

from hybridir.data.heldout import HeldOut
from hybridir.data.rows import Direction

from .conftest import ListedPairs

PIDS = [f"p{i}" for i in range(400)]


def split_of(reader: HeldOut) -> dict[tuple[str, Direction], list[str]]:
    found: dict[tuple[str, Direction], list[str]] = {}
    for split, direction, rows in reader.shards():
        found.setdefault((split, direction), []).extend(rows.column("pid").to_pylist())
    return found


def pairs(codes: list[str], pids: list[str]) -> ListedPairs:
    return ListedPairs({("train", code, "en"): [(f"{code} {pid}", pid, pid) for pid in pids] for code in codes}, 50)


def test_a_question_is_kept_in_all_directions_or_in_none():
    found = split_of(HeldOut(pairs(["de", "hi"], PIDS), 0.1))
    kept = found["validation", Direction("de", "en")]
    assert kept == found["validation", Direction("hi", "en")]
    assert 20 <= len(kept) <= 60
    rest = found["train", Direction("de", "en")]
    assert sorted([*kept, *rest]) == sorted(PIDS) and not set(kept) & set(rest)


@given(st.sets(st.sampled_from(PIDS), min_size=1), st.sampled_from([0.05, 0.2, 0.5]))
def test_the_choice_stays_as_data_are_added(some, share):
    few = split_of(HeldOut(pairs(["de"], sorted(some)), share))
    many = split_of(HeldOut(pairs(["de"], PIDS), share))
    for split in ("train", "validation"):
        assert set(few.get((split, Direction("de", "en")), [])) == some & set(many[split, Direction("de", "en")])


def test_given_validation_pairs_stay_and_shards_are_never_empty():
    reader = ListedPairs(
        {("train", "de", "de"): [("q", "p", pid) for pid in PIDS], ("validation", "de", "de"): [("v", "p", "p0")]}, 2
    )
    held = HeldOut(reader, 0.5)
    assert all(shard.rows.num_rows for shard in held.shards())
    assert "p0" in split_of(held)["validation", Direction("de", "de")]


def test_the_signature_tells_the_share():
    reader = pairs(["de"], PIDS)
    assert HeldOut(reader, 0.1).signature() != HeldOut(reader, 0.2).signature() != reader.signature()
