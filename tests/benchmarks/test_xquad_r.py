"""Reading XQuAD-R: a small file by hand, and the released ones."""

import json
from pathlib import Path
from typing import Any

import pytest

from hybridir.benchmarks.base import Texts
from hybridir.benchmarks.xquad_r import LANGUAGES, load_xquad_r
from hybridir.errors import UserError


def document() -> dict[str, Any]:
    first = {
        "context": "One is here. Two is\nthere, three too.",
        "sentence_breaks": [[0, 12], [13, 37]],
        "sentences": ["not read", "not read either"],
        "qas": [
            {"id": "a", "question": "What is here?", "answers": [{"text": "One", "answer_start": 0}]},
            {"id": "b", "question": "Who?", "answers": [{"text": "here. Two", "answer_start": 7}]},
        ],
    }
    second = {
        "context": "Four.",
        "sentence_breaks": [[0, 5]],
        "qas": [{"id": "c", "question": "Who?", "answers": [{"text": "Four", "answer_start": 0}]}],
    }
    return {
        "version": "1.1",
        "data": [{"title": "t", "paragraphs": [first]}, {"title": "u", "paragraphs": [second]}],
    }


def write(folder: Path, lang: str, content: Any) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{lang}.json").write_text(json.dumps(content), encoding="utf8")


def changed(**fields: Any) -> dict[str, Any]:
    content = document()
    content["data"][0]["paragraphs"][0] |= fields
    return content


def test_sentences_questions_and_judgements(tmp_path: Path) -> None:
    write(tmp_path, "en", document())
    benchmark = load_xquad_r(tmp_path, "sentence")
    assert benchmark.name == "xquad_r"
    assert benchmark.parallel
    assert dict(zip(benchmark.passages["en"].ids, benchmark.passages["en"].texts, strict=True)) == {
        "en_1_0": "One is here.",
        "en_1_1": "Two is\nthere, three too.",
        "en_2_0": "Four.",
    }
    assert dict(zip(benchmark.queries["en"].ids, benchmark.queries["en"].texts, strict=True)) == {
        "a": "What is here?",
        "b": "Who?",
        "c": "Who?",
    }
    # the answer of b crosses into the second sentence; the first holds its start
    assert benchmark.relevant == {
        ("a", "en"): ("en_1_0",),
        ("b", "en"): ("en_1_0",),
        ("c", "en"): ("en_2_0",),
    }


def test_context_candidates_are_the_sentence_and_its_paragraph(tmp_path: Path) -> None:
    write(tmp_path, "en", document())
    benchmark = load_xquad_r(tmp_path, "context")
    assert benchmark.name == "xquad_r_context"
    assert benchmark.passages["en"].texts == (
        "One is here.One is here. Two isthere, three too.",
        "Two isthere, three too.One is here. Two isthere, three too.",
        "Four.Four.",
    )
    assert benchmark.relevant == load_xquad_r(tmp_path, "sentence").relevant


def test_paragraphs_as_candidates(tmp_path: Path) -> None:
    write(tmp_path, "en", document())
    benchmark = load_xquad_r(tmp_path, "passage")
    assert benchmark.name == "xquad_r_passage"
    assert benchmark.passages["en"] == Texts(("en_1", "en_2"), ("One is here. Two is\nthere, three too.", "Four."))
    assert benchmark.relevant == {("a", "en"): ("en_1",), ("b", "en"): ("en_1",), ("c", "en"): ("en_2",)}


def test_an_answer_that_begins_with_a_space_belongs_to_the_sentence_after_it(tmp_path: Path) -> None:
    spaced = document()
    spaced["data"][0]["paragraphs"][0]["qas"][1]["answers"][0]["answer_start"] = 12
    write(tmp_path, "en", spaced)
    assert load_xquad_r(tmp_path, "sentence").relevant["b", "en"] == ("en_1_1",)


def test_titles_are_those_of_the_articles(tmp_path: Path) -> None:
    content = document()
    content["data"][0]["title"] = "Super_Bowl_50"
    write(tmp_path, "en", content)
    assert load_xquad_r(tmp_path, "sentence").titles == {"Super Bowl 50", "u"}


def test_files_with_different_questions_are_not_xquad_r(tmp_path: Path) -> None:
    write(tmp_path, "de", document())
    write(tmp_path, "en", changed(qas=[]))
    with pytest.raises(UserError, match=r"is not XQuAD-R: en\.json and de\.json ask different questions"):
        load_xquad_r(tmp_path, "sentence")


def test_only_the_languages_that_are_there(tmp_path: Path) -> None:
    for lang in ("tr", "de"):
        write(tmp_path, lang, document())
    write(tmp_path, "notes", {"not": "a benchmark"})
    benchmark = load_xquad_r(tmp_path, "sentence")
    assert list(benchmark.queries) == list(benchmark.passages) == list(benchmark.languages) == ["de", "tr"]
    assert benchmark.relevant["a", "tr"] == ("tr_1_0",)


def test_a_folder_without_files_says_what_to_get(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"ar, de, el, .*google-research-datasets/lareqa") as refused:
        load_xquad_r(tmp_path / "absent", "sentence")
    assert str(tmp_path / "absent") in str(refused.value)


def test_files_that_are_not_lareqas_are_refused_in_words(tmp_path: Path) -> None:
    without_breaks = document()
    del without_breaks["data"][1]["paragraphs"][0]["sentence_breaks"]
    without_context = document()
    del without_context["data"][0]["paragraphs"][0]["context"]
    astray = document()
    astray["data"][0]["paragraphs"][0]["qas"][1]["answers"][0]["answer_start"] = 37
    for lang, content, words in [
        ("ar", without_breaks, "google-research-datasets/xquad_r on the hub"),
        ("de", without_context, "without context"),
        ("el", astray, "no sentence holds the answer of question b"),
        ("en", {"rows": []}, "not in the format"),
        ("tr", changed(context=7), "context is not text"),
        ("vi", changed(sentence_breaks=[[0]]), "not pairs of numbers"),
        ("zh", changed(qas=[{"id": "a"}]), "a question without id, question or answers"),
        ("es", [1], "not in the format"),
    ]:
        write(tmp_path / lang, lang, content)
        with pytest.raises(UserError, match=words):
            load_xquad_r(tmp_path / lang, "sentence")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "hi.json").write_text('{"data": [')
    with pytest.raises(UserError, match=r"hi\.json is not JSON"):
        load_xquad_r(tmp_path / "broken", "sentence")


def test_the_released_files_have_the_published_sizes(data_root: Path) -> None:
    benchmark = load_xquad_r(data_root / "xquad-r", "sentence")
    sizes = {lang: len(texts) for lang, texts in benchmark.passages.items()}
    assert sizes == {
        "ar": 1222, "de": 1276, "el": 1234, "en": 1180, "es": 1215, "hi": 1244,
        "ru": 1219, "th": 852, "tr": 1167, "vi": 1209, "zh": 1196,
    }  # fmt: skip
    assert sum(sizes.values()) == 13014
    assert tuple(benchmark.queries) == LANGUAGES
    ids = benchmark.queries["en"].ids
    assert len(ids) == 1190
    assert all(texts.ids == ids for texts in benchmark.queries.values())
    assert benchmark.relevant.keys() == {(query, lang) for query in ids for lang in LANGUAGES}
    assert {len(passages) for passages in benchmark.relevant.values()} == {1}
    assert {len(set(texts.texts)) for texts in benchmark.queries.values()} <= set(range(1181, 1188))
    assert 780 < len({benchmark.relevant[query, "en"] for query in ids}) < 800


def test_the_released_paragraphs_and_titles(data_root: Path) -> None:
    benchmark = load_xquad_r(data_root / "xquad-r", "passage")
    assert {len(texts) for texts in benchmark.passages.values()} == {240}
    assert len(benchmark.titles) == 48
    assert "Super Bowl 50" in benchmark.titles


def test_the_released_answers_lie_in_their_sentences(data_root: Path) -> None:
    benchmark = load_xquad_r(data_root / "xquad-r", "sentence")
    texts = dict(zip(benchmark.passages["en"].ids, benchmark.passages["en"].texts, strict=True))
    (answer,) = benchmark.relevant["56beb4343aeaaa14008c925b", "en"]
    assert answer == "en_1_0"
    assert texts[answer].startswith("The Panthers defense gave up just 308 points, ranking sixth in the league")
