import json
from pathlib import Path
from typing import Any

import pytest

from hybridir.data.inspection import Strict
from hybridir.data.pairs import open_collection
from hybridir.data.places import Source
from hybridir.data.pools import make_pools
from hybridir.data.rows import Direction
from hybridir.data.squad import Passage, SquadFiles, language_of
from hybridir.errors import UserError

CONTEXT = "Der Rhein ist lang. Er ist 1.230 Kilometer lang. Er mündet in die Nordsee."


def question(ident: str, text: str, answer: str | None, begin: int = -1) -> dict[str, Any]:
    answers = [] if answer is None else [{"text": answer, "answer_start": begin}]
    return {"id": ident, "question": text, "answers": answers}


def document(context: str, *questions: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"data": [{"title": "Der_Rhein", "paragraphs": [{"context": context, "qas": list(questions), **more}]}]}


def write(folder: Path, name: str, content: Any) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf8")


def rows(folder: Path, passage: Passage = "sentence") -> list[dict[str, str]]:
    reader = SquadFiles("squad", Source(str(folder)), folder.parent, passage)
    return [row for shard in reader.shards() for row in shard.rows.to_pylist()]


def test_a_question_and_the_sentence_that_holds_its_answer(tmp_path: Path):
    asked = question("q1", "Wie lang ist der Rhein?", "1.230 Kilometer", CONTEXT.index("1.230"))
    write(tmp_path / "s", "de.json", document(CONTEXT, asked))
    (row,) = rows(tmp_path / "s")
    assert row["passage"] == "Er ist 1.230 Kilometer lang."
    assert (row["query"], row["pid"], row["title"]) == ("Wie lang ist der Rhein?", "q1", "Der Rhein")
    assert (row["query_lang"], row["passage_lang"]) == ("de", "de")
    (row,) = rows(tmp_path / "s", passage="paragraph")
    assert row["passage"] == CONTEXT


def test_breaks_that_the_file_has_are_kept(tmp_path: Path):
    asked = question("q1", "Wie lang?", "lang", CONTEXT.index("lang."))
    write(tmp_path / "s", "de.json", document(CONTEXT, asked, sentence_breaks=[[0, 48], [49, len(CONTEXT)]]))
    assert [row["passage"] for row in rows(tmp_path / "s")] == [CONTEXT[:48]]


def test_an_answer_that_translation_has_moved_is_looked_for_nearby(tmp_path: Path):
    moved = question("q1", "Wie lang?", "lang", 50)  # stands at 14 and at 43
    lost = question("q2", "Wohin?", "Ostsee", 20)
    none = question("q3", "Warum?", None)
    write(tmp_path / "s", "de.json", document(CONTEXT, moved, lost, none))
    assert [(row["pid"], row["passage"]) for row in rows(tmp_path / "s")] == [("q1", "Er ist 1.230 Kilometer lang.")]
    assert [row["pid"] for row in rows(tmp_path / "s", passage="paragraph")] == ["q1", "q2", "q3"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("de.json", "de"),
        ("xquad.zh-Hant.json", "zh-Hant"),
        ("squad.translate.train.en-vi.json", "vi"),
        ("train-v1.1.en.json", "en"),
        ("train-v1.1.json", None),
        ("dev.json", None),
    ],
)
def test_the_language_of_a_file(name: str, code: str | None):
    assert language_of(Path(name)) == code


def test_files_called_dev_hold_validation_pairs(tmp_path: Path):
    asked = question("q1", "Wie lang?", "lang", 14)
    for name in ("squad.translate.train.en-de.json", "squad.translate.dev.en-de.json", "squad.test.de.json"):
        write(tmp_path / "s", name, document(CONTEXT, asked))
    collection = open_collection(SquadFiles("s", Source("s"), tmp_path, "sentence"), tmp_path / "cache")
    assert (len(collection.train), len(collection.validation)) == (1, 1)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("de.json", "{", r"de\.json is not JSON in UTF-8"),
        ("de.json", [1], r"de\.json is not in SQuAD's format: expected data, paragraphs, qas and context"),
        ("de.json", document(CONTEXT, {"id": "q1"}), r"a paragraph of 'Der_Rhein' is not in SQuAD's format"),
        ("de.json", document(CONTEXT, {**question("q", "?", "lang"), "question": 3}), "a paragraph of 'Der_Rhein'"),
        ("de.json", json.dumps(document(CONTEXT, question("q", "\ud800?", "lang"))), "a paragraph of 'Der_Rhein'"),
        ("de.json", document(CONTEXT, question("q1", " ", "lang")), r"row 1: 'query' is empty"),
        ("train-v1.1.json", document(CONTEXT), r"does not end in a language; call it train-v1\.1\.en\.json"),
    ],
)
def test_a_damaged_file_is_named(tmp_path: Path, name: str, content: Any, said: str):
    write(tmp_path / "s", name, content)
    with pytest.raises(UserError, match=said):
        rows(tmp_path / "s")


def test_a_folder_without_files(tmp_path: Path):
    (tmp_path / "s").mkdir()
    with pytest.raises(UserError, match=r"holds no \*\.json"):
        rows(tmp_path / "s")
    with pytest.raises(UserError, match="is no folder here"):
        SquadFiles("s", Source("owner/name"), tmp_path, "sentence")


def test_on_xquad_r_the_sentences_are_those_of_lareqa_and_questions_join_across_languages(
    data_root: Path, tmp_path: Path
):
    reader = SquadFiles("x", Source("xquad-r"), data_root, "sentence", Strict())
    table = open_collection(reader, tmp_path / "cache").train
    assert len(table) == 11 * 1190
    english = table.table(Direction("en", "en"))
    assert len(set(english["docid"].to_pylist())) == 787
    pools = make_pools(table, ["en", "tr", "zh"])
    assert {len(pool) for pool in (*pools.monolingual, *pools.crosslingual)} == {1190}
