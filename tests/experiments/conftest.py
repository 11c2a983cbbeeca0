"""A world and a model so small that a run takes a second."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hybridir.config.composer import Composer

TINY = [
    "world.languages=8",
    "world.pairs=120",
    "world.questions=20",
    "world.sentences=60",
    "languages.always=[qaa]",
    "model.dim=16",
    "model.vocab_size=600",
    "trainer.steps=12",
    "trainer.batch_size=16",
    "trainer.log_every=4",
    "trainer.checkpoint_every=4",
    "trainer.validation_pairs=10",
]


@pytest.fixture(scope="session")
def composer() -> Composer:
    return Composer()


@pytest.fixture(scope="module", autouse=True)
def composed_once(composer: Composer) -> Iterator[None]:
    """All plans share what is read of `conf/`, which takes most of the time of planning a small sweep."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("hybridir.experiments.plan.Composer", lambda: composer)
        yield


@pytest.fixture
def tiny(tmp_path: Path, cache: Path) -> list[str]:
    """Overrides of a tiny run whose folders lie in the test's own directory."""
    return [*TINY, f"runs_dir={tmp_path}/runs", f"results_dir={tmp_path}/results", f"cache_dir={cache}"]
