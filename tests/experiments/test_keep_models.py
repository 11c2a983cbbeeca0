"""A run whose model is not kept has its results alone, and says how its model comes back."""

from pathlib import Path

import pytest

from hybridir.config.compose import load_config
from hybridir.errors import UserError
from hybridir.experiments.prepare import prepare
from hybridir.experiments.run import carry_out
from hybridir.experiments.standing import finished


def test_the_model_goes_and_comes_back_the_same(tiny: list[str], tmp_path: Path) -> None:
    asked = prepare(load_config([*tiny, "languages.count=2", "executor.keep_models=false"]))
    run = carry_out(asked, lambda progress: None)
    before = run.manifest()["model"]["weights_sha256"]
    assert not run.has_model and finished(run, asked.config)
    with pytest.raises(UserError, match="keep_models=true trains it again"):
        run.kept_model()
    kept = prepare(load_config([*tiny, "languages.count=2"]))
    assert kept.key == asked.key
    carry_out(kept, lambda progress: None)
    assert run.kept_model().is_dir() and run.manifest()["model"]["weights_sha256"] == before


def test_dropping_twice_does_no_harm(tiny: list[str]) -> None:
    run = carry_out(prepare(load_config([*tiny, "languages.count=2"])), lambda progress: None)
    run.drop_model()
    run.drop_model()
    assert run.trained and not run.has_model
