import numpy as np
import pandas as pd
import pytest

from hybridir.languages.catalog import Language, describe
from hybridir.report.study.points import load_points
from hybridir.report.study.targets import facts_table, gains, level, orders, relation_of, target, targets
from hybridir.statistics.explain import explain


def facts(code, order, trained):
    return target(describe(code), order, trained, describe)


def test_a_language_that_is_trained_is_its_own_nearest():
    found = facts("de", ["en", "de", "hi"], ["en", "de"])
    assert (found.trained, found.entry, found.relation, found.nearest) == (True, 2, "itself", "de")
    assert (found.joshi, found.cc100_gib, found.level, found.script_seen) == (5, 66.6, "high", True)


def test_a_language_that_enters_later_is_not_trained_yet():
    found = facts("hi", ["en", "de", "hi"], ["en", "de"])
    assert (found.trained, found.entry) == (False, 3)
    assert (found.relation, found.nearest, found.level) == ("same family", "en", "middle")
    assert not found.script_seen  # Devanagari


def test_the_branch_is_nearer_than_the_family_and_the_first_to_enter_than_the_next():
    order = ["ru", "es", "fr", "de"]
    assert facts("pt", order, order[:1]).nearest == "ru"
    found = facts("pt", order, order)
    assert (found.relation, found.nearest, found.entry) == ("same branch", "es", None)


def test_without_a_relative_there_is_no_nearest():
    for trained in ([], ["en", "zh"]):
        found = facts("tr", ["en", "zh"], trained)
        assert (found.relation, found.nearest) == ("unrelated", None)
    assert found.script_seen  # Latin, of English


def test_scripts_are_compared_as_they_are_and_unknown_ones_are_not_seen():
    assert not facts("ja", ["zh"], ["zh"]).script_seen
    assert not facts("zh", ["zh-Hant"], ["zh-Hant"]).script_seen
    found = facts("zh-Hant", ["zh-Hant", "yue-x"], ["zh-Hant", "yue-x"])
    assert (found.trained, found.script_seen) == (True, False)


def test_an_isolate_shares_no_branch_by_having_none():
    a, b = (Language(code, code, family="", branch="", script="Latn") for code in ("qaa", "qab"))
    assert relation_of(a, b) == "unrelated"
    kin = [Language(code, code, family="Cic", branch="", script="Latn") for code in ("qaa", "qab")]
    assert relation_of(*kin) == "same family"


@pytest.mark.parametrize(
    ("joshi", "name"), [(5, "high"), (4, "middle"), (3, "low"), (2, "class 2"), (0, "class 0"), (None, "unknown")]
)
def test_only_the_classes_of_xquad_r_have_its_names(joshi, name):
    assert level(joshi) == name


ORDER = ["de", "es", "zh"]


def point(rows, n, chain=ORDER, gain=0.0, **axes):
    values = {"en": 0.4 + gain, "el": 0.2 + 2 * gain}
    start = rows.start | {"languages": n, "trained": "+".join(chain[:n]), "run": f"{n:012}", **values}
    return rows.small(**axes | start)


DESIGNS = {
    "resource": {"order": "resource", "descending": True, "order_seed": None},
    "random-0": {"order": "random", "descending": True, "order_seed": 0},
    "random-1": {"order": "random", "descending": True, "order_seed": 1},
}
CHAINS = {"resource": ORDER, "random-0": ["zh", "en", "de"], "random-1": ["es", "el"]}


@pytest.fixture
def three_orders(results, rows):
    """By resource, with two seeds, and two orders at random, the second of which stops at 2 languages."""
    written, planned = [], []
    for order, seed in (("resource", 0), ("resource", 1), ("random-0", 0), ("random-1", 1)):
        for n in range(len(CHAINS[order]) + 1):
            axes = {"sampling": "hybrid", "order": order, "seed": seed}
            written += point(rows, n, CHAINS[order], **axes)
            planned.append({"axes": axes | {"languages": n}, "design": DESIGNS[order]})
    return load_points(results(written, points=planned, choices=["order"]))


def test_orders_are_named_by_what_tells_them_apart(three_orders):
    assert orders(three_orders) == {
        "by resource": ("de", "es", "zh"),
        "at random, order 0": ("zh", "en", "de"),
        "at random, order 1": ("es", "el"),
    }


def test_the_orders_of_a_part_are_named_by_what_they_differ_in(three_orders):
    by_resource, at_random = three_orders.parts
    assert list(orders(by_resource)) == ["by resource"]
    assert list(orders(at_random)) == ["order 0", "order 1"]


def test_sets_of_languages_are_orders_of_their_own(results, rows):
    written = [row for code in ("de", "zh") for row in point(rows, 1, [code], set=code)]
    assert orders(load_points(results(written))) == {"de": ("de",), "zh": ("zh",)}


def test_an_order_that_stops_early_goes_with_the_one_that_carries_it_on(results, rows):
    written = [row for n in range(3) for row in point(rows, n, sampling="hybrid")]
    written += [row for n in range(4) for row in point(rows, n, sampling="monolingual")]
    assert orders(load_points(results(written))) == {"one order": ("de", "es", "zh")}


def test_the_table_has_each_language_at_the_end_of_each_order(three_orders):
    table = facts_table(three_orders, "xquad_r")
    assert list(table["code"]) == ["en", "el"] * 3  # by resource
    assert table["entry"].tolist() == [pd.NA, pd.NA, 2, pd.NA, pd.NA, 2]
    assert table["relation"].tolist() == [
        "same branch",
        "same family",
        "itself",
        "same family",
        "same family",
        "itself",
    ]
    assert table["nearest"].tolist() == ["de", "de", "en", "en", "es", "el"]
    assert table["script_seen"].tolist() == [True, False, True, False, True, True]
    first = table.iloc[0]
    assert (first["name"], first["script"], first["joshi"], first["level"]) == ("English", "Latn", 5, "high")


def test_every_point_has_its_targets(three_orders):
    found = targets(three_orders, "xquad_r").set_index(["sequence", "n", "code", "seed"])
    assert len(found) == 15 * 2
    assert found.loc[("by resource", 0, "en", "1"), "relation"] == "unrelated"
    assert found.loc[("at random, order 0", 1, "en", "order 0, seed 0"), ["trained", "entry"]].tolist() == [False, 2]
    assert found.loc[("at random, order 0", 2, "en", "order 0, seed 0"), ["trained", "entry"]].tolist() == [True, 2]


def test_gains_are_over_the_start_of_the_same_line_and_seed(results, rows):
    written = []
    for sampling, start in (("hybrid", 0.0), ("monolingual", 0.1)):
        for n in (0, 1, 2):
            written += point(rows, n, gain=start + 0.05 * n, sampling=sampling, seed=0)
    found = gains(load_points(results(written)), "xquad_r", "monolingual", "mAP")
    assert len(found) == 2 * 2 * 2
    english, greek = (found[found["cluster"] == code] for code in ("en", "el"))
    assert english["gain"].tolist() == pytest.approx([0.05, 0.1, 0.05, 0.1])
    assert greek["gain"].tolist() == pytest.approx([0.1, 0.2, 0.1, 0.2])
    assert english["log2_n"].tolist() == [0, 1, 0, 1]
    assert english["line"].tolist() == ["hybrid"] * 2 + ["monolingual"] * 2
    assert greek["log10_cc100"].tolist() == pytest.approx([np.log10(46.9)] * 4)
    assert greek["joshi"].tolist() == [3] * 4


def test_cross_lingual_gains_are_of_the_mean_over_passage_languages(results, rows):
    written = rows.small(**rows.start | {"sampling": "hybrid"}) + rows.small(**rows.hybrid | {"el_en": 0.6})
    found = gains(load_points(results(written)), "xquad_r", "crosslingual", "mAP")
    assert found.set_index("cluster")["gain"].to_dict() == pytest.approx({"en": 0.4, "el": 0.3})


def test_without_a_start_there_are_no_gains_and_the_regression_says_so(results, rows):
    found = gains(load_points(results(point(rows, 2, sampling="hybrid"))), "xquad_r", "monolingual", "mAP")
    assert found.empty
    assert "they need the point without training languages" in explain(found).refused


def test_a_sweep_is_explained_from_its_files(sweep):
    points = load_points(sweep())
    found = explain(gains(points, "xquad_r", "monolingual", "mAP"), fixed=["line"], second="seed")
    assert (found.refused, found.clusters) == ("", 11)
    trained = next(effect for effect in found.effects if effect.name == "trained")
    assert trained.low > 0  # made so in conftest.py
    assert "relation: itself (follows from trained)" in found.left_out
