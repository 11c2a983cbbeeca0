import pytest

from hybridir.report.study.groups import ALL, Group, exposure, group_means, over_seeds, resource_classes
from hybridir.report.study.points import load_points


def by_name(groups):
    return {group.name: group.codes for group in groups}


def test_trained_and_never_trained_follow_the_largest_subset(sweep):
    points = load_points(sweep(strategies=("hybrid",), counts=(0, 2, 4), seeds=(0,)))
    assert by_name(exposure(points, "xquad_r")) == {
        "trained": ("en", "de", "es", "ru"),
        "never trained": ("zh", "ar", "vi", "tr", "hi", "th", "el"),
    }


def test_a_language_of_some_largest_subsets_only_is_in_neither_group(results, rows):
    written = [*rows.small(**rows.monolingual), *rows.small(**rows.hybrid | {"trained": "el"})]
    assert exposure(load_points(results(written)), "xquad_r") == []


def test_nothing_is_trained_where_only_the_start_is_there(results, rows):
    points = load_points(results(rows.small(sampling="hybrid", **rows.start)))
    assert by_name(exposure(points, "xquad_r")) == {"never trained": ("en", "el")}


def test_resource_classes_end_with_the_languages_without_one(results, rows):
    plan = {"en": {"name": "English", "joshi": None}, "el": {"name": "Greek", "joshi": 3}}
    points = load_points(results(rows.hand_worked(), languages=plan))
    assert by_name(resource_classes(points, "xquad_r")) == {
        "Joshi class 3": ("el",),
        "no Joshi class": ("en",),
    }


def means(points, group):
    found = group_means(points, "xquad_r", group)
    return {(row.line, row.n, row.setting, row.metric): pytest.approx(row.mean) for row in found.itertuples()}


def test_the_value_of_a_language_is_its_direction_its_cross_mean_or_its_pool_row(results, rows):
    points = load_points(results(rows.small(**rows.hybrid)))
    greek = means(points, Group("Greek", ("el",)))
    assert greek == {
        ("hybrid", 1, "monolingual", "mAP"): 0.5,
        ("hybrid", 1, "crosslingual", "mAP"): 0.7,
        ("hybrid", 1, "multilingual", "mAP"): 0.3,
        ("hybrid", 1, "multilingual", "rank_distance"): 6.5,
    }
    both = means(points, Group("both", ("en", "el")))
    assert both["hybrid", 1, "crosslingual", "mAP"] == (0.5 + 0.7) / 2
    assert both == means(points, ALL)


def test_a_run_that_lacks_a_member_has_no_value_for_the_group(results, rows):
    written = [row for row in rows.hand_worked() if not (row["sampling"] == "hybrid" and row["query_lang"] == "el")]
    found = group_means(load_points(results(written)), "xquad_r", Group("both", ("en", "el")))
    assert set(found["line"]) == {"monolingual"}


def test_seeds_are_averaged_after_the_group(results, rows):
    second = rows.hybrid | {"en": 0.9, "el": 0.7}
    written = [row for seed, point in enumerate((rows.hybrid, second)) for row in rows.small(seed=seed, **point)]
    found = group_means(load_points(results(written)), "xquad_r", Group("both", ("en", "el")))
    mono = found[found["setting"] == "monolingual"].iloc[0]
    assert (mono["mean"], mono["low"], mono["high"], mono["seeds"]) == pytest.approx((0.7, 0.6, 0.8, 2))


def test_over_seeds_keeps_what_is_told_apart_by_the_keys(results, rows):
    frame = load_points(results(rows.hand_worked())).frame
    found = over_seeds(frame[frame["metric"] == "rank_distance"], ["line"])
    assert found[["line", "low", "high", "seeds"]].to_numpy().tolist() == [
        ["monolingual", 8.0, 14.0, 6],
        ["hybrid", 5.0, 14.0, 6],
    ]
