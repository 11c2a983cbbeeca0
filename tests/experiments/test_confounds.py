"""What a sweep does not keep level is said; what its axes are for is not."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hybridir.experiments.confounded_pairs import _listed
from hybridir.experiments.confounds import confounds
from hybridir.experiments.plan import plan_sweep
from hybridir.experiments.sweep import parse_sweep

PAIRS = {("en", "en"): 40, ("de", "de"): 24, ("fi", "fi"): 10, ("fr", "fr"): 40, ("sw", "sw"): 40, ("de", "en"): 20}
"""Training pairs by language of query and passage."""
ORDER = ["en", "de", "fi", "fr", "sw"]

REPLAY = {
    "replay": "parallel_sentences",
    "replay.data.kind": "hub",
    "replay.data.scripts": False,
    "replay.data.sources": [{"path": "pairs"}],
}

Told = Callable[..., list[str]]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data root with these pairs, and a vocabulary."""
    folder = tmp_path_factory.mktemp("confounds")
    for (query, passage), number in PAIRS.items():
        rows = [
            {"_id": f"{query}{passage}{i}", "code": query, "lang": query, "title": "", "text_code": passage}
            | {"query": f"{query} question {i}", "text": f"{passage} answer {i}"}
            for i in range(number)
        ]
        of_direction = folder / "pairs" / f"{query}-{passage}"
        of_direction.mkdir(parents=True)
        pq.write_table(pa.Table.from_pylist(rows), of_direction / "train-00000-of-00001.parquet")
    (folder / "vocab.txt").write_text("a\nb\n", encoding="utf8")
    return folder


@pytest.fixture
def told(root: Path, tmp_path: Path) -> Told:
    """The confounds of a sweep over these pairs with 80 draws a run, which sees each pair but once or twice."""

    def confounds_of(axes: dict[str, Any], base: dict[str, Any] | None = None, **more: Any) -> list[str]:
        whole = {
            "data": "open_pairs", "data.sources": [{"path": "pairs"}], "data.heldout": 0.0, "data.scripts": False,
            "model.dim": 8, "benchmark": ["artificial"], "languages": "listed", "languages.listed": ORDER,
            "sampling": "monolingual", "trainer.steps": 8, "trainer.batch_size": 10,
        }  # fmt: skip
        spec = parse_sweep({"axes": axes, "base": whole | (base or {}), **more}, "s", "s.yaml")
        where = [f"data_root={root}", f"cache_dir={root}/cache", f"runs_dir={tmp_path}/runs"]
        return confounds(plan_sweep(spec, where))

    return confounds_of


def of(found: list[str], *words: str) -> list[str]:
    return [sentence for sentence in found if all(word in sentence for word in words)]


def test_a_sweep_in_which_all_is_level_has_none(told: Told) -> None:
    levels = {"budget.total": 20, "sampling.strategy": "monolingual"}
    assert told({"languages.count": [0, 1, 2], "seed": [0, 1]}, levels) == []


@pytest.mark.parametrize(
    "axes",
    [
        {"trainer.steps": [4, 8]},
        {"trainer": ["static", "static_align"]},
        {"steps": {"few": {"trainer.steps": 4}, "many": {"trainer.steps": 8}}},
        {"model.vocab_size": [400, 500]},
        {"replay.share": [0.0, 0.1], "seed": [0]},
    ],
    ids=str,
)
def test_what_an_axis_is_for_is_not_said(told: Told, axes: dict[str, Any]) -> None:
    assert told(axes, {"languages.count": 2, "budget.total": 20} | (REPLAY if "replay.share" in axes else {})) == []


@pytest.mark.parametrize(
    ("setting", "one", "other"),
    [
        ("trainer.steps", 4, 8),
        ("trainer.batch_size", 5, 10),
        ("trainer.temperature", 0.01, 0.05),
        ("trainer.learning_rate", 0.001, 0.01),
        ("trainer.schedule", "linear", "constant"),
        ("benchmark.artificial.depth", 10, 100),
        ("model.dim", 8, 16),
    ],
)
def test_what_changes_along_with_an_arm_is_said(told: Told, setting: str, one: Any, other: Any) -> None:
    arms = {"total": {"budget.total": 20, setting: one}, "each": {"budget.per_language": 10, setting: other}}
    assert told({"arm": arms, "languages.count": [2]}) == [
        f"the axis arm changes {setting} ({one}, {other}) along with budget.per_language, budget.total: what comes of"
        " which cannot be told apart."
    ]


def test_a_group_of_settings_is_said_in_one_sentence(told: Told) -> None:
    systems = {"a": {"trainer": "static", "seed": 0}, "b": {"trainer": "static_align", "seed": 1}}
    (sentence,) = told({"system": systems}, {"languages.count": 2, "budget.total": 20})
    assert sentence.startswith("the axis system changes trainer.")
    assert sentence.count("trainer.") > 1 and "along with seed:" in sentence


def test_a_start_of_its_own_is_said(told: Told, tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "weights").write_text(name)
    arms = {
        name: {"budget.total": total, "model.init": str(tmp_path / name)}
        for name, total in (("one", 20), ("other", 22))
    }
    found = told({"arm": arms}, {"languages.count": 2})
    assert of(found, "the axis arm changes model.init (", "along with budget.total")
    assert of(found, "there are 2 tokenizers")


def test_tokenizers_of_other_data_are_said_unless_something_is_common(told: Told) -> None:
    axes = {"data.only": [["en", "de"], ["en", "de", "fr"]]}
    base = {"budget.total": 20, "languages.listed": ["en", "de"]}
    assert told(axes, base) == [
        "there are 2 tokenizers, each made from the text of other data: a common start (`start:`), model.vocabulary, or"
        " texts that are the same for all would keep it level."
    ]
    assert told(axes, base | {"model.vocabulary": "vocab.txt"}) == []
    assert told(axes, base, start={"languages.listed": ["en"], "data.only": []}) == []


def test_first_vectors_from_the_training_languages_are_said(told: Told) -> None:
    base = {"model.start": "translations", "budget.total": 20}
    axes = {"languages.count": [2, 3]}
    (sentence,) = of(told(axes, base), "model.start=translations")
    assert "other languages start elsewhere" in sentence
    assert not of(told({"languages.count": [3]}, base), "model.start")
    assert not of(told(axes, base, start={"languages.count": "all"}), "model.start")


def test_a_total_that_is_not_reached_names_the_points(told: Told) -> None:
    found = told({"sampling": ["monolingual", "mixed"], "languages.count": [3, 2, 1]}, {"budget.total": 70})
    assert of(found, "the fixed total of") == [
        "the fixed total of 70 pairs is not reached (monolingual and mixed: n = 1 has 40, n = 2 has 64)."
    ]


def test_languages_with_fewer_pairs_than_the_fixed_number_are_named(told: Told) -> None:
    axes = {"sampling": ["monolingual", "crosslingual"], "languages.count": [2, 5]}
    found = told(axes, {"budget.per_language": 30, "sampling.join": False})
    # in the pairs across languages, English only answers
    assert of(found, "fewer") == [
        "some languages have fewer than 30 pairs each (monolingual: fi 10, de 24; crosslingual: en 0, de 20)."
    ]
    assert not of(told({"languages.count": [2, 5]}, {"budget.per_language": 10}), "fewer")


def test_languages_without_pairs_of_a_kind_are_counted(told: Told) -> None:
    base = {"sampling.join": False, "budget.total": 20}
    found = told({"sampling": ["monolingual", "crosslingual", "hybrid"], "languages.count": ["all", 3, 2]}, base)
    assert of(found, "not every") == [
        "not every training language has pairs across languages to draw (crosslingual and hybrid: as few as 2 of 3,"
        " 2 of 5)."
    ]
    assert not of(told({"sampling": ["crosslingual"], "languages.count": [2]}, base), "not every")


def test_passes_over_the_pairs_that_are_not_level_are_said_for_each_arm(told: Told) -> None:
    arms = {"total": {"budget.total": 20}, "each": {"budget.per_language": 10}}
    found = told({"arm": arms, "sampling": ["monolingual", "mixed"], "languages.count": [1, 4]})
    # 80 pairs are drawn: 8 times each of 10, and twice each of 40
    assert of(found, "how often") == [
        "how often a pair is seen is not level with 10 per language (monolingual and mixed: 2.0 times with n = 4 to 8.0"
        " times with n = 1)."
    ]
    without = told({"languages.count": [1, 4]})  # 80 draws of 40 pairs, and of 114
    assert of(without, "not level with all pairs (monolingual: 0.7 times with n = 4 to 2.0 times with n = 1).")


def test_passes_that_are_nearly_level_are_not_said(told: Told) -> None:
    # 80 draws of 40, 64 and 74 pairs
    assert of(told({"languages.count": [1, 2]}), "(monolingual: 1.2 times with n = 2 to 2.0 times with n = 1)")
    assert told({"languages.count": [2, 3]}) == []


def test_a_long_list_is_cut() -> None:
    assert _listed(range(6)) == "0, 1, 2, 3, 4, 5"
    assert _listed(range(8)) == "0, 1, 2, 3, 4, 5 and 2 more"


def test_batches_of_replay_are_no_passes_over_the_pairs(told: Told) -> None:
    found = told({"languages.count": [1, 4]}, REPLAY | {"replay.share": 0.5})
    assert of(found, "monolingual: 0.4 times with n = 4 to 1.0 times with n = 1")


def test_subsets_that_are_not_nested_are_said(told: Told) -> None:
    sets = {"languages.listed": [["fi"], ["en", "de"], ["en", "de", "fr"]]}
    assert of(told(sets, {"budget.total": 10}), "nested") == [
        "the subsets are not nested: fi of 1 languages trained on is not among the next 2."
    ]
    assert not of(told({"languages.listed": [["en"], ["de", "en"], ["fi"]]}, {"budget.total": 10}), "among the next 3")
    grown = [ORDER[:n] for n in (3, 5, 1, 4, 2)]
    assert not of(told({"languages.listed": grown}, {"budget.total": 10}), "nested")
    # sets of one size are compared, not grown
    assert not of(told({"languages.listed": [["en"], ["fi"], ["de"]]}, {"budget.total": 10}), "nested")


def test_orders_that_choose_the_same_languages_are_said(told: Told) -> None:
    orders = {name: {"languages": f"by_{name}"} for name in ("pairs", "resource")}
    base = {"budget.total": 10, "languages.listed": []}
    # by pairs de, en, fr, sw, fi; by resource en, de, fr, fi, sw; once all are in there is no order any more
    found = told({"order": orders, "languages.count": [4, 3, 2, 1, "all"]}, base)
    assert of(found, "the orders") == ["the orders pairs and resource choose the same languages with n = 2, 3."]


def test_languages_that_are_always_in_and_lists_are_no_choice_of_an_order(told: Told) -> None:
    turned = {"languages": "by_pairs", "languages.descending": False}
    orders = {"pairs": {"languages": "by_pairs"}, "turned": turned}
    base = {"budget.total": 10, "languages.listed": [], "languages.always": ["en"]}
    assert not of(told({"order": orders, "languages.count": [1, 2, "all"]}, base), "the orders")
    orders["listed"] = {"languages": "listed", "languages.listed": ["en", "de", "fr"]}
    assert not of(told({"order": orders, "languages.count": [2, 3]}, base), "listed")


def test_random_orders_are_told_by_their_seeds(told: Told) -> None:
    orders = {f"random-{seed}": {"languages": "random", "languages.seed": seed} for seed in (0, 1, 2, 3, 4, 5)}
    found = told({"order": orders, "languages.count": [1, "all"]}, {"budget.total": 10, "languages.listed": []})
    # six orders of five languages: two begin alike
    assert of(found, "the orders random ", "choose the same languages with n = 1.")


def test_without_the_data_only_what_the_plan_knows_is_said(tmp_path: Path) -> None:
    content = json.loads(
        json.dumps({"base": {"data": "swim_ir", "sampling": "monolingual"}, "axes": {"languages.count": [2, 4]}})
    )
    arms = {"a": {"budget.total": 9, "trainer.steps": 4}, "b": {"budget.total": 8, "trainer.steps": 5}}
    content["axes"]["arm"] = arms
    where = [f"data_root={tmp_path}", f"cache_dir={tmp_path}/cache"]
    (sentence,) = confounds(plan_sweep(parse_sweep(content, "s", "s.yaml"), where, data_needed=False))
    assert sentence.startswith("the axis arm changes trainer.steps (4, 5) along with budget.total")
