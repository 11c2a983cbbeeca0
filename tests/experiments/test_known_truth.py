"""The artificial world has effects planted in it; training, for half of the default steps, must find them."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from hybridir.config.compose import load_config
from hybridir.data.artificial import ArtificialPairs
from hybridir.evaluation.results import read_results
from hybridir.experiments.prepare import prepare
from hybridir.experiments.run import carry_out

UNTRAINED = "untrained"
Values = Mapping[tuple[str, str, str, str], float]
"""(setting, query language, passage language, metric) to its value."""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> dict[str, Values]:
    """The results of each strategy on all languages, and of the untrained start."""
    folder = tmp_path_factory.mktemp("world")
    settings = [f"runs_dir={folder}/runs", f"cache_dir={cache}", "sampling.weights=temperature", "trainer.steps=200"]
    choices = {name: f"sampling={name}" for name in ("monolingual", "crosslingual", "hybrid")}
    choices[UNTRAINED] = "languages.count=0"
    return {name: _values([*settings, choice]) for name, choice in choices.items()}


def _values(settings: list[str]) -> Values:
    run = carry_out(prepare(load_config(settings)), lambda _: None)
    results = read_results(Path(run.path) / "eval" / "artificial" / "results.csv")
    return {(r.setting, r.query_lang, r.passage_lang, r.metric): r.value for r in results}


def macro(values: Values, setting: str, metric: str = "mAP") -> float:
    return values[setting, "*", "*", metric]


def test_crosslingual_training_beats_monolingual_across_languages(found: dict[str, Values]) -> None:
    mono, cross = (macro(found[name], "crosslingual") for name in ("monolingual", "crosslingual"))
    assert cross > 1.8 * mono


def test_hybrid_cuts_the_rank_distance_and_holds_monolingual_retrieval(found: dict[str, Values]) -> None:
    distance = {name: macro(values, "multilingual", "rank_distance") for name, values in found.items()}
    assert distance["hybrid"] < 0.9 * distance["monolingual"]
    assert macro(found["hybrid"], "monolingual") > macro(found["monolingual"], "monolingual") - 0.01


def test_related_unseen_languages_gain_more_than_isolates(found: dict[str, Values]) -> None:
    world = ArtificialPairs()
    trained = {code for shard in world.shards() for code in shard.direction}
    families = {language.code: language.family for language in world.all_languages()}
    unseen = {key[1] for key in found["hybrid"] if key[1] != "*"} - trained
    related = {code for code in unseen if families[code] in {families[other] for other in trained}}
    isolates = unseen - related
    assert len(related) >= 2 and len(isolates) >= 2

    def gain(codes: set[str]) -> float:
        return sum(
            found["hybrid"]["crosslingual", code, "*", "mAP"] - found[UNTRAINED]["crosslingual", code, "*", "mAP"]
            for code in codes
        ) / len(codes)

    assert gain(related) > 1.3 * gain(isolates) > 0


def test_training_helps_in_every_setting(found: dict[str, Values]) -> None:
    for setting in ("monolingual", "crosslingual", "multilingual"):
        assert macro(found["hybrid"], setting) > macro(found[UNTRAINED], setting)
