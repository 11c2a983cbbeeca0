import json
from pathlib import Path

import numpy as np
import pytest

from hybridir.commands.train import explain
from hybridir.config.compose import load_config
from hybridir.errors import UserError
from hybridir.experiments.augment import switched_share, switched_texts
from hybridir.experiments.prepare import prepare
from hybridir.experiments.progress import Progress
from hybridir.experiments.run import carry_out, make_plan
from hybridir.experiments.store import RunFolder

WORDS = ["water", "king", "city", "war", "year", "house", "river", "book"]
GERMAN = ["Wasser", "König", "Stadt", "Krieg", "Jahr", "Haus", "Fluss", "Buch"]


@pytest.fixture
def pairs(tmp_path: Path, cache: Path) -> list[str]:
    """Overrides of a tiny run on English and German pairs, whose words are in a lexicon."""
    root = tmp_path / "data"
    for code, words in (("en", WORDS), ("de", GERMAN)):
        rows = [(f"{words[i % 8]} {words[i % 7]}", f"{words[i % 8]} {words[i % 5]} x{i}") for i in range(48)]
        lines = [json.dumps({"query": query, "text": text, "code": code}) for query, text in rows]
        (root / "pairs" / code).mkdir(parents=True)
        (root / "pairs" / code / "train.jsonl").write_text("\n".join(lines))
    (root / "lexicons").mkdir()
    entries = [*zip(WORDS, GERMAN, strict=True), *((f"filler{i}", f"fueller{i}") for i in range(200))]
    (root / "lexicons" / "en-de.txt").write_text("".join(f"{english} {german}\n" for english, german in entries))
    return [
        "data.kind=hub", "data.name=toy", "data.sources=[{path: pairs}]", "data.scripts=false",
        "world.languages=8", "world.questions=10", "sampling=monolingual", "model.dim=16", "model.vocab_size=600",
        "trainer.steps=12", "trainer.batch_size=16", "trainer.checkpoint_every=4", "trainer.log_every=4",
        "augment=multilingual", "augment.format=muse",
        f"data_root={root}", f"runs_dir={tmp_path}/runs", f"cache_dir={cache}",
    ]  # fmt: skip


class Stop(Exception):
    """Pulls the plug."""


def run(overrides: list[str], stop_at: int | None = None) -> RunFolder:
    def watch(progress: Progress) -> None:
        if progress.stage == "training" and progress.done == stop_at:
            raise Stop

    return carry_out(prepare(load_config(overrides)), watch)


def weights(folder: RunFolder) -> str:
    return str(folder.manifest()["model"]["weights_sha256"])


def test_a_run_that_is_stopped_goes_on_to_the_same_bits(
    pairs: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hybridir.experiments.run._TELL_EVERY", 0.0)
    whole = run([*pairs, f"runs_dir={tmp_path}/whole"])
    with pytest.raises(Stop):
        run(pairs, stop_at=9)
    (stopped,) = (tmp_path / "runs").glob("toy-*")
    assert list(stopped.glob("checkpoints/step-*")) and not (stopped / "model").exists()
    resumed = run(pairs)
    assert (weights(resumed), resumed.key) == (weights(whole), whole.key)
    assert resumed.manifest()["switched_words"] == whole.manifest()["switched_words"]


def test_switching_changes_what_is_learned_and_probability_0_does_not(pairs: list[str]) -> None:
    switched, as_given, never = (
        weights(run([*pairs, *more])) for more in ([], ["augment=none"], ["augment.probability=0"])
    )
    assert switched != as_given == never


def test_the_manifest_says_how_many_words_were_switched(pairs: list[str]) -> None:
    found = run([*pairs, "augment.probability=1"]).manifest()["switched_words"]
    assert found["query"] == {"*": 1.0, "de": 1.0, "en": 1.0}
    assert 0.6 < found["passage"]["en"] < 0.7  # two words of three: x1, x2, ... are in no lexicon
    assert "switched_words" not in run([*pairs, "augment=none"]).manifest()


def test_the_share_is_counted_in_the_batches_of_the_run(pairs: list[str]) -> None:
    prepared = prepare(load_config([*pairs, "augment.share=0.5", "augment.probability=1"]))
    texts = switched_texts(prepared)
    assert texts is not None
    plan = make_plan(prepared)
    rows = [(plan.batch(step).rows[:, 0], plan.batch(step).passes) for step in range(12)]
    chosen = np.concatenate([texts.chosen("query", *of) for of in rows])
    assert switched_share(texts, plan, 12)["query"]["*"] == round(float(chosen.mean()), 4)


def test_in_lists_without_function_words_the_commonest_words_stay(pairs: list[str], tmp_path: Path) -> None:
    lexicon = tmp_path / "data" / "lexicons" / "en-de.txt"
    rows = lexicon.read_text().replace(" ", "\t").replace("\n", "\t1\t1\n")
    lexicon.with_suffix(".tsv").write_text(rows)
    prepared = prepare(load_config([*pairs, "augment.format=tsv", "augment.probability=1"]))
    texts = switched_texts(prepared)
    assert texts is not None  # each of the eight words makes up more than 1/300 of all
    assert switched_share(texts, make_plan(prepared), 12)["query"]["*"] == 0


def key(overrides: list[str]) -> str:
    return prepare(load_config(overrides)).key


def test_the_key_knows_lexicons_by_their_content(pairs: list[str], tmp_path: Path) -> None:
    first = key(pairs)
    lexicons = tmp_path / "data" / "lexicons"
    lexicons.rename(tmp_path / "data" / "moved")
    moved = [*pairs, "augment.lexicon=moved"]
    assert key(moved) == key([*moved, "augment.languages=[de,en]"]) == first
    assert key([*moved, "augment.languages=[de]"]) != first
    assert key([*moved, "augment.probability=0.4"]) != first
    with open(tmp_path / "data" / "moved" / "en-de.txt", "a") as lexicon:
        lexicon.write("tree Baum\n")
    assert key(moved) != first


def test_without_training_languages_lexicons_do_not_matter(pairs: list[str]) -> None:
    untrained = [*pairs, "languages.count=0"]
    assert key([*untrained, "augment.lexicon=nowhere"]) == key([*untrained, "augment=none"])
    assert switched_texts(prepare(load_config(untrained))) is None


def test_a_missing_folder_is_refused_before_anything_is_written(pairs: list[str], tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"augment.lexicon=nowhere is no folder"):
        run([*pairs, "augment.lexicon=nowhere"])
    assert not (tmp_path / "runs").exists()


def test_explained_batches_show_a_switched_pair(pairs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    explain([*pairs, "augment.probability=1", "sampling=en_en", "augment.languages=[de]"], 1)
    first, switched = capsys.readouterr().out.splitlines()[-2:]
    assert first.startswith("    first pair, en->en: ") and switched.startswith("    code-switched: ")
    query = first.split("'")[1]
    assert switched.split("'")[1] == " ".join(GERMAN[WORDS.index(word)] for word in query.split())


def test_sampling_only_are_the_training_languages(pairs: list[str]) -> None:
    plain = [*pairs, "augment=none"]
    assert prepare(load_config([*plain, "sampling=en_en"])).languages == ["en"]
    assert key([*plain, "sampling=en_en"]) == key([*plain, "languages=listed", "languages.listed=[en]"])
    assert prepare(load_config([*plain, "sampling=en_en", "languages.count=0"])).languages == []
    with pytest.raises(UserError, match=r"sampling.only names 'fi', which is none of the training languages"):
        prepare(load_config([*plain, "sampling.only=[fi]"]))


def test_a_bare_no_among_the_languages_drawn_from_is_refused() -> None:
    with pytest.raises(UserError, match=r"sampling.only holds a false, as YAML reads a bare no"):
        load_config(["sampling.only=[false]"])
