from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.data.world.config import WorldConfig
from hybridir.data.world.roster import SMALLEST, code_of, roster

DEFAULT = roster(WorldConfig())


def test_codes_are_those_for_private_use():
    assert [code_of(place) for place in (0, 1, 25, 26, 519)] == ["qaa", "qab", "qaz", "qba", "qtz"]


def test_the_default_world():
    assert Counter(member.part for member in DEFAULT) == {"trained": 12, "related": 3, "isolate": 3}
    assert Counter(member.part for member in DEFAULT if member.evaluated) == {
        "trained": 6, "related": 3, "isolate": 3,
    }  # fmt: skip
    assert [member.script.code for member in DEFAULT[:4]] == ["Latn", "Cyrl", "Hira", "Latn"]
    assert [member.language.joshi for member in DEFAULT] == sorted([0, 1, 2, 3, 4, 5] * 3, reverse=True)


def test_sizes_follow_zipf_down_to_the_smallest():
    members = roster(WorldConfig(pairs=1000, skew=1.0))
    crosslingual = [member.crosslingual for member in members if member.part == "trained"]
    assert crosslingual[:6] == [0, 500, 333, 250, 200, 167]
    assert crosslingual[9:] == [SMALLEST, SMALLEST, SMALLEST]
    half = roster(WorldConfig(pairs=1000, skew=1.0, scale=0.5))
    assert [member.crosslingual for member in half if member.part == "trained"][:4] == [0, 250, 167, 125]


@settings(max_examples=30)
@given(st.integers(8, 100), st.floats(0, 3), st.floats(0.001, 100))
def test_what_holds_in_every_world(languages, skew, scale):
    members = roster(WorldConfig(languages=languages, skew=skew, scale=scale))
    assert [member.code for member in members] == [code_of(place) for place in range(languages)]
    trained = [member for member in members if member.part == "trained"]
    families = {member.family for member in trained}
    assert members[0] is trained[0]
    assert members[0].crosslingual == 0 < members[0].monolingual
    assert all(member.crosslingual > 0 for member in trained[1:])
    for part, is_related in (("related", True), ("isolate", False)):
        unseen = [member for member in members if member.part == part]
        assert len(unseen) >= 2
        assert all(member.monolingual == member.crosslingual == 0 for member in unseen)
        assert all((member.family in families) == is_related for member in unseen)
    sizes = [member.crosslingual for member in trained[1:]]
    assert sizes == sorted(sizes, reverse=True)
    assert min(member.sentences for member in members) >= 1


@pytest.mark.parametrize("member", [m for m in DEFAULT if m.part == "related"], ids=lambda m: m.code)
def test_related_languages_are_written_like_a_trained_relative(member):
    relatives = [m for m in DEFAULT if m.part == "trained" and m.family == member.family]
    assert relatives
    assert {m.script.code for m in relatives} == {member.script.code}
    assert {m.language.family for m in relatives} == {member.language.family}
