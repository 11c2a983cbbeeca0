"""Values by question: their mean is the figure of the tables, their variance that of the figure."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.errors import UserError
from hybridir.evaluation.evaluate import evaluate
from hybridir.evaluation.questions import Figure, Questions, by_question, headline, read_questions, write_questions
from hybridir.evaluation.results import summarise
from hybridir.evaluation.scores import Direction, join, score_rows

LANGS = ("de", "en", "hi")
Asked = Mapping[Direction, Mapping[str, float]]
"""The value of each question that a direction has."""


def scores_of(asked: Asked, metric: str = "mAP") -> pa.Table:
    return join(
        [
            score_rows("run", "toy", direction, list(values), {metric: np.array(list(values.values()))})
            for direction, values in asked.items()
        ]
    )


def means(found: Questions) -> dict[Figure, float]:
    return {figure: float(values.mean()) for figure, values in found.values.items()}


def figures(scores: pa.Table) -> dict[Figure, float]:
    """The rows of results.csv that a value by question stands for: one query language, over all its passages."""
    wanted = {"monolingual": lambda r: True, "crosslingual": lambda r: r.passage_lang == "*"}
    wanted["multilingual"] = wanted["crosslingual"]
    return {
        Figure(r.setting, r.query_lang, r.metric): r.value
        for r in summarise(scores)
        if r.query_lang != "*" and wanted[r.setting](r) and r.metric in ("mAP", "rank_distance")
    }


def test_where_no_direction_lacks_a_question_its_value_is_its_mean_over_the_passage_languages() -> None:
    into_en, into_hi = (Direction.between("de", code) for code in ("en", "hi"))
    found = by_question(scores_of({into_en: {"b": 0.2, "a": 1.0}, into_hi: {"a": 0.5, "b": 0.0}}), parallel=True)
    assert found.ids == ("a", "b")
    assert {figure: values.tolist() for figure, values in found.values.items()} == {
        Figure("crosslingual", "de", "mAP"): pytest.approx([0.75, 0.1])
    }


def test_where_a_direction_lacks_questions_those_it_has_weigh_more() -> None:
    # into English the mean of three is .5; into Hindi one question alone, .2: the figure is .35
    asked = {
        Direction.between("de", "en"): {"a": 0.8, "b": 0.5, "c": 0.2},
        Direction.between("de", "hi"): {"a": 0.2},
    }
    found = by_question(scores_of(asked), parallel=True).values[Figure("crosslingual", "de", "mAP")]
    # each is at .35, plus its distance from the mean of a direction, times 3 / (2 x the direction's questions)
    assert found.tolist() == pytest.approx([0.35 + 0.3 * 3 / 6, 0.35, 0.35 - 0.3 * 3 / 6])
    assert found.mean() == pytest.approx(0.35)


def test_questions_of_a_benchmark_that_is_not_parallel_belong_to_a_language() -> None:
    asked = {Direction.between(code, code): {"1": value, "2": 0.5} for code, value in (("de", 0.1), ("en", 0.9))}
    apart, together = (by_question(scores_of(asked), parallel) for parallel in (False, True))
    assert apart.ids == ("de 1", "de 2", "en 1", "en 2")
    assert together.ids == ("1", "2")
    # what the other language was asked stands at the mean, and has no part in the variance
    assert apart.values[Figure("monolingual", "de", "mAP")].tolist() == pytest.approx([-0.1, 0.7, 0.3, 0.3])
    assert together.values[Figure("monolingual", "de", "mAP")].tolist() == pytest.approx([0.1, 0.5])
    for found in (apart, together):
        assert means(found) == pytest.approx(figures(scores_of(asked)))


@st.composite
def some_questions(draw: st.DrawFn) -> Asked:
    """Directions of which each has some of twelve questions, at least one."""
    ids = [f"q{i:02}" for i in range(12)]
    of_some = st.dictionaries(st.sampled_from(ids), st.integers(0, 8).map(lambda k: k / 8), min_size=1)
    directions = [Direction.between(q, p) for q in LANGS for p in LANGS] + [Direction.pool(q) for q in LANGS]
    return {direction: draw(of_some) for direction in directions}


@settings(max_examples=40, deadline=None)
@given(some_questions(), st.booleans())
def test_the_mean_of_every_figure_is_that_of_the_tables(asked: Asked, parallel: bool) -> None:
    scores = scores_of(asked)
    found = by_question(scores, parallel)
    assert means(found) == pytest.approx(figures(scores))
    assert {len(values) for values in found.values.values()} == {len(found.ids)}


def test_so_it_is_for_an_evaluation_with_all_its_metrics(
    parallel_benchmark: Callable, hashed: type, tmp_path: Path
) -> None:
    scores = evaluate(hashed(), parallel_benchmark(LANGS, 12, 30), "run")
    found = by_question(scores, parallel=True)
    assert {figure.metric for figure in found.values} == {"mAP", "rank_distance"}
    assert len(found.values) == 3 * 3 + 3 and len(found.ids) == 12
    assert means(found) == pytest.approx(figures(scores))
    write_questions(tmp_path / "questions.parquet", found)
    again = read_questions(tmp_path / "questions.parquet")
    assert again.ids == found.ids and list(again.values) == list(found.values)
    for figure, values in again.values.items():
        assert values.dtype == np.float64
        np.testing.assert_allclose(values, found.values[figure], rtol=1e-6)


def test_its_variance_is_that_of_the_mean_over_directions() -> None:
    """Resampled questions: the macro mean of what is drawn spreads as the mean of the values by question does."""
    rng = np.random.default_rng(0)
    questions, draws = 400, 4000
    ability = rng.normal(size=questions)
    values = {code: np.clip(0.5 + 0.15 * ability + 0.1 * rng.normal(size=questions), 0, 1) for code in ("en", "hi")}
    present = {"en": np.ones(questions, dtype=bool), "hi": rng.random(questions) < 0.4}
    asked = {
        Direction.between("de", code): {f"q{i:03}": float(values[code][i]) for i in np.flatnonzero(present[code])}
        for code in values
    }
    linear = by_question(scores_of(asked), parallel=True).values[Figure("crosslingual", "de", "mAP")]
    counts = rng.multinomial(questions, np.full(questions, 1 / questions), size=draws)
    drawn = [(counts * present[code]) @ values[code] / (counts @ present[code]) for code in values]
    assert np.std(np.mean(drawn, axis=0)) == pytest.approx(linear.std() / questions**0.5, rel=0.05)


@pytest.mark.parametrize(
    ("metrics", "first"),
    [
        (["R@1", "mAP", "nDCG@10"], "mAP"),
        (["nDCG@10", "R@100"], "nDCG@10"),
        (["MRR@10", "nDCG@10"], "MRR@10"),
        (["R@2kt", "R@5kt"], "R@5kt"),
        (["share@10", "other"], "other"),
    ],
)
def test_the_metric_that_stands_for_a_benchmark(metrics: list[str], first: str) -> None:
    assert headline(metrics) == first


def test_files_of_something_else_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.parquet"
    for columns in ({"question": ["a"], "mAP": [0.5]}, {"query": ["a"], "monolingual de mAP": [0.5]}):
        pq.write_table(pa.table(columns), path)
        with pytest.raises(UserError, match=r"other.parquet holds no values by question: remove the file and report"):
            read_questions(path)
    (tmp_path / "torn.parquet").write_bytes(b"PAR1")
    with pytest.raises(UserError, match=r"cannot read questions from .*torn.parquet"):
        read_questions(tmp_path / "torn.parquet")
