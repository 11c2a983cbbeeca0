"""MLQA-R made from MLQA's files and read from LAReQA's: small files by hand, and the released ones."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from hybridir.benchmarks.base import Texts
from hybridir.benchmarks.mlqa_r import LANGUAGES, load_mlqa_r
from hybridir.errors import UserError

GERMAN = "Herr Dr. Bach kam 1703 nach Köln. Er blieb bis zum 3. Mai. Dann ging er."
ENGLISH = "Dr. Bach came to Cologne in 1703. He left in May."


def question(ident: str, text: str, begin: int) -> dict[str, Any]:
    return {"id": ident, "question": text, "answers": [{"text": "...", "answer_start": begin}]}


def article(title: str, context: str, *questions: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "paragraphs": [{"context": context, "qas": list(questions)}]}


def write(folder: Path, lang: str, *articles: dict[str, Any], split: str = "dev") -> None:
    folder.mkdir(exist_ok=True)
    path = folder / f"{split}-context-{lang}-question-{lang}.json"
    path.write_text(json.dumps({"version": 1.0, "data": articles}), encoding="utf8")


@pytest.fixture
def mlqa(tmp_path: Path) -> Path:
    """Question a is in both languages; b, on the same paragraph under another title, only in German."""
    folder = tmp_path / "dev"
    write(
        folder,
        "de",
        article("Bach", GERMAN, question("a", "Wann kam er?", 18)),
        article("Bach_2", GERMAN, question("b", "Bis wann?", 51)),
    )
    write(folder, "en", article("Johann_Bach", ENGLISH, question("a", "When did he come?", 28)))
    return tmp_path


def test_sentences_of_the_distinct_paragraphs(mlqa: Path) -> None:
    benchmark = load_mlqa_r(mlqa, "sentence")
    assert benchmark.name == "mlqa_r"
    assert benchmark.parallel
    assert benchmark.passages == {
        "de": Texts(
            ("de_1_0", "de_1_1", "de_1_2"),
            ("Herr Dr. Bach kam 1703 nach Köln.", "Er blieb bis zum 3. Mai.", "Dann ging er."),
        ),
        "en": Texts(("en_1_0", "en_1_1"), ("Dr. Bach came to Cologne in 1703.", "He left in May.")),
    }
    assert benchmark.queries["de"] == Texts(("a", "b"), ("Wann kam er?", "Bis wann?"))
    assert benchmark.queries["en"] == Texts(("a",), ("When did he come?",))
    assert benchmark.titles == {"Bach", "Johann Bach"}


def test_a_question_is_judged_only_where_it_has_a_passage(mlqa: Path) -> None:
    assert load_mlqa_r(mlqa, "sentence").relevant == {
        ("a", "de"): ("de_1_0",),
        ("a", "en"): ("en_1_0",),
        ("b", "de"): ("de_1_1",),
    }


def test_context_and_passage_candidates_are_benchmarks_of_their_own(mlqa: Path) -> None:
    context = load_mlqa_r(mlqa, "context")
    assert context.name == "mlqa_r_context"
    assert context.passages["en"].texts == (
        f"Dr. Bach came to Cologne in 1703.{ENGLISH}",
        f"He left in May.{ENGLISH}",
    )
    passage = load_mlqa_r(mlqa, "passage")
    assert passage.name == "mlqa_r_passage"
    assert passage.passages["de"] == Texts(("de_1",), (GERMAN,))
    assert passage.relevant == {("a", "de"): ("de_1",), ("a", "en"): ("en_1",), ("b", "de"): ("de_1",)}


def test_the_test_split_has_a_name_of_its_own(mlqa: Path) -> None:
    write(mlqa / "test", "hi", article("t", "एक। दो।", question("c", "?", 4)), split="test")
    benchmark = load_mlqa_r(mlqa, "sentence", "test")
    assert benchmark.name == "mlqa_r_test"
    assert benchmark.passages == {"hi": Texts(("hi_1_0", "hi_1_1"), ("एक।", "दो।"))}
    assert benchmark.relevant == {("c", "hi"): ("hi_1_1",)}
    assert load_mlqa_r(mlqa, "context", "test").name == "mlqa_r_test_context"


def test_files_may_stand_in_the_folder_itself(mlqa: Path) -> None:
    assert load_mlqa_r(mlqa / "dev", "sentence") == load_mlqa_r(mlqa, "sentence")


def test_lareqas_own_files_bring_their_sentences(mlqa: Path) -> None:
    paragraph = {"context": ENGLISH, "sentence_breaks": [[0, 3], [4, 49]], "qas": [question("a", "When?", 28)]}
    (mlqa / "en.json").write_text(json.dumps({"data": [{"title": "t", "paragraphs": [paragraph]}]}), encoding="utf8")
    benchmark = load_mlqa_r(mlqa, "sentence")
    assert benchmark.name == "mlqa_r"
    assert benchmark.passages == {"en": Texts(("en_1_0", "en_1_1"), ("Dr.", ENGLISH[4:]))}
    assert benchmark.relevant == {("a", "en"): ("en_1_1",)}


def test_what_is_not_mlqa_is_refused_in_words(mlqa: Path) -> None:
    with pytest.raises(UserError, match=r"no MLQA in .*absent: expected dev-context-<language>-.*MLQA_V1\.zip"):
        load_mlqa_r(mlqa / "absent", "sentence")
    with pytest.raises(UserError, match=r"benchmark\.split=train is none of MLQA's; choose dev or test"):
        load_mlqa_r(mlqa, "sentence", "train")
    with pytest.raises(UserError, match=r"expected test-context-"):
        load_mlqa_r(mlqa, "sentence", "test")
    write(mlqa / "dev", "zh", article("t", "一。", question("z", "?", 9)))
    with pytest.raises(UserError, match=r"no sentence holds the answer of question z \(character 9"):
        load_mlqa_r(mlqa, "sentence")
    (mlqa / "dev" / "dev-context-zh-question-zh.json").write_text("[]", encoding="utf8")
    with pytest.raises(UserError, match=r"zh\.json is not in the format of MLQA"):
        load_mlqa_r(mlqa, "sentence")


def test_xquad_r_is_not_taken_for_mlqa_r(data_root: Path) -> None:
    with pytest.raises(UserError, match="holds XQuAD-R, not MLQA-R"):
        load_mlqa_r(data_root / "xquad-r", "sentence")


def test_counts_of_the_released_files(data_root: Path) -> None:
    """Questions as LAReQA released them; candidates as the splitter cuts, within 2 % of the released counts."""
    benchmark = load_mlqa_r(data_root / "mlqa", "sentence")
    assert tuple(benchmark.queries) == tuple(benchmark.passages) == LANGUAGES
    questions = {lang: len(texts) for lang, texts in benchmark.queries.items()}
    assert questions == {"ar": 517, "de": 512, "en": 1148, "es": 500, "hi": 507, "vi": 511, "zh": 504}
    found_in = Counter(ident for texts in benchmark.queries.values() for ident in texts.ids)
    assert Counter(found_in.values()) == {4: 820, 3: 263, 2: 65}
    assert benchmark.relevant.keys() == {(i, lang) for lang, texts in benchmark.queries.items() for i in texts.ids}
    ours = {lang: len(texts) for lang, texts in benchmark.passages.items()}
    assert ours == {"ar": 2501, "de": 2361, "en": 6236, "es": 1779, "hi": 2400, "vi": 2776, "zh": 2304}
    released = {"ar": 2545, "de": 2362, "en": 6264, "es": 1787, "hi": 2426, "vi": 2828, "zh": 2322}
    assert all(abs(ours[lang] / released[lang] - 1) < 0.02 for lang in LANGUAGES)


def test_the_other_42_files_repeat_the_seven_that_are_read(data_root: Path) -> None:
    benchmark = load_mlqa_r(data_root / "mlqa", "passage")
    texts = {ident: text for at in benchmark.passages.values() for ident, text in zip(at.ids, at.texts, strict=True)}
    asked = {
        (lang, i): text for lang, at in benchmark.queries.items() for i, text in zip(at.ids, at.texts, strict=True)
    }
    seen = 0
    for path in (data_root / "mlqa" / "dev").glob("dev-context-*.json"):
        _, _, context_lang, _, question_lang = path.stem.split("-")
        for each in json.loads(path.read_text(encoding="utf8"))["data"]:
            for paragraph in each["paragraphs"]:
                for one in paragraph["qas"]:
                    (passage,) = benchmark.relevant[one["id"], context_lang]
                    assert texts[passage] == paragraph["context"]
                    assert asked[question_lang, one["id"]] == one["question"]
                    seen += 1
    assert seen == 15747
