"""The papers' names of sampling strategies are names, and nothing else."""

import pytest

from hybridir.config.compose import load_config
from hybridir.config.key import run_key


def key(*overrides: str) -> str:
    return run_key(load_config(overrides), ["de", "en"], {"data": "d"})


@pytest.mark.parametrize(
    ("paper", "ours"),
    [
        ("x_x", "mixed"), ("x_x_mono", "monolingual"), ("x_y", "crosslingual"),
        ("swim_x_unmixed", "monolingual"), ("en_en", "monolingual"),
    ],
)  # fmt: skip
def test_the_key_is_that_of_equal_settings(paper: str, ours: str) -> None:
    assert key(f"sampling={paper}") == key(f"sampling={ours}")


def test_swim_x_mixes_given_pairs_evenly() -> None:
    sampling = load_config(["sampling=swim_x_mixed"]).sampling
    assert (sampling.strategy, sampling.crosslingual_batches, sampling.weights, sampling.join) == (
        "crosslingual", "mixed", "uniform", False,
    )  # fmt: skip


def test_the_languages_drawn_from_count_through_the_training_languages_alone() -> None:
    assert key("sampling.only=[de]") == key()
    replay = "replay=parallel_sentences"
    assert key(replay, "replay.sampling.only=[de]") != key(replay) == key(replay, "replay.sampling.only=[]")


def test_keys_are_what_they_were_before_there_was_only(monkeypatch: pytest.MonkeyPatch) -> None:
    from hybridir.config.key import identity

    config = load_config(["replay=parallel_sentences"])
    known = identity(config, ["de", "en"], {"data": "d"})
    assert "only" not in known["sampling"] and "only" not in known["replay"]["sampling"]
