import numpy as np
import pandas as pd
import pytest

from hybridir.languages.catalog import Language, describe
from hybridir.report.points import load_points
from hybridir.report.targets import facts_table, gains, level, orders, relation_of, target, targets
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


def point(rows, n, order=ORDER, gain=0.0, **axes):
    values = {"en": 0.4 + gain, "el": 0.2 + 2 * gain}
    start = rows.start | {"languages": n, "trained": "+".join(order[:n]), "run": f"{n:012}", **values}
    return rows.small(**axes | start)


@pytest.fixture
def two_orders(results, rows):
    """By resource (the same for both seeds), and at random (an order per seed); the second random one stops at 2."""
    written = []
    for seed in (0, 1):
        for n in range(4):
            written += point(rows, n, sampling="hybrid", order_by="resource", seed=seed)
            if not (n == 3 and seed == 1):
                order = [["zh", "en", "de"], ["es", "el"]][seed]
                written += point(rows, n, order, sampling="hybrid", order_by="random", seed=seed)
    renamed = [
        {("languages.order" if key == "order_by" else key): value for key, value in row.items()} for row in written
    ]
    return load_points(results(renamed))


def test_orders_are_named_by_the_axes_that_tell_them_apart(two_orders):
    assert orders(two_orders) == {
        "resource": ("de", "es", "zh"),
        "order=random, seed=0": ("zh", "en", "de"),
        "order=random, seed=1": ("es", "el"),
    }


def test_an_order_that_stops_early_goes_with_the_one_that_carries_it_on(results, rows):
    written = [row for n in range(3) for row in point(rows, n, sampling="hybrid")]
    written += [row for n in range(4) for row in point(rows, n, sampling="monolingual")]
    assert orders(load_points(results(written))) == {"one order": ("de", "es", "zh")}


def test_the_table_has_each_language_at_the_end_of_each_order(two_orders):
    table = facts_table(two_orders, "xquad_r")
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


def test_every_point_has_its_targets(two_orders):
    found = targets(two_orders, "xquad_r").set_index(["order", "seed", "n", "code"])
    assert len(found) == 15 * 2
    assert found.loc[("resource", "1", 0, "en"), "relation"] == "unrelated"
    assert found.loc[("order=random, seed=0", "0", 1, "en"), ["trained", "entry"]].tolist() == [False, 2]
    assert found.loc[("order=random, seed=0", "0", 2, "en"), ["trained", "entry"]].tolist() == [True, 2]


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
    assert english["axis sampling"].tolist() == ["hybrid"] * 2 + ["monolingual"] * 2
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
    found = explain(gains(points, "xquad_r", "monolingual", "mAP"), fixed=["axis sampling"], second="seed")
    assert (found.refused, found.clusters) == ("", 11)
    trained = next(effect for effect in found.effects if effect.name == "trained")
    assert trained.low > 0  # made so in conftest.py
    assert "relation: itself (follows from trained)" in found.left_out
