"""Where a benchmark is looked for, what tells it apart, and which of its languages are kept."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.benchmarks.registry import RELEASED, load_benchmark, origin, refuse_missing, signature
from hybridir.config.schema import BenchmarkConfig
from hybridir.errors import UserError
from hybridir.languages.catalog import describe

from .test_belebele import row, write
from .test_mlqa_r import article, question
from .test_mlqa_r import write as write_mlqa

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def config(**fields: object) -> BenchmarkConfig:
    return BenchmarkConfig(**{"kind": "belebele", "folder": "bele"} | fields)  # type: ignore[arg-type]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path / "bele", "eng_Latn", row("eng_Latn", "Tea", 1, "What?", "Tea."))
    write(tmp_path / "bele", "deu_Latn", row("deu_Latn", "Tea", 1, "Was?", "Tee."))
    return tmp_path


def test_a_folder_below_the_data_root_or_as_it_stands(root: Path, tmp_path: Path) -> None:
    below = load_benchmark(config(), root, tmp_path)
    assert below == load_benchmark(config(folder=str(root / "bele")), Path("nowhere"), tmp_path)
    assert origin(config(), root) == origin(config(folder=str(root / "bele")), Path("nowhere")) == str(root / "bele")


def test_it_is_read_anew_only_when_something_changed(root: Path, tmp_path: Path) -> None:
    first = load_benchmark(config(), root, tmp_path)
    assert load_benchmark(config(), root, tmp_path) is first
    assert load_benchmark(config(languages=["en"]), root, tmp_path) is not first
    write(root / "bele", "deu_Latn", row("deu_Latn", "Tea", 1, "Was ist das?", "Tee."))
    assert load_benchmark(config(), root, tmp_path).queries["de"].texts == ("Was ist das?",)


def test_the_signature_of_a_hub_dataset_is_its_name_and_revision() -> None:
    hub = signature(config(folder="facebook/belebele"), Path("nowhere"))
    assert hub == signature(config(folder="facebook/belebele"), Path("elsewhere"))
    assert hub != signature(config(folder="facebook/other"), Path("nowhere"))
    assert hub != signature(config(folder="facebook/belebele", revision="main"), Path("nowhere"))


def test_a_missing_folder_says_where_to_get_it(tmp_path: Path) -> None:
    for kind, released in RELEASED.items():
        for ask in (signature, refuse_missing, origin):
            with pytest.raises(UserError) as refused:
                ask(config(kind=kind, folder="absent"), tmp_path)
            assert str(tmp_path / "absent") in str(refused.value)
            assert released.source in str(refused.value)


ASK = """
import sys
from pathlib import Path
from hybridir.benchmarks.registry import load_benchmark, origin, refuse_missing
from hybridir.config.schema import BenchmarkConfig
from hybridir.errors import UserError
for name in sys.argv[1:]:
    config = BenchmarkConfig(kind="belebele", folder=name)
    try:
        refuse_missing(config, Path("nowhere"))
    except UserError as problem:
        print("refused:", problem)
        continue
    print(origin(config, Path("nowhere")), list(load_benchmark(config, Path("nowhere"), Path("cache")).passages))
"""


def test_a_hub_dataset_is_read_from_the_cache_of_the_hub(tmp_path: Path) -> None:
    repository = tmp_path / "datasets--me--bele"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(COMMIT)
    data = repository / "snapshots" / COMMIT / "data"
    data.parent.mkdir(parents=True)
    write(data, "eng_Latn", row("eng_Latn", "Tea", 1, "What?", "Tea."))
    environment = {**os.environ, "HF_HUB_CACHE": str(tmp_path), "HF_HUB_OFFLINE": "1"}

    asked = [sys.executable, "-c", ASK, "me/bele", "me/other"]
    here, absent = subprocess.run(
        asked, env=environment, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert here == f"me/bele on the hub, commit {COMMIT} ['en']"
    assert absent.startswith("refused: the dataset 'me/other' is neither a folder here nor in the local cache")


def test_some_languages_of_a_benchmark() -> None:
    texts = {"de": Texts(("a",), ("?",)), "en": Texts(("a", "b"), ("?", "!")), "es": Texts(("b",), ("¿",))}
    passages = {lang: Texts((f"{lang}_1",), (lang,)) for lang in texts}
    relevant = {(ident, lang): (f"{lang}_1",) for lang in texts for ident in texts[lang].ids}
    languages = {lang: describe(lang) for lang in texts}
    whole = Benchmark("b", texts, passages, relevant, ("mAP",), True, languages)
    assert whole.only([]) is whole
    some = whole.only(["es", "en"])
    assert set(some.queries) == set(some.passages) == set(some.languages) == {"en", "es"}
    assert some.relevant == {("a", "en"): ("en_1",), ("b", "en"): ("en_1",), ("b", "es"): ("es_1",)}
    with pytest.raises(UserError, match="has 'fr', and b has only de, en, es"):
        whole.only(["en", "fr"])


def test_languages_of_the_configuration_are_those_of_the_benchmark(tmp_path: Path) -> None:
    for lang in ("de", "es"):
        write_mlqa(tmp_path / "dev", lang, article("t", "A.", question("a", "?", 0)))
    asked = config(kind="mlqa_r", folder=".", languages=["es"])
    benchmark = load_benchmark(asked, tmp_path, tmp_path)
    assert isinstance(benchmark, Benchmark)
    assert list(benchmark.passages) == list(benchmark.queries) == ["es"]


def test_the_artificial_world_lies_nowhere() -> None:
    made = BenchmarkConfig(kind="artificial")
    refuse_missing(made, Path("nowhere"))
    assert origin(made, Path("nowhere")) == "the artificial world"
