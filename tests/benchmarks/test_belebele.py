"""Belebele as retrieval: small files in the released form, ranked by hand; the table of codes."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hybridir.benchmarks.base import Texts
from hybridir.benchmarks.belebele import codes, load_belebele
from hybridir.errors import UserError
from hybridir.evaluation.evaluate import evaluate
from hybridir.evaluation.results import summarise
from hybridir.languages.catalog import catalog, describe

LINK = "https://en.wikibooks.org/wiki/{}"


def row(dialect: str, page: str, number: int, question: str, passage: str) -> dict[str, Any]:
    answers = {f"mc_answer{i}": f"answer {i}" for i in range(1, 5)}
    return {
        "link": LINK.format(page),
        "question_number": number,
        "flores_passage": passage,
        "question": question,
        **answers,
        "correct_answer_num": "2",
        "dialect": dialect,
        "ds": "2023-05-03",
    }


def write(folder: Path, flores: str, *rows: dict[str, Any]) -> None:
    folder.mkdir(exist_ok=True)
    lines = [json.dumps(each, ensure_ascii=False) + "\n" for each in rows]
    (folder / f"{flores}.jsonl").write_text("".join(lines), encoding="utf8")


@pytest.fixture
def belebele(tmp_path: Path) -> Path:
    """Two passages and three questions in three languages, in another order in German; nothing else is read."""
    folder = tmp_path / "data"
    write(
        folder,
        "eng_Latn",
        row("eng_Latn", "Tea", 1, "What is drunk?", "Tea is drunk."),
        row("eng_Latn", "Tea", 2, "Where?", "Tea is drunk."),
        row("eng_Latn", "Art", 1, "What is seen?", "Art is seen."),
    )
    write(
        folder,
        "deu_Latn",
        row("deu_Latn", "Art", 1, "Was sieht man?", "Kunst sieht man."),
        row("deu_Latn", "Tea", 2, "Wo?", "Tee trinkt man."),
        row("deu_Latn", "Tea", 1, "Was trinkt man?", "Tee trinkt man."),
    )
    write(folder, "zho_Hant", row("zho_Hant", "Tea", 1, "喝什麼？", "喝茶。"))
    (folder / "notes_Latn.jsonl").write_text("no Belebele", encoding="utf8")
    return tmp_path


TEA, ART = LINK.format("Tea"), LINK.format("Art")


def test_questions_find_the_distinct_passages(belebele: Path) -> None:
    benchmark = load_belebele(belebele)
    assert benchmark.name == "belebele"
    assert benchmark.parallel
    assert set(benchmark.queries) == set(benchmark.passages) == {"de", "en", "zh-Hant"}
    assert benchmark.queries["en"] == Texts(
        (f"{TEA}_1", f"{TEA}_2", f"{ART}_1"), ("What is drunk?", "Where?", "What is seen?")
    )
    assert benchmark.passages["de"] == Texts((f"de_{ART}", f"de_{TEA}"), ("Kunst sieht man.", "Tee trinkt man."))
    assert benchmark.relevant == {
        (f"{TEA}_1", "en"): (f"en_{TEA}",),
        (f"{TEA}_2", "en"): (f"en_{TEA}",),
        (f"{ART}_1", "en"): (f"en_{ART}",),
        (f"{TEA}_1", "de"): (f"de_{TEA}",),
        (f"{TEA}_2", "de"): (f"de_{TEA}",),
        (f"{ART}_1", "de"): (f"de_{ART}",),
        (f"{TEA}_1", "zh-Hant"): (f"zh-Hant_{TEA}",),
    }


def test_two_passages_with_one_link_are_told_apart(tmp_path: Path) -> None:
    rows = [row("eng_Latn", "Tea", 1, "a?", "first"), row("eng_Latn", "Tea", 2, "b?", "second")]
    write(tmp_path, "eng_Latn", *rows)
    benchmark = load_belebele(tmp_path)
    assert benchmark.passages["en"].texts == ("first", "second")
    first, second = benchmark.passages["en"].ids
    assert first == f"en_{TEA}"
    assert second.startswith(f"en_{TEA}_")
    assert benchmark.relevant == {(f"{TEA}_1", "en"): (first,), (f"{TEA}_2", "en"): (second,)}


def test_values_of_a_ranking_by_hand(belebele: Path) -> None:
    """The encoder knows English and German tea, and takes all else for art: ranks are 1 or 2 of two passages."""
    known = {"Tea is drunk.", "What is drunk?", "Tee trinkt man.", "Was trinkt man?"}

    def encode(texts: Any, kind: str) -> np.ndarray:
        return np.array([[1, 0] if text in known else [0, 1] for text in texts], np.float32)

    scores = evaluate(encode, load_belebele(belebele, ["de", "en"]), "r")
    values = {
        (line.query_lang, line.passage_lang, line.metric): line.value
        for line in summarise(scores)
        if line.passage_lang != "*"
    }
    # ranks of the three questions are 1, 2 (the second one asks for tea, found after art) and 1
    assert values["en", "de", "R@1"] == pytest.approx(2 / 3)
    assert values["en", "de", "MRR"] == values["de", "en", "mAP"] == pytest.approx((1 + 1 / 2 + 1) / 3)
    assert values["en", "en", "nDCG@10"] == pytest.approx((1 + 1 / np.log2(3) + 1) / 3)


def test_languages_are_chosen_by_our_codes(belebele: Path) -> None:
    benchmark = load_belebele(belebele, ["zh-Hant", "en"])
    assert set(benchmark.passages) == {"en", "zh-Hant"}
    with pytest.raises(UserError, match=r"benchmark\.languages has 'deu_Latn', and Belebele has only de, en, zh-Hant"):
        load_belebele(belebele, ["deu_Latn"])


def test_what_is_not_belebele_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"no Belebele in .*: expected files such as eng_Latn\.jsonl"):
        load_belebele(tmp_path)
    without = row("eng_Latn", "Tea", 1, "a?", "first")
    del without["flores_passage"]
    twice = [row("eng_Latn", "Tea", 1, text, "first") for text in ("a?", "b?")]
    for rows, words in [
        ([without], r"line 1: has no field 'flores_passage'"),
        (twice, r"line 2: the id '.*Tea_1' comes a second time"),
        (
            [row("eng_Latn", "Tea", 1, "a?", "p") | {"question": 3}],
            r"line 1: 'question' is '3', where text is expected",
        ),
    ]:
        write(tmp_path, "eng_Latn", *rows)
        with pytest.raises(UserError, match=words):
            load_belebele(tmp_path)


def test_codes_of_all_122_variants() -> None:
    table = codes()
    assert len(table) == len(set(table.values())) == 122
    chosen = (
        "eng_Latn",
        "swh_Latn",
        "arb_Arab",
        "arz_Arab",
        "zho_Hans",
        "zho_Hant",
        "hin_Latn",
        "nob_Latn",
        "ceb_Latn",
    )
    assert [table[code] for code in chosen] == ["en", "sw", "ar", "arz", "zh", "zh-Hant", "hi-Latn", "no", "ceb"]
    # the languages of SWIM-IR that Belebele has are known by the codes of SWIM-IR
    swim = {code for code, known in catalog().items() if known.swim_cross or known.swim_indic or known.swim_mono}
    assert swim - set(table.values()) == {"bho", "gom", "mai", "mni", "sa"}


def test_languages_outside_the_catalogue_have_belebeles_names(belebele: Path) -> None:
    write(belebele / "data", "ceb_Latn", row("ceb_Latn", "Tea", 1, "unsa?", "tsa"))
    languages = load_belebele(belebele).languages
    assert languages["de"] == describe("de")
    assert (languages["ceb"].name, languages["ceb"].script, languages["ceb"].family) == ("Cebuano", "Latn", "ceb")
    assert (languages["zh-Hant"].script, languages["zh-Hant"].family) == ("Hant", "Sino-Tibetan")
