from hybridir.config.compose import load_config
from hybridir.experiments.settings import distinct, flat, parted


def test_settings_by_name_without_where_things_lie() -> None:
    settings = flat(load_config(["languages.always=[qaa]", "benchmark=[artificial]", "runs_dir=/elsewhere"]))
    assert settings["trainer.steps"] == 400
    assert settings["languages.always"] == ["qaa"]
    assert settings["benchmark.artificial.kind"] == "artificial"
    assert settings["replay.data"] is None
    assert not [name for name in settings if name.split(".")[0] in ("runs_dir", "cache_dir", "data_root", "executor")]


def test_what_is_the_same_is_parted_from_what_varies() -> None:
    asked = (["seed=0", "sampling=mixed"], ["seed=1", "sampling=mixed"], ["seed=0", "model=transformer"])
    same, varies = parted([load_config(overrides) for overrides in asked])
    assert same["trainer.batch_size"] == 256 and "seed" not in same
    assert varies["seed"] == [0, 1]
    assert varies["sampling.strategy"] == ["mixed", "hybrid"]
    assert varies["model.dim"] == [128, None]  # a transformer has no such field
    assert not set(same) & set(varies)


def test_distinct_values_may_be_lists_and_keep_their_kind() -> None:
    assert distinct([["a"], ["b"], ["a"], 1, True, 1.0, 1]) == [["a"], ["b"], 1, True, 1.0]
