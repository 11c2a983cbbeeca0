"""Texts are real sentences: whether they fit is judged by script, and English by its words."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hybridir.data.rows import PAIR_SCHEMA, Direction
from hybridir.data.scripts import FEWEST, SAMPLE, Samples, judge, script_of

CHINESE = "哪一年建造了这座桥？"
ENGLISH = "The bridge was built by the city in the year 1890, which is what the records say."
GERMAN = "Die Brücke wurde im Jahr 1890 von der Stadt gebaut, wie die Akten sagen."
FINNISH = "Minä vuonna silta rakennettiin kaupungin toimesta?"


def wrong(query: str, passage: str, queries: Sequence[str], passages: Sequence[str]) -> str | None:
    return judge("x.jsonl", Direction(query, passage), queries, passages).wrong


def test_a_direction_as_it_is_said():
    verdict = judge("x", Direction("zh", "en"), [CHINESE] * FEWEST, [ENGLISH] * FEWEST)
    assert verdict == (Direction("zh", "en"), None, True)


def test_a_direction_turned_round_is_named_with_file_and_example():
    said = wrong("zh", "en", [ENGLISH] * FEWEST, [CHINESE] * FEWEST)
    assert said == (
        "x.jsonl, zh->en: most queries are not in the script Hans, and Chinese (zh) is expected, such as 'The bridge"
        " was built by the city in the year 1890, which is…'; mend the language codes, or turn query and passage round."
    )
    assert "most passages are not in the script Latn" in str(wrong("zh", "en", [CHINESE] * FEWEST, [CHINESE] * FEWEST))


def test_among_latin_scripts_english_is_told_by_its_words():
    assert wrong("de", "en", [GERMAN] * FEWEST, [ENGLISH] * FEWEST) is None
    assert "most queries are in English, and German" in str(wrong("de", "en", [ENGLISH] * FEWEST, [GERMAN] * FEWEST))
    assert "most passages are not in English" in str(wrong("de", "en", [GERMAN] * FEWEST, [GERMAN] * FEWEST))
    assert "most passages are in English" in str(wrong("fi", "fi", [FINNISH] * FEWEST, [ENGLISH] * FEWEST))
    assert judge("x", Direction("de", "en"), [GERMAN] * FEWEST, [ENGLISH] * FEWEST).told


def test_what_cannot_be_told():
    two_latin = judge("x", Direction("de", "fi"), [FINNISH] * FEWEST, [GERMAN] * FEWEST)
    assert two_latin == (Direction("de", "fi"), None, False)
    unknown = judge("x", Direction("xx", "en"), [CHINESE] * FEWEST, [ENGLISH] * FEWEST)
    assert unknown == (Direction("xx", "en"), None, False)
    few = judge("x", Direction("zh", "en"), [ENGLISH] * (FEWEST - 1), [ENGLISH] * (FEWEST - 1))
    assert few == (Direction("zh", "en"), None, False)
    no_letters = judge("x", Direction("zh", "en"), ["1890?"] * FEWEST, [ENGLISH] * FEWEST)
    assert no_letters == (Direction("zh", "en"), None, False)


def test_the_majority_counts_as_queries_of_swim_ir_may_mix_languages():
    mixed = [ENGLISH] * 9 + [CHINESE] * 11
    assert wrong("zh", "zh", mixed, [CHINESE] * FEWEST) is None
    assert wrong("zh", "zh", [ENGLISH] * 11 + [CHINESE] * 9, [CHINESE] * FEWEST)
    within = "什么是The Lord of the Rings"  # 3 letters of 18 in Han
    assert wrong("zh", "zh", [within] * FEWEST, [CHINESE] * FEWEST)
    assert wrong("zh", "zh", ["谁写了《指环王三部曲》The Lord of"] * FEWEST, [CHINESE] * FEWEST) is None


@pytest.mark.parametrize(
    ("code", "script"),
    [("zh", "Hans"), ("zh-Hant", "Hant"), ("hi_Latn", "Latn"), ("pt-BR", None), ("ja", "Jpan"), ("xx", None)],
)
def test_the_script_of_a_code(code: str, script: str | None):
    assert script_of(code) == script


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("ja", "カタカナとひらがなと漢字"),
        ("ja", "ｶﾀｶﾅ"),
        ("ko", "한국어와 漢字"),
        ("am", "አማርኛ"),
        ("gu", "ગુજરાતી ભાષા"),
        ("as", "অসমীয়া"),
    ],
)
def test_letters_of_a_script(code: str, text: str):
    assert wrong(code, code, [text] * FEWEST, [text] * FEWEST) is None


def batch(queries: Sequence[str], passages: Sequence[str]) -> pa.RecordBatch:
    columns = {name: [""] * len(queries) for name in PAIR_SCHEMA.names} | {"query": queries, "passage": passages}
    return pa.record_batch([pa.array(columns[name], pa.string()) for name in PAIR_SCHEMA.names], schema=PAIR_SCHEMA)


def test_a_sample_is_judged_when_it_is_full_and_only_once():
    samples, direction = Samples(), Direction("zh", "en")
    half = batch([CHINESE] * (SAMPLE // 2), [ENGLISH] * (SAMPLE // 2))
    assert samples.add("x", direction, half) is None
    assert samples.add("y", direction, half) is None  # another file has a sample of its own
    assert samples.add("x", direction, half) == (direction, None, True)
    assert samples.add("x", direction, half) is None
    assert samples.end("x") == []
    assert samples.end("y") == [(direction, None, True)]


def test_a_sample_is_spread_over_the_rows():
    count = 10 * SAMPLE
    late = [CHINESE] * (4 * SAMPLE) + [ENGLISH] * (6 * SAMPLE)  # most are wrong, not those at the beginning
    verdict = Samples().add("x", Direction("zh", "en"), batch(late, [ENGLISH] * count))
    assert verdict is not None and verdict.wrong is not None


@pytest.mark.parametrize("folder", ["open-pairs-cross-lingual/zu-en", "open-pairs-cross-lingual/hi-zh"])
def test_real_text_is_as_it_is_said(data_root: Path, folder: str):
    (path,) = (data_root / folder).glob("train-*")
    table = pq.read_table(path)
    query, passage = Path(folder).name.split("-")
    queries, passages = (table[name].to_pylist()[:SAMPLE] for name in ("query", "text"))
    assert judge("x", Direction(query, passage), queries, passages) == (Direction(query, passage), None, True)
    assert judge("x", Direction(query, passage), passages, queries).wrong
