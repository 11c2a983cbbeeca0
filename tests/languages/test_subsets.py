import pytest
from hypothesis import given
from hypothesis import strategies as st

from hybridir.config.schema import ORDERS, LanguagesConfig
from hybridir.errors import UserError
from hybridir.languages.catalog import Language, catalog, describe
from hybridir.languages.subsets import ordered, subset

CODES = ["ar", "de", "en", "fi", "hi", "ru", "sw", "yo", "bho", "xyz"]
PAIRS = {"ar": 50, "de": 40, "en": 90, "fi": 10, "hi": 30, "ru": 20, "sw": 5, "yo": 5, "bho": 1, "xyz": 70}


def known(codes: list[str]) -> dict[str, Language]:
    return {code: describe(code) for code in codes}


def order(codes: list[str] = CODES, **settings: object) -> list[str]:
    return ordered(LanguagesConfig(**settings), known(codes), PAIRS)  # type: ignore[arg-type]


@given(
    codes=st.lists(st.sampled_from(sorted(catalog())), unique=True, min_size=1),
    kind=st.sampled_from([name for name in ORDERS if name != "listed"]),
    descending=st.booleans(),
    seed=st.integers(0, 5),
    data=st.data(),
)
def test_every_subset_holds_the_one_before(codes, kind, descending, seed, data):
    always = data.draw(st.lists(st.sampled_from(codes), unique=True, max_size=2))
    pairs = data.draw(st.fixed_dictionaries({code: st.integers(0, 9) for code in codes}))
    settings = {"order": kind, "descending": descending, "seed": seed, "always": always}
    sets = [subset(LanguagesConfig(count=n, **settings), known(codes), pairs) for n in range(len(codes) + 1)]
    for n, chosen in enumerate(sets):
        assert len(set(chosen)) == n
        assert chosen == sets[-1][:n]
    assert sorted(sets[-1]) == sorted(codes)
    assert sets[-1][: len(always)] == always
    assert subset(LanguagesConfig(**settings), known(codes), pairs) == sets[-1]


def test_no_languages():
    assert subset(LanguagesConfig(count=0), known(CODES), PAIRS) == []


def test_pairs_most_first_and_fewest_first():
    assert order(order="pairs") == ["en", "xyz", "ar", "de", "hi", "ru", "fi", "sw", "yo", "bho"]
    assert order(order="pairs", descending=False) == ["bho", "yo", "sw", "fi", "ru", "hi", "de", "ar", "xyz", "en"]


def test_resource_takes_a_missing_figure_as_poorer_than_any():
    # CC-100: en 300.8, ru 278.0, de 66.6, fi 54.3, ar 28.0, hi 20.2, sw 1.6; then Joshi: yo 2, bho 1, none
    richest = ["en", "ru", "de", "fi", "ar", "hi", "sw", "yo", "bho", "xyz"]
    assert order(order="resource") == richest
    assert order(order="resource", descending=False) == richest[::-1]


def test_family_takes_a_new_family_as_long_as_there_is_one():
    # a family each: en, xyz, ar, fi, sw; second ones: hi (30 pairs) of en's family, yo of sw's; then a third of
    # Indo-European, of the branch that has none yet: ru; then of branches with one: de (40 pairs) before bho
    assert order(order="family") == ["en", "xyz", "ar", "fi", "sw", "hi", "yo", "ru", "de", "bho"]


def test_random_differs_by_seed_and_is_stable_when_a_language_is_added():
    orders = [order(order="random", seed=seed) for seed in range(5)]
    assert len({tuple(one) for one in orders}) == 5
    for seed, one in enumerate(orders):
        more = order([*CODES, "zu"], order="random", seed=seed)
        assert [code for code in more if code != "zu"] == one


def test_listed_and_always():
    assert order(order="listed", listed=["hi", "en"]) == ["hi", "en"]
    assert order(order="listed", listed=["hi", "en", "de"], always=["de"]) == ["de", "hi", "en"]
    assert order(order="pairs", always=["sw", "en"])[:4] == ["sw", "en", "xyz", "ar"]


@pytest.mark.parametrize("name", ["listed", "always"])
def test_an_unknown_language_is_named_with_those_there_are(name):
    with pytest.raises(
        UserError, match=rf"languages.{name} names 'qq', which has no training pairs: there are ar, bho"
    ):
        order(order="listed" if name == "listed" else "pairs", **{name: ["en", "qq"]})


def test_a_false_is_known_for_what_it_was():
    with pytest.raises(UserError, match=r"'False'.*write 'no' in quotes"):
        order(order="listed", listed=["False"])


def test_a_count_that_is_too_large_is_named_with_the_languages():
    with pytest.raises(UserError, match=r"languages.count=3 is more than the 2 languages there are \(de, en\)"):
        subset(LanguagesConfig(order="listed", listed=["de", "en"], count=3), known(CODES), PAIRS)
