import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from hybridir.statistics.clustered import Variance, two_way, variance


def fit(design, outcome):
    coefficients, *_ = np.linalg.lstsq(design, outcome, rcond=None)
    return coefficients, outcome - design @ coefficients


def test_the_mean_of_equal_clusters_is_judged_as_by_a_t_test_of_their_means():
    outcome = np.random.default_rng(0).normal(size=(6, 4)) + np.arange(6)[:, None]
    mean, rest = fit(np.ones((24, 1)), outcome.ravel())
    found = variance(np.ones((24, 1)), rest, np.repeat(np.arange(6), 4))
    expected = stats.ttest_1samp(outcome.mean(axis=1), 0)
    assert mean[0] / np.sqrt(found.values[0]) == pytest.approx(expected.statistic)
    assert found.freedom[0] == pytest.approx(expected.df)


def test_a_difference_between_clusters_is_judged_as_by_welch():
    rng = np.random.default_rng(1)
    outcome = rng.normal(size=(11, 5)) + rng.normal(size=11)[:, None]
    high = np.repeat(np.arange(11) < 4, 5).astype(float)
    design = np.column_stack([np.ones(55), high])
    coefficients, rest = fit(design, outcome.ravel())
    found = variance(design, rest, np.repeat(np.arange(11), 5))
    means = outcome.mean(axis=1)
    expected = stats.ttest_ind(means[:4], means[4:], equal_var=False)
    assert coefficients[1] / np.sqrt(found.values[1]) == pytest.approx(expected.statistic)
    # Welch's with equal variances in both groups (Bell and McCaffrey): (1/4 + 1/7)^2 / (1/(4^2 3) + 1/(7^2 6))
    assert found.freedom[1] == pytest.approx((1 / 4 + 1 / 7) ** 2 / (1 / 48 + 1 / 294))


def test_clusters_of_one_row_give_hc2():
    rng = np.random.default_rng(2)
    design = sm.add_constant(rng.normal(size=(30, 3)))
    model = sm.OLS(rng.normal(size=30) * (1 + design[:, 1] ** 2), design).fit()
    found = variance(design, model.resid, rng.permutation(30))
    np.testing.assert_allclose(np.sqrt(found.values), model.HC2_se)


def test_equals_the_definition_with_whole_matrices():
    rng = np.random.default_rng(3)
    clusters = rng.integers(0, 7, size=60)
    design = np.column_stack([np.ones(60), rng.normal(size=60), clusters + 0.0, rng.normal(size=7)[clusters]])
    _, rest = fit(design, rng.normal(size=60))
    found = variance(design, rest, clusters)
    bread = np.linalg.inv(design.T @ design)
    annihilator = np.eye(60) - design @ bread @ design.T
    for place in range(4):
        parts = []
        for cluster in range(7):
            mine = clusters == cluster
            leverage, axes = np.linalg.eigh(annihilator[np.ix_(mine, mine)])
            parts.append(
                annihilator[:, mine] @ axes @ np.diag(leverage**-0.5) @ axes.T @ design[mine] @ bread[:, place]
            )
        form = np.array(parts) @ np.array(parts).T
        weights = np.array([part @ rest for part in parts])  # the residuals are their own projection
        assert found.values[place] == pytest.approx((weights**2).sum())
        assert found.freedom[place] == pytest.approx(np.trace(form) ** 2 / (form**2).sum())


def test_what_one_cluster_alone_decides_has_no_variance_and_the_others_do():
    rng = np.random.default_rng(4)
    clusters = np.repeat(np.arange(8), 6)
    design = np.column_stack([np.ones(48), rng.normal(size=48), clusters == 3])
    _, rest = fit(design, rng.normal(size=48))
    found = variance(design, rest, clusters)
    assert np.isnan(found.values).tolist() == [False, False, True]
    assert np.isnan(found.freedom).tolist() == [False, False, True]


def test_two_clusterings_add_less_what_both_count():
    first, second = Variance(np.array([4.0]), np.array([10.0])), Variance(np.array([2.0]), np.array([4.0]))
    found = two_way(first, second, Variance(np.array([1.0]), np.array([40.0])))
    assert found.values[0] == 5
    assert found.freedom[0] == pytest.approx(36 / (16 / 10 + 4 / 4))
    assert two_way(first, second, Variance(np.array([5.0]), np.array([40.0]))).values[0] == 4


@pytest.mark.parametrize("nothing", [np.nan, 0.0])
def test_where_the_second_clustering_says_nothing_the_first_stands_alone(nothing):
    first = Variance(np.array([4.0]), np.array([10.0]))
    found = two_way(
        first, Variance(np.array([nothing]), np.array([np.nan])), Variance(np.array([1.0]), np.array([9.0]))
    )
    assert (found.values[0], found.freedom[0]) == (4, 10)
