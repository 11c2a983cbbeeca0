from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from omegaconf import OmegaConf

from hybridir.config.compose import from_plain, load_config, packaged, plain
from hybridir.config.schema import RunConfig, StaticModel, TransformerModel
from hybridir.errors import UserError

CHOICES = sorted(f"{path.parent.name}={path.stem}" for path in packaged("conf").glob("*/*.yaml"))
NEEDED = {"languages=listed": ["languages.listed=[qaa]"]}
"""What a choice cannot do without."""


def refused(*overrides: str) -> str:
    with pytest.raises(UserError) as caught:
        load_config(overrides)
    return str(caught.value)


def test_every_folder_of_conf_is_seen():
    groups = {path.name for path in packaged("conf").iterdir() if path.is_dir()}
    assert {choice.split("=")[0] for choice in CHOICES} == groups
    assert {"model", "sampling", "languages", "data", "benchmark", "trainer", "executor"} <= groups


@pytest.mark.parametrize("choice", CHOICES)
def test_every_choice_composes_and_comes_back_from_plain_values(choice: str):
    config = load_config([choice, *NEEDED.get(choice, [])])
    assert isinstance(config, RunConfig)
    assert from_plain(plain(config)) == config
    # as `config.yaml` of a run keeps it
    assert from_plain(OmegaConf.to_container(OmegaConf.create(OmegaConf.to_yaml(plain(config))))) == config  # type: ignore[arg-type]


@pytest.mark.parametrize("choice", [choice for choice in CHOICES if "listed" not in choice])
def test_every_file_says_how_it_is_used(choice: str):
    group, name = choice.split("=")
    text = (packaged("conf") / group / f"{name}.yaml").read_text(encoding="utf8")
    assert any(line.startswith("# hybridir ") for line in text.splitlines()[:2])


def test_the_defaults():
    config = load_config()
    assert isinstance(config.model, StaticModel)
    assert (config.sampling.strategy, config.sampling.alpha) == ("hybrid", 0.5)
    assert config.data.kind == "artificial" and list(config.benchmark) == ["artificial"]
    assert (config.runs_dir, config.data_root, config.seed) == ("runs", None, 0)


def test_overrides_set_choices_and_fields_also_those_that_a_file_leaves_out():
    config = load_config(["model=xlmr_base", "model.dropout=0.2", "trainer.clip=null", "languages.count=4", "seed=7"])
    assert isinstance(config.model, TransformerModel)
    assert config.model.dropout == 0.2
    assert (config.model.query_prompt, config.model.query_length, config.model.passage_length) == ("Query: ", 64, 256)
    assert (config.trainer.clip, config.languages.count, config.seed) == (None, 4, 7)


def test_norwegian_in_an_override_and_in_yaml():
    assert load_config(["languages.listed=[de,no]"]).languages.listed == ["de", "no"]
    assert refused("languages.always=[false]") == (
        "languages.always holds a false, as YAML reads a bare no: write 'no' in quotes."
    )


def test_several_benchmarks_by_name():
    config = load_config(["benchmark=[artificial,xquad_r]", "benchmark.xquad_r.folder=elsewhere"])
    assert [(name, entry.kind) for name, entry in config.benchmark.items()] == [
        ("artificial", "artificial"),
        ("xquad_r", "xquad_r"),
    ]
    assert config.benchmark["xquad_r"].folder == "elsewhere"


def test_the_world_goes_to_pairs_and_benchmark_alike():
    config = load_config(["world.languages=9"])
    assert config.data.world == config.benchmark["artificial"].world == {"languages": 9}


def test_a_second_composition_knows_nothing_of_the_first():
    load_config(["seed=3", "sampling=mixed"])
    assert load_config() == load_config([])


@pytest.mark.parametrize("group", sorted({choice.split("=")[0] for choice in CHOICES}))
def test_an_unknown_choice_is_named_with_the_choices(group: str):
    names = [choice.split("=")[1] for choice in CHOICES if choice.split("=")[0] == group]
    assert refused(f"{group}=nonsense") == f"{group}=nonsense is not allowed: choose one of {', '.join(names)}."


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("sampling.alpha=1.5", "sampling.alpha=1.5 is out of range: give a number from 0 to 1."),
        ("sampling.alhpa=0.5", "sampling.alhpa is unknown: sampling has alpha, "),
        ("alpha=1.5", "'alpha' is no section of the configuration (did you mean sampling.alpha?): there are model, "),
        ("+nonsense=1", "'nonsense' is no section of the configuration: there are model, sampling, "),
        ("nonsense.alpha=1", "'nonsense' is no section of the configuration: there are model, sampling, "),
        ("model.kind=rnn", "model.kind=rnn is not allowed: choose one of static, transformer, cross_encoder."),
        ("model.dim=wide", "model.dim=wide is not allowed: give a whole number."),
        ("model.dim=1.5", "model.dim=1.5 is not allowed: give a whole number."),
        ("model.dim=null", "model.dim=None is not allowed: give a whole number."),
        ("sampling.alpha=much", "sampling.alpha=much is not allowed: give a number."),
        ("sampling.join=maybe", "sampling.join=maybe is not allowed: give true or false."),
        ("languages.listed=de", "languages.listed=de is not allowed: give a list such as [de,en]."),
        ("languages.count=2.5", "languages.count=2.5 is not allowed: give a whole number, or all."),
        ("replay.data=mine", "replay.data=mine is not allowed: give the fields of a collection, or choose replay="),
        ("data.sources=[{passages: en}]", "data.sources[0].path is missing: give it a value."),
        ("benchmark.xquad_r.folder=x", "benchmark.xquad_r.kind is missing: give it a value."),
        ("benchmark=[artificial,mlqa]", "benchmark=mlqa is not allowed: choose one of artificial, belebele, "),
        ("seed=many", "seed=many is not allowed: give a whole number from 0 up."),
        ("seed=-1", "seed=-1 is not allowed: give a whole number from 0 up."),
        ("runs_dir=null", "runs_dir=None is not allowed: name a folder."),
        ("~model", "the section 'model' is missing from the configuration: it needs model, sampling, "),
        ("sampling.alpha=[1", "the overrides 'sampling.alpha=[1' were not understood: "),
        ("sampling", "the overrides 'sampling' were not understood: "),
        ("model=null", "the overrides 'model=null' were not understood: "),
        ("model.init=${nowhere}", "the overrides 'model.init=${nowhere}' were not understood: "),
    ],
)
def test_a_wrong_override_is_one_sentence(override: str, said: str):
    sentence = refused(override)
    assert sentence.startswith(said)
    assert "\n" not in sentence and sentence.endswith(".") and not sentence.endswith("..")


def test_a_section_that_is_none():
    sections = plain(load_config()) | {"trainer": 3}
    with pytest.raises(UserError, match="trainer=3 is not allowed: trainer is a section, with fields of its own"):
        from_plain(sections)


@settings(max_examples=15, deadline=None)
@given(
    alpha=st.floats(0, 1),
    steps=st.integers(0, 10**9),
    listed=st.lists(st.sampled_from(["no", "de", "zh-Hant"]), unique=True),
)
def test_values_survive_the_way_there_and_back(alpha, steps, listed):
    overrides = [f"sampling.alpha={alpha!r}", f"trainer.steps={steps}", f"languages.always=[{','.join(listed)}]"]
    config = load_config(overrides)
    assert (config.sampling.alpha, config.trainer.steps, config.languages.always) == (alpha, steps, listed)
    assert from_plain(plain(config)) == config


def test_conf_is_found_in_the_checkout():
    assert (packaged("conf") / "config.yaml").is_file()
    with pytest.raises(UserError, match="the folder nowhere/ is missing from the installation"):
        packaged("nowhere")
    assert isinstance(packaged("conf"), Path)
