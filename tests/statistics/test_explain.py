import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats

from hybridir.statistics.explain import explain

CC100 = (300.8, 66.6, 53.3, 46.9, 28.0, 278.0, 137.3, 20.9, 20.2, 71.7, 46.9)
JOSHI = (5, 5, 5, 5, 5, 4, 4, 4, 4, 3, 3)
LANGUAGES = np.array(["en", "de", "es", "zh", "ar", "ru", "vi", "tr", "hi", "th", "el"])
NEVER = np.isin(LANGUAGES, ("el", "tr", "vi"))
COUNTS = (1, 2, 4, 8, 16, 32)
EFFECTS = {"log2_n": 0.3, "trained": 0.8, "script_seen": 0.0, "log10_cc100": 0.5, "joshi": 0.0}


def study(rng, orders=4, strategies=1, related=0.3):
    """Points of curves of random orders over 11 languages, three of which never enter; gains follow `EFFECTS`.

    What is left is a level and a slope of each language, a slope of each order, an error of each run, and noise.
    """
    size = (orders, strategies, len(COUNTS), 11)
    order, strategy, count, language = (place.ravel() for place in np.indices(size))
    entry = np.array([np.where(NEVER, 99, rng.permutation(32)[:11] + 1) for _ in range(orders)])[order, language]
    n = np.array(COUNTS)[count]
    trained = entry <= n
    seen = trained | (rng.random(size).ravel() < 1 - 0.8**n)
    relative = rng.random(size).ravel() < related
    doublings = np.log2(n)
    frame = pd.DataFrame(
        {
            "log2_n": doublings,
            "trained": trained,
            "script_seen": seen,
            "relation": np.where(trained, "itself", np.where(relative, "same family", "unrelated")),
            "log10_cc100": np.log10(CC100)[language],
            "joshi": np.array(JOSHI)[language],
            "strategy": strategy.astype(str),
            "order": order,
            "cluster": LANGUAGES[language],
        }
    )
    slopes = 0.5 * rng.normal(size=11)[language] + 0.2 * rng.normal(size=orders)[order]
    runs = 0.3 * rng.normal(size=size[:3])[order, strategy, count]
    rest = 0.7 * rng.normal(size=11)[language] + slopes * (doublings - 2.5) / 2 + runs + 0.5 * rng.normal(size=len(n))
    frame["gain"] = sum(value * frame[name] for name, value in EFFECTS.items()) + rest
    return frame


def effect(found, name):
    return next(effect for effect in found.effects if effect.name == name)


def test_intervals_keep_their_level_with_eleven_languages():
    rng, terms = np.random.default_rng(0), list(EFFECTS)
    held, found = [], []
    for _ in range(500):
        result = explain(study(rng, related=0.0), fixed=["order"], second="order", terms=terms)
        held.append([one.low <= EFFECTS[one.name] <= one.high for one in result.effects])
        found.append([one.p < 0.05 for one in result.effects if not EFFECTS[one.name]])
    coverage = dict(zip(terms, np.mean(held, axis=0), strict=True))
    # within languages: log2_n, trained, script_seen; constant within a language: log10_cc100, joshi
    assert all(0.92 <= rate <= 0.98 for rate in coverage.values()), coverage
    assert all(0.02 <= rate <= 0.08 for rate in np.mean(found, axis=0))


def test_the_effects_of_a_large_study_are_found():
    found = explain(study(np.random.default_rng(1), orders=30), fixed=["order"], second="order")
    assert effect(found, "log2_n").p < 0.05
    assert effect(found, "trained").p < 0.01
    assert effect(found, "script_seen").p > 0.05
    assert effect(found, "trained").coefficient == pytest.approx(0.8, abs=0.5)
    assert (found.observations, found.clusters, found.refused) == (1980, 11, "")


def test_coefficients_and_shares_are_those_of_statsmodels():
    frame = study(np.random.default_rng(2), strategies=2)
    found = explain(frame, fixed=["strategy"], terms=["log2_n", "trained", "relation", "joshi"])
    numbers = frame.assign(trained=frame["trained"] * 1.0, relative=frame["relation"] == "same family")
    formula = "gain ~ C(strategy) + log2_n + trained + relative + joshi"
    whole = smf.ols(formula, numbers).fit()
    assert found.r2 == pytest.approx(whole.rsquared)
    assert effect(found, "trained").coefficient == pytest.approx(whole.params["trained"])
    assert effect(found, "relation: same family").coefficient == pytest.approx(whole.params["relative[T.True]"])
    without = smf.ols(formula.replace(" + trained", ""), numbers).fit()
    assert effect(found, "trained").share == pytest.approx(whole.rsquared - without.rsquared)
    unfixed = smf.ols(formula.replace("C(strategy) + ", ""), numbers).fit()
    assert found.fixed == {"strategy": pytest.approx(whole.rsquared - unfixed.rsquared)}


def test_intervals_and_p_values_are_those_of_students_t():
    one = effect(explain(study(np.random.default_rng(13)), level=0.9), "log2_n")
    assert (one.low, one.high) == pytest.approx(stats.t.interval(0.9, one.freedom, one.coefficient, one.error))
    t = one.coefficient / one.error
    assert one.p == pytest.approx(stats.t.cdf(-abs(t), one.freedom) + stats.t.sf(abs(t), one.freedom))


def test_the_share_of_a_category_is_that_of_all_its_levels():
    frame = study(np.random.default_rng(3))
    frame["relation"] = np.resize(["unrelated", "same family", "same branch"], len(frame))
    found = explain(frame)
    assert [one.name for one in found.effects if one.term == "relation"] == [
        "relation: same family",
        "relation: same branch",
    ]
    with_none = explain(frame, terms=["log2_n", "trained", "script_seen", "log10_cc100", "joshi"])
    share = found.r2 - with_none.r2
    assert [one.share for one in found.effects if one.term == "relation"] == pytest.approx([share, share])


def test_what_cannot_be_told_is_left_out_in_words():
    frame = study(np.random.default_rng(4)).assign(script_seen=True, joshi=None)
    frame["log10_cc100"] = frame["log2_n"] * 2 - 1
    found = explain(frame)
    assert found.left_out == [
        "joshi (known of no target language)",
        "script_seen (the same in all rows)",
        "relation: itself (follows from trained)",
        "log10_cc100 (follows from log2_n)",
    ]
    assert [one.name for one in found.effects] == ["log2_n", "trained", "relation: same family"]


def test_within_languages_resource_is_left_out():
    found = explain(study(np.random.default_rng(5)), fixed=["order", "cluster"], second="order")
    assert "joshi (follows from the target language)" in found.left_out
    assert "log10_cc100 (follows from the target language)" in found.left_out
    assert {one.name for one in found.effects} == {"log2_n", "trained", "script_seen", "relation: same family"}


def test_languages_that_lack_a_figure_are_named():
    frame = study(np.random.default_rng(6))
    frame.loc[frame["cluster"].isin(["th", "el"]), "log10_cc100"] = None
    found = explain(frame)
    assert found.clusters == 9
    assert "48 rows of el, th are not in the regression: log10_cc100 is not known" in found.notes


def test_a_category_without_its_reference_says_what_it_is_compared_with():
    frame = study(np.random.default_rng(7))
    frame["relation"] = np.where(np.arange(len(frame)) % 2, "same family", "same branch")
    assert "relation is compared with same family" in explain(frame).notes


def test_a_coefficient_that_one_language_decides_has_no_interval():
    frame = study(np.random.default_rng(8))
    frame["script_seen"] = frame["cluster"] == "el"
    found = explain(frame)
    assert np.isnan([getattr(effect(found, "script_seen"), name) for name in ("error", "low", "high", "p")]).all()
    assert "script_seen: one target language alone decides this, so there is no interval" in found.notes


def test_an_order_that_all_languages_share_widens_the_interval_of_n():
    frame = study(np.random.default_rng(9), orders=5)
    frame["gain"] += np.array([-2.0, -1.0, 0.0, 1.0, 2.0])[frame["order"]] * frame["log2_n"]
    alone = effect(explain(frame, fixed=["order"]), "log2_n")
    with_orders = effect(explain(frame, fixed=["order"], second="order"), "log2_n")
    assert with_orders.error > 2 * alone.error
    assert with_orders.freedom < 6  # nearly all of it is between 5 orders


@pytest.mark.parametrize(
    ("orders", "second", "note"),
    [
        (2, None, "not of other orders or seeds"),
        (1, "order", "not of other orders or seeds"),
        (3, "order", "3 values of order are few"),
    ],
)
def test_the_notes_say_what_intervals_speak_of(orders, second, note):
    found = explain(study(np.random.default_rng(10), orders=orders), second=second)
    assert any(note in said for said in found.notes)
    across = "11 target languages and 3 values of order" if orders == 3 else "11 target languages"
    assert found.notes[0].startswith(f"errors are clustered by {across} (CR2); intervals use t with ")


def broken(frame, how):
    if how == "languages":
        return frame[frame["cluster"].isin(["en", "de", "es", "zh", "el"])]
    if how == "rows":
        return frame.head(6).assign(log2_n=[3, 1, 4, 1, 5, 9], trained=[False, True, False, False, True, True])
    if how == "gain":
        return frame.assign(gain=0.5)
    if how == "rest":
        return frame.assign(gain=0.5 + frame["log2_n"])
    return frame.iloc[:0] if how == "nothing" else frame


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("languages", "5 target languages are too few to tell an effect from chance: 6 are the fewest."),
        ("rows", "6 rows are too few for 6 coefficients."),
        ("gain", "the gain is the same in all rows."),
        ("rest", "the terms explain the gain without rest, so that no error can be told."),
        ("nothing", "there are no gains: they need the point without training languages, and others."),
    ],
)
def test_a_regression_that_says_nothing_is_refused_in_words(how, why):
    frame = study(np.random.default_rng(11))
    found = explain(broken(frame, how))
    assert found.refused == why
    assert not found.effects


def test_terms_that_do_not_vary_are_refused():
    frame = study(np.random.default_rng(12)).assign(trained=True, joshi=5)
    assert explain(frame, terms=["trained", "joshi"]).refused == "none of the terms can be told."
