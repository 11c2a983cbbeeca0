"""What is said of a curve, on curves whose truth is known; how often it is right is in test_trend_simulated.py."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.statistics.bootstrap import bootstrap
from hybridir.statistics.choice import Interval, Score, choose, fit_all
from hybridir.statistics.contrasts import directions, stretch
from hybridir.statistics.crossed import estimate
from hybridir.statistics.shapes import FLAT, LOG_LINEAR, POWER, SATURATING, Floats
from hybridir.statistics.trend import Trend, fit_trend

COUNTS = (1, 2, 4, 8, 16, 31)
SHAPES: dict[str, Callable[[Floats], Floats]] = {
    "log-linear": lambda n: 0.4 + 0.01 * np.log2(n),
    "power law with a floor": lambda n: 0.5 - 0.1 * n**-0.7,
    "saturating": lambda n: 0.5 - 0.1 * np.exp(-n / 5),
}


def world(truth: Floats, noise: float = 0.0005, units: int = 3, questions: int = 40, seed: int = 0) -> Floats:
    """A curve [P, K, Q] about `truth`: levels of units and questions, and noise of each point, unit and question."""
    random = np.random.default_rng(seed)
    levels = random.normal(scale=0.02, size=(1, units, 1)) + random.normal(scale=0.2, size=(1, 1, questions))
    return truth[:, None, None] + levels + random.normal(scale=noise, size=(len(truth), units, questions))


def trend_of(truth: Floats, counts: tuple[int, ...] = COUNTS, gain: float = 0.001, **dials: float) -> Trend:
    curve = world(np.asarray(truth, dtype=np.float64), **dials)  # type: ignore[arg-type]
    return fit_trend(counts, curve, bootstrap(curve), gain)


@pytest.mark.parametrize("name", SHAPES)
def test_a_clear_shape_is_chosen_and_its_figures_lie_in_their_intervals(name: str) -> None:
    formula = SHAPES[name]
    found = trend_of(formula(np.array(COUNTS, dtype=float)))
    assert (found.shape, found.refused) == (name, "")
    assert min(found.scores, key=lambda shape: found.scores[shape].aicc) == name == next(iter(found.scores))
    assert sum(score.weight for score in found.scores.values()) == pytest.approx(1)
    assert found.last_doubling is not None
    assert formula(np.array([31.0]))[0] - formula(np.array([15.5]))[0] in found.last_doubling
    bends = {"log-linear": ("b", 0.01), "power law with a floor": ("b", 0.7), "saturating": ("tau", 5.0)}
    parameter, value = bends[name]
    assert value in found.parameters[parameter]
    assert found.parameters[parameter].high - found.parameters[parameter].low < value / 4


@pytest.mark.parametrize("name", SHAPES)
def test_a_curve_without_noise_is_given_back(name: str) -> None:
    curve = np.broadcast_to(SHAPES[name](np.array(COUNTS, dtype=float))[:, None, None], (6, 3, 5)).copy()
    found = fit_trend(COUNTS, curve, bootstrap(curve))
    assert found.shape == name
    assert found.predict(12) == pytest.approx(SHAPES[name](np.array([12.0]))[0], abs=1e-9)


def test_figures_of_a_log_linear_curve_by_hand() -> None:
    found = trend_of(0.4 + 0.01 * np.log2(COUNTS), noise=1e-9)
    assert found.doubling is not None and found.last_doubling is not None and found.enough is not None
    assert found.doubling.value == pytest.approx(0.01, abs=1e-8)
    assert found.last_doubling.value == pytest.approx(0.01, abs=1e-8)
    assert found.enough.value == pytest.approx(14.427, abs=1e-3)  # .01 / (.001 ln 2)
    assert found.enough_words == ""
    middle, low, high = found.predict_band([1, 4, 31])
    assert np.diff(middle) == pytest.approx([0.02, 0.01 * np.log2(31 / 4)], abs=1e-7)
    assert middle[1] == found.predict(4)
    assert (low < middle).all() and (middle < high).all()


def test_rank_distance_falls_and_levels_off() -> None:
    curve = world(20 + 55 * np.array(COUNTS, dtype=float) ** -0.7, noise=0.3)
    found = fit_trend(COUNTS, curve, bootstrap(curve), gain=1.0, higher_is_better=False)
    assert found.shape == "power law with a floor"
    assert found.enough is not None and 38.5 ** (1 / 1.7) in found.enough  # 38.5 n^-1.7 = 1
    upside_down = fit_trend(COUNTS, curve, bootstrap(curve), gain=1.0)
    assert (upside_down.enough, upside_down.enough_words) == (None, "more languages bring no improvement")


def test_where_it_levels_off_is_not_told_beyond_the_observed_range() -> None:
    steep = trend_of(0.4 + 0.01 * np.log2(COUNTS), gain=0.0001)
    assert steep.enough is None
    assert steep.enough_words == "one more language still brings 0.0001 or more at 31, the most that were trained on"
    shallow = trend_of(0.4 + 0.01 * np.log2(COUNTS), gain=0.1)
    assert shallow.enough is None
    assert shallow.enough_words == "one more language brings less than 0.1 from the first (1) on"
    between = trend_of(0.4 + 0.01 * np.log2(COUNTS), gain=0.00047, noise=0.01)
    assert between.enough is not None and between.enough.high == 31


def test_a_flat_line_is_refused_and_keeps_its_doubling() -> None:
    found = trend_of(np.full(6, 0.4))
    assert (found.shape, found.refused) == ("flat", "no shape beats a flat line (AICc)")
    assert found.doubling is not None and 0 in found.doubling
    assert list(found.parameters) == ["c"]
    assert (found.last_doubling, found.enough, found.enough_words) == (None, None, "no curve is given")
    with pytest.raises(ValueError, match="no curve is given: no shape beats"):
        found.predict(4)


def test_units_that_disagree_on_the_slope_carry_no_trend() -> None:
    curve = world(np.zeros(6)) + np.log2(COUNTS)[:, None, None] * np.array([0, 0.02, 0.02])[:, None]
    found = fit_trend(COUNTS, curve, bootstrap(curve))
    assert found.scores["flat"].aicc - found.scores["log-linear"].aicc > 2
    assert found.refused == "the interval of the gain per doubling holds 0: a trend is not told from noise"
    assert found.shape == "log-linear" and found.parameters.keys() == {"a", "b"}


def test_a_step_does_not_tell_how_its_curve_bends() -> None:
    found = trend_of(np.where(np.array(COUNTS) > 1, 0.5, 0.4))
    assert found.refused == (
        "the interval of b runs from 6 to 6: these points do not tell how the curve bends"
        if found.shape == POWER.name
        else "the interval of tau runs from 0.25 to 0.25: these points do not tell how the curve bends"
    )


def test_few_counts() -> None:
    one, two, three, four = (
        trend_of(0.4 + 0.01 * np.log2(COUNTS[:points]), COUNTS[:points]) for points in (1, 2, 3, 4)
    )
    assert (one.doubling, one.refused) == (None, "1 number of languages: a curve needs at least 3")
    assert two.doubling is not None and 0.01 in two.doubling
    assert (two.shape, two.scores, two.refused) == ("", {}, "2 numbers of languages: a curve needs at least 3")
    assert three.shape == "log-linear" and three.scores.keys() == {"flat", "log-linear"}
    assert three.notes == ("Not tried, since they need 4 numbers of languages: power law with a floor, saturating.",)
    assert len(four.scores) == 4 and not any("Not tried" in note for note in four.notes)


def test_one_unit_is_over_questions_alone() -> None:
    found = trend_of(0.4 + 0.01 * np.log2(COUNTS), units=1)
    assert found.shape == "log-linear"
    assert found.notes[0] == "The intervals are over questions alone: there is one unit."
    assert trend_of(0.4 + 0.01 * np.log2(COUNTS), units=1, questions=1).refused == (
        "one unit and one question tell nothing of the noise"
    )


def test_half_of_the_largest_count_may_not_be_observed() -> None:
    found = trend_of(0.4 + 0.05 * np.log2((20, 25, 31)), (20, 25, 31))
    assert found.shape == "log-linear" and found.last_doubling is None


@pytest.mark.parametrize("n", [0.5, 32, -1])
def test_no_curve_outside_the_observed_range(n: float) -> None:
    found = trend_of(0.4 + 0.01 * np.log2(COUNTS))
    with pytest.raises(ValueError, match="outside the observed 1 to 31"):
        found.predict(n)
    with pytest.raises(ValueError, match="outside"):
        found.predict_band([2, n])


def test_arrays_that_do_not_belong_together() -> None:
    curve = world(np.zeros(6))
    draws = bootstrap(curve)
    for counts, values, drawn in ((COUNTS[:5], curve, draws), (COUNTS, curve[0], draws), (COUNTS, curve, draws[0])):
        with pytest.raises(ValueError, match=f"{len(counts)} counts, a curve of shape"):
            fit_trend(counts, values, drawn)
    for counts in ((0, 1, 2, 4, 8, 16), (1, 2, 2, 4, 8, 16)):
        with pytest.raises(ValueError, match="distinct and at least 1"):
            fit_trend(counts, curve, draws)
    with pytest.raises(ValueError, match="gain must be above 0"):
        fit_trend(COUNTS, curve, draws, gain=0)


def test_a_shape_whose_bend_is_not_known_gives_way_to_one_on_a_level() -> None:
    """The data are log-linear, so the power law's b runs down to its bound; AICc is made to prefer it."""
    counts = np.array(COUNTS, dtype=float)
    draws = 0.4 + 0.01 * np.log2(counts) + np.random.default_rng(0).normal(scale=0.001, size=(1000, 6))
    fits = fit_all(counts, draws.mean(axis=0))
    scores = {POWER: Score(0.0, 0.6), LOG_LINEAR: Score(1.9, 0.2), SATURATING: Score(5, 0.1), FLAT: Score(50, 0.0)}
    chosen = choose(fits, scores, counts, draws, Interval(0.01, 0.009, 0.011))
    assert (chosen.shape, chosen.refused) == (LOG_LINEAR, "")
    note = "By AICc a power law with a floor curve does as well (within 2), but the interval of b runs from 0.01 to "
    assert len(chosen.notes) == 1 and chosen.notes[0].startswith(note)
    far = choose(fits, {**scores, LOG_LINEAR: Score(2.1, 0.2)}, counts, draws, Interval(0.01, 0.009, 0.011))
    assert far.shape is POWER and far.refused.startswith("the interval of b runs from 0.01 to ")


@pytest.mark.parametrize(("flat", "refused"), [(2.0, False), (1.9, True)])
def test_a_shape_must_beat_flat_by_two(flat: float, refused: bool) -> None:
    counts = np.array(COUNTS, dtype=float)
    fits = fit_all(counts, 0.4 + 0.01 * np.log2(counts))
    scores = {LOG_LINEAR: Score(0.0, 0.7), FLAT: Score(flat, 0.3)}
    draws = np.tile(0.4 + 0.01 * np.log2(counts), (10, 1))
    chosen = choose(fits, scores, counts, draws, Interval(0.01, 0.009, 0.011))
    assert bool(chosen.refused) is refused and chosen.shape is (FLAT if refused else LOG_LINEAR)


@settings(max_examples=15, deadline=None)
@given(order=st.permutations(range(6)), units=st.permutations(range(3)), name=st.sampled_from(sorted(SHAPES)))
def test_the_order_of_counts_and_units_does_not_matter(order: list[int], units: list[int], name: str) -> None:
    curve = world(SHAPES[name](np.array(COUNTS, dtype=float)), noise=0.01)
    draws = bootstrap(curve)
    straight = fit_trend(COUNTS, curve, draws)
    shuffled = fit_trend([COUNTS[place] for place in order], curve[order][:, units], draws[:, order])
    _same(straight, shuffled)
    assert shuffled.counts == COUNTS


@settings(max_examples=15, deadline=None)
@given(factor=st.floats(0.01, 1000), flipped=st.booleans(), name=st.sampled_from(sorted(SHAPES)))
def test_scaling_y_scales_offset_and_scale_alone(factor: float, flipped: bool, name: str) -> None:
    curve = world(SHAPES[name](np.array(COUNTS, dtype=float)), noise=0.01)
    draws = bootstrap(curve)
    sign = -1 if flipped else 1
    straight = fit_trend(COUNTS, curve, draws)
    scaled = fit_trend(COUNTS, sign * factor * curve, sign * factor * draws, factor * 0.001, not flipped)
    bend = {"power law with a floor": "b", "saturating": "tau"}.get(straight.shape)
    _same(straight, scaled, {key: 1 if key == bend else sign * factor for key in straight.parameters}, sign * factor)


def _same(first: Trend, second: Trend, factors: dict[str, float] | None = None, factor: float = 1) -> None:
    assert (first.shape, first.refused, first.enough_words) == (second.shape, second.refused, second.enough_words)
    expected = {key: (value, (factors or {}).get(key, 1)) for key, value in first.parameters.items()}
    pairs = [(*expected[key], second.parameters[key]) for key in expected]
    pairs += [(first.doubling, factor, second.doubling), (first.last_doubling, factor, second.last_doubling)]
    pairs += [(first.enough, 1, second.enough)]
    for before, times, after in pairs:
        assert (before is None) == (after is None)
        if before is not None and after is not None:
            ends = sorted((times * before.low, times * before.high))
            assert (after.value, after.low, after.high) == pytest.approx((times * before.value, *ends), rel=1e-4)


def test_directions_are_orthonormal_polynomials_of_log_n() -> None:
    turn = directions(np.array([1.0, 2, 4, 8]))
    by_hand = [np.ones(4) / 2, np.array([-3, -1, 1, 3]) / 20**0.5, np.array([1, -1, -1, 1]) / 2]
    for found, expected in zip(turn, by_hand, strict=False):
        assert abs(found @ expected) == pytest.approx(1)
    assert turn @ turn.T == pytest.approx(np.eye(4))


def test_stretched_draws_have_the_crossed_error_of_the_slope() -> None:
    """Questions differ a lot and equally at all n, units little: without the stretch the slope looks too certain."""
    counts = np.array([1.0, 2, 4, 8, 16, 32])
    along = (np.log2(counts) - 2.5) / 17.5  # the slope's weights: sum of squares of log2 n about its mean is 17.5
    curve = world(np.zeros(6), noise=0) + np.random.default_rng(5).normal(scale=0.01, size=(6, 3, 1))
    draws = bootstrap(curve)
    by_hand = estimate(np.tensordot(along, curve, axes=1))
    wanted = (by_hand.high - by_hand.low) / 2 / 1.959964
    assert (stretch(counts, curve, draws) @ along).std() == pytest.approx(wanted)
    assert (draws @ along).std() < 0.8 * wanted
    assert stretch(counts, curve, draws).mean(axis=0) == pytest.approx(curve.mean(axis=(1, 2)))
