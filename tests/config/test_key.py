import json

import pytest

from hybridir.config.compose import from_plain, load_config, plain
from hybridir.config.key import identity, run_key

DATA = {"data": "d" * 64}
TWO = ["de", "en"]


def key(*overrides: str, languages: list[str] = TWO, fingerprints: dict[str, str] = DATA) -> str:
    return run_key(load_config(overrides), languages, fingerprints)


BASE = key()


def test_the_key_is_a_sha256_of_plain_json():
    assert len(BASE) == 64 and set(BASE) <= set("0123456789abcdef")
    config = load_config()
    assert json.loads(json.dumps(identity(config, TWO, DATA))) == identity(config, TWO, DATA)


def test_neither_the_order_of_settings_nor_of_languages_matters():
    config = load_config()
    turned = from_plain(dict(reversed(plain(config).items())))
    fingerprints = {"vocabulary": "v", "data": "d"}
    first = run_key(config, ["de", "en"], fingerprints)
    assert first == run_key(turned, ["en", "de"], dict(reversed(fingerprints.items())))


@pytest.mark.parametrize(
    "override",
    [
        "runs_dir=/elsewhere",
        "results_dir=/elsewhere",
        "data_root=/elsewhere",
        "cache_dir=/elsewhere",
        "executor.jobs=7",
        "executor.device=cuda",
        "benchmark=xquad_r",
        "trainer.log_every=1",
        "trainer.validate_every=5",
        "trainer.validation_pairs=9",
        "trainer.checkpoint_every=3",
        "languages=random",
        "languages.count=1",
        "languages.seed=5",
        "sampling.temperature=3",
        "model.vocabulary=elsewhere/vocab.txt",
        "model.revision=refs/pr/1",
    ],
)
def test_what_does_not_change_the_weights_does_not_change_the_key(override: str):
    assert key(override) == BASE


@pytest.mark.parametrize(
    "override",
    [
        "seed=1",
        "sampling.alpha=0.4",
        "sampling.weights=proportional",
        "sampling.strategy=mixed",
        "sampling.join=false",
        "trainer.steps=401",
        "trainer.batch_size=64",
        "trainer.learning_rate=0.02",
        "trainer.threads=2",
        "trainer.memory=cached",
        "trainer.micro_tokens=512",
        "model.dim=64",
        "model=transformer_small",
        "replay=parallel_sentences",
    ],
)
def test_what_changes_the_weights_changes_the_key(override: str):
    assert key(override) != BASE


def test_every_such_change_gives_a_key_of_its_own():
    keys = [key("seed=1"), key("seed=2"), key("sampling.alpha=0.4"), key("trainer.steps=1"), BASE]
    keys += [key(languages=["de"]), key(fingerprints={"data": "e"}), key(fingerprints=DATA | {"init": "run x"})]
    assert len(set(keys)) == len(keys)


def test_alpha_counts_only_where_it_is_used():
    for strategy in ("monolingual", "crosslingual", "mixed"):
        one, other = (key(f"sampling={strategy}", f"sampling.alpha={alpha}") for alpha in (0.1, 0.9))
        assert one == other
    assert key("sampling.alpha=0.1") != key("sampling.alpha=0.9")


def test_the_temperature_of_the_weights_counts_only_where_it_is_used():
    weighed = [key("sampling.weights=temperature", f"sampling.temperature={t}") for t in (2, 3)]
    assert weighed[0] != weighed[1]


def test_replay_counts_only_where_a_share_of_the_batches_comes_from_it():
    assert key("replay=parallel_sentences", "replay.share=0") == BASE
    one, other = (key("replay=parallel_sentences", f"replay.share={share}") for share in (0.2, 0.3))
    assert one != other


def test_equal_numbers_are_equal_however_they_are_written():
    assert key("sampling.alpha=5e-1", "trainer.learning_rate=1.0e-2") == key("trainer.learning_rate=0.01")
    assert key("trainer.clip=1") == key("trainer.clip=1.0")


def test_how_texts_are_read_is_part_of_the_key_where_it_is_set():
    asked = ["model.pooling=mean", "model.query_prompt=''", "model.query_prompt=q", "model.query_length=64"]
    keys = [key("model=transformer", *more) for more in ([], *([override] for override in asked))]
    assert len(set(keys)) == len(keys)


def untrained(*overrides: str, start: str | None = None) -> str:
    fingerprints = DATA if start is None else DATA | {"init": start}
    return key(*overrides, languages=[], fingerprints=fingerprints)


def test_without_languages_nothing_of_training_counts():
    first = untrained()
    for override in ("sampling=monolingual", "sampling.alpha=0.1", "trainer.steps=9", "replay=parallel_sentences"):
        assert untrained(override) == first
    assert untrained("model.dim=64") != first
    assert first != BASE


def test_without_languages_the_seed_counts_only_for_weights_made_from_nothing():
    assert untrained("seed=1") != untrained("seed=2")
    assert untrained("seed=1", start="run abc") == untrained("seed=2", start="run abc")
    assert untrained(start="run abc") != untrained(start="run abd")


@pytest.mark.parametrize(
    ("overrides", "languages", "pinned"),
    [
        ([], ["de", "en"], "e7e6c0cc2671c484"),
        ([], [], "34c51c53da2e01d5"),
        (["sampling=monolingual", "seed=2"], ["de"], "13c0fa2e32c30fda"),
        (["sampling=crosslingual", "languages=by_family", "budget.total=3100"], ["de", "en"], "77cc77473fb4857a"),
        (
            ["model=static_aligned", "trainer=static_aligned", "replay=parallel_aligned",
             "sampling.crosslingual_batches=unmixed"],
            ["de", "en", "hi"],
            "918906caa7de32a8",
        ),
        (
            ["model=transformer_small", "trainer=transformer", "augment=multilingual", "benchmark=[xquad_r,mlqa_r]"],
            ["de", "en"],
            "92dca3fc8cc692ab",
        ),
    ],
)  # fmt: skip
def test_keys_stay_as_they_are(overrides: list[str], languages: list[str], pinned: str):
    """Whoever changes one makes everybody train again what they have."""
    assert key(*overrides, languages=languages).startswith(pinned)
