"""Known overlaps, planted in pairs that have none."""

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.benchmarks.xquad_r import load_xquad_r
from hybridir.config.schema import DecontaminateConfig
from hybridir.data.hub import HubPairs, Source
from hybridir.data.overlaps import REASONS, EvaluationTexts, overlapping
from hybridir.data.pairs import PairTable, open_collection
from hybridir.data.rows import PAIR_SCHEMA, Direction, Shard
from hybridir.data.shingles import normal

from .conftest import ListedPairs

Pair = tuple[str, str, str]  # question, passage, title

ENGLISH = [f"e{number}" for number in range(400)]  # words that stand once in the benchmark
THAI = [chr(0x0E01 + number % 40) + chr(0x0E01 + number // 40) for number in range(400)]
HAN = [chr(0x4E00 + number) for number in range(400)]

BENCHMARK = EvaluationTexts(
    passages=[" ".join(ENGLISH[:100]), "Too short to have shingles.", "".join(THAI[:100]), "".join(HAN[:100])],
    questions=["Who  won the FINAL?", "谁赢了？"],
    titles=["Super_Bowl_50", "ワルシャワ"],
)


class Titled(ListedPairs):
    """Pairs whose rows are (question, passage, title); a passage is known by its text."""

    def shards(self):
        for (split, query, passage), rows in self._rows.items():
            columns = {
                "query": [row[0] for row in rows],
                "passage": [row[1] for row in rows],
                "title": [row[2] for row in rows],
                "query_lang": [query] * len(rows),
                "passage_lang": [passage] * len(rows),
                "pid": [f"{row[0]} {row[1]}" for row in rows],
                "docid": [row[1] for row in rows],
                "source": ["made up"] * len(rows),
            }
            yield Shard(split, Direction(query, passage), pa.RecordBatch.from_pydict(columns, schema=PAIR_SCHEMA))


def table(cache: Path, pairs: dict[str, list[Pair]]) -> PairTable:
    """The training pairs of directions that are written `de-en`."""
    rows = {("train", *direction.split("-")): of for direction, of in pairs.items()}
    return open_collection(Titled(rows), cache).train  # type: ignore[arg-type]


def found(pairs: PairTable, *benchmarks: EvaluationTexts, **settings: object) -> list[list[str]]:
    """The reason of each row, `-` for none, for each benchmark."""
    marks = overlapping(pairs, benchmarks, DecontaminateConfig(**settings), lambda done, total: None)  # type: ignore[arg-type]
    return [["-" if mark == 0 else REASONS[mark - 1] for mark in of] for of in marks]


def other(words: int, seed: int = 0) -> list[str]:
    return [f"o{seed}x{number}" for number in range(words)]


def within(copied: list[str], size: int, glue: str = " ", fill: list[str] | None = None) -> str:
    """A text of `size` units that has the `copied` ones in its midst."""
    rest = (fill or other(size))[: size - len(copied)]
    return glue.join([*rest[: len(rest) // 2], *copied, *rest[len(rest) // 2 :]])


def test_each_reason_is_found_where_it_was_planted(tmp_path: Path) -> None:
    plain = " ".join(other(60))
    pairs = table(
        tmp_path,
        {
            "en-en": [
                ("Who won?", plain, "Final"),
                ("who won the final? ", plain, "Final"),
                ("Who lost?", f"  {BENCHMARK.passages[0].upper()}", ""),
                ("Why short?", "too short to  have shingles.", ""),
                ("Why?", plain + " more", "Super Bowl 50"),
                ("Where?", within(ENGLISH[20:60], 80), ""),
                ("Who won the final?", BENCHMARK.passages[0], "Super Bowl 50"),
                ("What?", within(ENGLISH[20:60], 80), "super bowl 50"),
            ],
            "zh-en": [("谁 赢了？", plain, ""), ("谁输了？", plain, "ワルシャワ")],
            "zh-zh": [("谁？", within(HAN[5:45], 60, "", [chr(0x6000 + n) for n in range(60)]), "")],
        },
    )
    assert list(map(str, pairs.directions)) == ["en->en", "zh->en", "zh->zh"]
    expected = ["-", "question", "passage", "passage", "title", "shingles", "question", "title"]
    expected += ["question", "title", "shingles"]
    assert found(pairs, BENCHMARK) == [expected]
    without_titles = [{"title": "-"}.get(reason, reason) for reason in expected]
    without_titles[7] = "shingles"
    assert found(pairs, BENCHMARK, titles=False) == [without_titles]
    nothing = EvaluationTexts([], [], [])
    assert found(pairs, nothing, BENCHMARK) == [["-"] * 11, expected]


@pytest.mark.parametrize(
    ("units", "glue", "size", "fill"),
    [(ENGLISH, " ", 8, None), (THAI, "", 20, list("ฯะา" * 60)), (HAN, "", 20, [chr(0x6000 + n) for n in range(200)])],
    ids=["words", "Thai", "Han"],
)
def test_just_above_and_just_below_the_share(
    tmp_path: Path, units: list[str], glue: str, size: int, fill: list[str] | None
) -> None:
    # a text of 99 + size units has 100 shingles, and n + size - 1 copied ones in a row are n of them
    units = list(glue.join(units)) if not glue else units
    pairs = [
        (f"q{shingles}", within(units[:copied], 99 + size, glue, fill), "")
        for shingles in (4, 5, 6)
        if (copied := shingles + size - 1)
    ]
    assert all(normal(passage)[1] == (not glue) for _, passage, _ in pairs)
    opened = table(tmp_path, {"xx-xx": pairs})  # type: ignore[dict-item]
    assert found(opened, BENCHMARK) == [["-", "shingles", "shingles"]]
    assert found(opened, BENCHMARK, share=0.06) == [["-", "-", "shingles"]]
    assert found(opened, BENCHMARK, share=0) == [["shingles"] * 3]


def test_a_copied_sentence_is_found_in_a_passage_of_a_hundred_words(tmp_path: Path) -> None:
    # 93 shingles: 12 words in a row are 5 of them (5.4 %), 11 are 4 (4.3 %)
    sentence = EvaluationTexts([" ".join(ENGLISH[:12]), " ".join(ENGLISH[50:61])], [], [])
    pairs = [(f"q{at}", within(ENGLISH[at : at + size], 100), "") for at, size in ((0, 12), (50, 11))]
    assert found(table(tmp_path, {"en-en": pairs}), sentence) == [["shingles", "-"]]


def test_a_passage_is_looked_at_once_for_all_that_have_it(tmp_path: Path) -> None:
    looked = list[int]()
    pairs = [(f"q{number % 3}", BENCHMARK.passages[0], "") for number in range(20)]
    both = table(tmp_path, {"en-en": pairs, "de-en": pairs})
    overlapping(both, [BENCHMARK], DecontaminateConfig(), lambda done, total: looked.extend([done, total]))
    assert looked == [1, 4, 4, 4]
    assert found(both, BENCHMARK) == [["passage"] * 40]


VOCABULARY = st.lists(st.sampled_from(["a", "b", "c", "東", "京", "ß"]), min_size=1, max_size=9)


@settings(max_examples=60, deadline=None)
@given(
    passages=st.lists(VOCABULARY.map(" ".join), min_size=1, max_size=6),
    evaluated=st.lists(VOCABULARY.map(" ".join), max_size=4),
    share=st.sampled_from([0.05, 0.25, 0.5, 1.0]),
    words=st.integers(1, 3),
)
def test_what_is_found_is_what_sets_find(tmp_path_factory, passages, evaluated, share, words) -> None:
    pairs = table(tmp_path_factory.mktemp("cache"), {"xx-xx": [("q", passage, "") for passage in passages]})
    benchmark = EvaluationTexts(evaluated, [], [])
    exact = {normal(text)[0] for text in evaluated}
    known = {shingle for text in evaluated for shingle in _shingles(text, words)}

    def reason(passage: str) -> str:
        shingles = _shingles(passage, words)
        shared = sum(shingle in known for shingle in shingles)
        if normal(passage)[0] in exact:
            return "passage"
        return "shingles" if shared and shared / len(shingles) >= share else "-"

    assert found(pairs, benchmark, share=share, words=words, characters=2) == [list(map(reason, passages))]


def _shingles(text: str, words: int) -> list[str]:
    form, unspaced = normal(text)
    units, glue, size = (list(form), "", 2) if unspaced else (form.split(), " ", words)
    return [glue.join(units[at : at + size]) for at in range(len(units) - size + 1)]


def test_russian_open_pairs_and_xquad_r_share_nothing(data_root: Path, tmp_path: Path) -> None:
    """As the README.md beside them says of all; shingles of four words tell that something was looked at."""
    reader = HubPairs("russian", [Source("open-pairs-monolingual/ru")], data_root)
    pairs = open_collection(reader, tmp_path).train
    benchmark = load_xquad_r(data_root / "xquad-r", "sentence").only(["ru"])
    texts = EvaluationTexts(benchmark.passages["ru"].texts, benchmark.queries["ru"].texts, benchmark.titles)
    assert set(found(pairs, texts)[0]) == {"-"}
    assert "shingles" in found(pairs, texts, share=0.0, words=4)[0]
