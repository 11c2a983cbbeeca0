import random

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.config import composer as composers
from hybridir.config.compose import load_config, packaged
from hybridir.config.composer import Composer
from hybridir.errors import UserError
from hybridir.experiments.sweep import load_sweep, overrides

SWEEPS = sorted(packaged("sweeps").rglob("*.yaml"))
ARTIFICIAL = ["data=artificial", "benchmark=[artificial]"]
ANY = [
    *ARTIFICIAL, "sampling=hybrid", "sampling=x_x_mono", "sampling.alpha=0.3", "sampling.only=[qaa]", "seed=7",
    "languages=random", "languages.seed=2", "languages.count=all", "languages.always=[qaa,qab]", "budget.total=90",
    "budget.total=null", "world.pairs=50", "world.questions=9", "model=transformer_small", "model.dim=8",
    "trainer=static_align", "trainer.steps=5", "augment=titles", "replay=parallel_sentences", "replay.share=0.2",
]  # fmt: skip
KEPT = Composer()
"""A composer that has read much before: what it keeps must change nothing."""


@pytest.mark.parametrize("path", SWEEPS, ids=[path.stem for path in SWEEPS])
def test_every_point_of_a_sweep_is_as_hydra_composes_it(path):
    spec, composer = load_sweep(str(path)), Composer()
    points = spec.combinations()
    asked = [
        [*overrides(spec.base | spec.settings(point)), "data_root=/d", "trainer.threads=1"]
        for point in random.Random(0).sample(points, min(len(points), 12))
    ]
    quick = [composer.load(settings) for settings in asked]
    for place in (0, len(asked) - 1):  # Hydra takes a tenth of a second for each
        assert quick[place] == load_config(asked[place])


def test_what_has_been_composed_is_not_composed_again(monkeypatch: pytest.MonkeyPatch):
    composer = Composer()
    first = composer.load(["seed=1", "sampling=mixed"])
    monkeypatch.setattr(composers, "composed", lambda _: pytest.fail("composed again"))
    monkeypatch.setattr(composers, "load_config", lambda _: pytest.fail("composed again"))
    assert composer.load(["seed=2", "sampling=mixed", "trainer.steps=7"]).trainer.steps == 7
    monkeypatch.setattr(composers, "section", lambda _: pytest.fail("checked again"))
    assert composer.load(["sampling=mixed", "seed=1"]) == first


def test_no_two_configurations_share_a_section():
    composer = Composer()
    one, other = (composer.load(["languages.always=[qaa]"]) for _ in range(2))
    one.languages.always.append("qab")
    one.benchmark.clear()
    assert other.languages.always == ["qaa"]
    assert composer.load(["languages.always=[qaa]"]) == other == load_config(["languages.always=[qaa]"])


@pytest.mark.parametrize(
    "asked",
    [
        ["world.pairs=77", *ARTIFICIAL],  # the data and the benchmark refer to it
        ["budget.total=5", "model={dim: 8}"],
        ["model.dim=4", "model={dim: 8}"],
        ["trainer.steps=${trainer.batch_size}"],
        ["+budget.total=3"],
        ["seed=3", "seed=4", "sampling.alpha=0.1", "sampling=hybrid"],
        ["data.sources=[{path: pairs}]", "data.kind=hub"],
        ["languages=listed", "languages.listed=[de,'no',zh-Hant]"],
        ["trainer.clip=null", "trainer.learning_rate=1"],
        ["benchmark=[xquad_r,mlqa_r]", "benchmark.xquad_r.languages=[de]"],
    ],
    ids=str,
)
def test_any_override_does_what_it_does_to_hydra(asked: list[str]):
    KEPT.load(["world.pairs=5", *ARTIFICIAL])
    assert KEPT.load(asked) == load_config(asked)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.sampled_from(ANY), max_size=7))
def test_any_overrides_in_any_order_are_composed_as_hydra_does(asked: list[str]):
    def outcome(load):
        try:
            return load(asked)
        except UserError as problem:
            return str(problem)

    assert outcome(KEPT.load) == outcome(load_config)


@pytest.mark.parametrize("refers", [ARTIFICIAL, ["trainer.steps=${world.pairs}"]], ids=str)
def test_what_refers_to_another_section_follows_it(refers: list[str]):
    composer = Composer()
    for number in (77, 5, 77):
        asked = [f"world.pairs={number}", *refers]
        assert composer.load(asked) == load_config(asked)
    for seed in (3, 4, 3):
        assert composer.load([f"seed={seed}", "trainer.steps=${seed}"]).trainer.steps == seed


@pytest.mark.parametrize(
    "wrong",
    ["sampling=mono", "trainer.steps=many", "trainer.stepz=3", "steps=3", "seed=-1", "seed=1,2", "model.kind=cube",
     "trainer=3", "languages.count=-2", "a=[", "languages.listed=[no,false]", "~seed", "hydra.verbose=true=2"],
)  # fmt: skip
def test_what_is_wrong_is_said_in_the_same_words(wrong: str):
    KEPT.load([])
    said = []
    for load in (load_config, KEPT.load, KEPT.load):
        with pytest.raises(UserError) as caught:
            load([wrong])
        said.append(str(caught.value))
    assert len(set(said)) == 1


def test_a_group_writes_its_own_section_alone():
    """What the composer relies on."""
    for path in packaged("conf").glob("*/*.yaml"):
        text, group = path.read_text(encoding="utf8"), path.parent.name
        assert text.count("@package") == text.count(f"@package {group}."), path
        content = yaml.safe_load(text) or {}
        assert "@_global_" not in str(content), path
        assert "${" not in text.replace("${world}", ""), path
