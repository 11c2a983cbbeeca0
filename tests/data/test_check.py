import json
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hybridir.data.check import SHOWN, Findings, _Seen, check_pairs
from hybridir.data.files import OwnPairs
from hybridir.data.places import Source
from hybridir.data.rows import Direction

from .conftest import row, write_parquet

DE, ZH = Direction("de", "de"), Direction("zh", "en")


def checked(folder: Path, translated: bool = False) -> Findings:
    findings = Findings(folder, translated)
    check_pairs(OwnPairs("mine", [Source(str(folder))], folder, findings), findings)
    return findings


def counts(findings: Findings) -> dict[str, int]:
    return {kind: noted.count for kind, noted in findings.wrong.items()}


def write(path: Path, *rows: Any) -> None:
    path.write_text("".join((one if isinstance(one, str) else json.dumps(one)) + "\n" for one in rows))


def test_what_sound_pairs_hold(tmp_path: Path):
    write(tmp_path / "train.jsonl", row("wo", "hier", "de"), row("wann", "jetzt", "de"), row("wer", "hier", "de"))
    write(tmp_path / "dev.jsonl", row("warum", "darum", "de"))
    findings = checked(tmp_path)
    contents = findings.directions[DE]
    assert counts(findings) == {}
    assert dict(contents.pairs) == {"train": 3, "validation": 1}
    assert (contents.query_characters, contents.passage_characters, len(contents.passages)) == (14, 18, 3)
    assert contents.fits is None  # too few to tell


def test_every_row_is_looked_at_whatever_is_wrong_with_the_others(tmp_path: Path):
    good = [row(f"Frage {i}", "Antwort", "de") for i in range(12)]
    write(tmp_path / "a.jsonl", "{", good[0], row(" ", "p", "de"), good[1], "[1]", row("q", "p", "d e"), *good[2:])
    write(tmp_path / "b.jsonl", good[5], row("q", "p", "de", passage="other"))
    write(tmp_path / "c.jsonl", {"query": "q", "answer": "a", "code": "de"})
    (tmp_path / "d.parquet").write_bytes(b"PAR1")
    (tmp_path / "e.jsonl").write_bytes(b'{"query": "\xff"}\n{"query": ["q"]}\n{"query": "\\ud800"}\n')
    write_parquet(tmp_path / "train-00000-of-00002.parquet", [row("last", "one", "de")])
    findings = checked(tmp_path)
    assert counts(findings) == {
        "pieces missing": 1,
        "not JSON": 1,
        "no object": 1,
        "query empty": 1,
        "odd language code": 1,
        "pair twice": 1,
        "two values": 1,
        "field missing": 1,
        "file damaged": 1,
        "not UTF-8": 1,
        "wrong type": 1,
        "not Unicode": 1,
    }
    assert findings.wrong["query empty"].said == ["a.jsonl, row 3: 'query' is empty; mend the row or take it out."]
    assert findings.wrong["pair twice"].said[0].startswith("b.jsonl, row 1: this query and passage have come before")
    assert findings.directions[DE].pairs["train"] == 12 + 1 + 1


def test_the_first_few_of_a_kind_are_kept_in_words_and_the_rest_counted(tmp_path: Path):
    write(tmp_path / "a.jsonl", *[row("", "p", "de")] * (SHOWN + 5))
    noted = checked(tmp_path).wrong["query empty"]
    assert (noted.count, len(noted.said)) == (SHOWN + 5, SHOWN)


def test_repeats_in_translations_are_a_remark(tmp_path: Path):
    write(tmp_path / "a.jsonl", row("q", "p", "de", pid="1"), row("q", "p", "de", pid="2"), row("p", "q", "de"))
    findings = checked(tmp_path, translated=True)
    assert counts(findings) == {} and findings.remarks["pair twice"].count == 1


def test_scripts_are_told_per_direction(tmp_path: Path):
    english = "The bridge was built in the year 1890, and paid for by the city."
    chinese = "这座桥是哪一年建造的，由谁出资？"
    write(tmp_path / "a.jsonl", *[row(f"{chinese}{i}", english, "zh", text_code="en") for i in range(30)])
    assert checked(tmp_path).directions[ZH].fits is True
    write(tmp_path / "b.jsonl", *[row(f"{english}{i}", chinese, "zh", text_code="en") for i in range(30)])
    findings = checked(tmp_path)
    assert counts(findings) == {"language": 1}
    assert findings.directions[ZH].fits is False


def test_a_folder_that_ends_the_reading_is_a_finding(tmp_path: Path):
    write(tmp_path / "test.jsonl", row("q", "p", "de"))
    assert counts(checked(tmp_path)) == {"not readable": 1}


@given(st.lists(st.lists(st.integers(0, 30), max_size=12), max_size=12))
def test_hashes_that_have_come_before(batches: list[list[int]]):
    seen, known = _Seen(), set[int]()
    for batch in batches:
        expected = [value in known or value in batch[:place] for place, value in enumerate(batch)]
        assert seen.add(np.array(batch, dtype=np.uint64)).tolist() == expected
        known |= set(batch)
        assert len(seen) == len(known)
