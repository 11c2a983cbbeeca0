import hashlib
import os
import re
import subprocess
import sys
from collections import Counter, defaultdict
from dataclasses import replace
from math import log
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hybridir.data.artificial import VERSION, ArtificialPairs
from hybridir.data.rows import PAIR_SCHEMA, Direction
from hybridir.data.world.build import build_world
from hybridir.data.world.config import WorldConfig
from hybridir.errors import UserError

SMALL = WorldConfig(languages=8, pairs=200, scale=0.2, sentences=40)
DIGEST = "fb2806237b4e89bd2f001f5eaa5368b15b5b706344e41e79513d85e78f0fa7f7"


def digest_of(config):
    """SHA-256 over every row of the pairs and every line of text."""
    digest, reader = hashlib.sha256(), ArtificialPairs(config)
    for shard in reader.shards():
        digest.update(f"{shard.split} {shard.direction} {shard.rows.to_pylist()}".encode())
    for language in reader.all_languages():
        digest.update(f"{language.code} {reader.texts(language.code)}".encode())
    return digest.hexdigest()


@pytest.fixture(scope="module")
def shards():
    return list(ArtificialPairs(WorldConfig()).shards())


@pytest.fixture(scope="module")
def sizes(shards):
    return {shard.direction: shard.rows.num_rows for shard in shards if shard.split == "train"}


def column(shards, name, split):
    return [value for shard in shards if shard.split == split for value in shard.rows.column(name).to_pylist()]


def test_the_bytes_are_those_of_this_version():
    """If this fails and the change is meant: raise VERSION, so that nobody's cache is stale."""
    assert (VERSION, digest_of(SMALL)) == (1, DIGEST)


def test_two_processes_make_the_same_world():
    build_world.cache_clear()
    here = digest_of(SMALL)
    program = f"from test_artificial import *; print(digest_of({SMALL!r}))"
    environment = os.environ | {"PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parent)}
    there = subprocess.run([sys.executable, "-c", program], env=environment, check=True, capture_output=True, text=True)
    assert there.stdout.strip() == here


def test_another_seed_is_another_world_and_another_signature():
    other = replace(SMALL, seed=1)
    assert digest_of(other) != digest_of(SMALL)
    assert ArtificialPairs(other).signature() != ArtificialPairs(SMALL).signature()
    assert ArtificialPairs(SMALL).signature() == ArtificialPairs(replace(SMALL)).signature()


def test_the_shape_of_the_default_world(sizes):
    assert 20_000 <= sum(sizes.values()) <= 30_000
    assert sizes[Direction("qaa", "qaa")] == max(sizes.values()) == 6000
    assert sorted(sizes.values(), reverse=True)[:4] == [6000, 2612, 2612, 1605]
    assert 100 <= min(sizes.values()) <= 400
    crosslingual = [direction for direction in sizes if not direction.monolingual]
    assert len(crosslingual) == 11
    assert {direction.passage for direction in crosslingual} == {"qaa"}
    assert len(sizes) - len(crosslingual) == 9


def test_never_trained_languages_have_no_pairs_but_text(sizes):
    reader = ArtificialPairs(WorldConfig())
    trained = {direction.query for direction in sizes}
    never = [language.code for language in reader.all_languages() if language.code not in trained]
    assert never == ["qae", "qag", "qai", "qak", "qam", "qao"]
    assert all(len(reader.texts(code)) > 150 for code in never)
    assert len(reader.texts("qaa")) == 600


def test_pids_join_some_pairs_over_directions(shards):
    directions = defaultdict(set)
    for shard in shards:
        if shard.split == "train":
            for pid in shard.rows.column("pid").to_pylist():
                assert shard.direction not in directions[pid]  # unique within a direction
                directions[pid].add(shard.direction)
    shared = [pid for pid, found in directions.items() if len(found) > 1]
    rows = sum(map(len, directions.values()))
    assert 0.08 < sum(len(directions[pid]) for pid in shared) / rows < 0.12
    assert max(map(len, directions.values())) == 20  # the first shared question is asked in all


def test_equal_docids_are_equal_passages_and_some_answer_two_questions(shards):
    passages, questions = defaultdict(set), Counter()
    for shard in shards:
        for row in shard.rows.to_pylist():
            passages[row["docid"]].add((row["passage"], row["title"], row["passage_lang"]))
            questions[row["docid"], str(shard.direction)] += 1
    assert all(len(found) == 1 for found in passages.values())
    assert 0.1 < sum(count == 2 for count in questions.values()) / len(questions) < 0.3


def test_validation_is_small_in_every_direction_and_shares_nothing_with_training(shards, sizes):
    held_out = {shard.direction: shard.rows.num_rows for shard in shards if shard.split == "validation"}
    assert held_out == {direction: max(1, round(0.05 * size)) for direction, size in sizes.items()}
    for name in ("pid", "docid"):
        assert not set(column(shards, name, "train")) & set(column(shards, name, "validation"))


def test_an_unspaced_language_has_no_space_in_question_passage_title_and_text(shards):
    reader = ArtificialPairs(WorldConfig())
    unspaced = [language.code for language in reader.all_languages() if language.script == "Hira"]
    assert unspaced == ["qac"]
    rows = [row for s in shards if s.direction == Direction("qac", "qac") for row in s.rows.to_pylist()]
    texts = [row[name] for row in rows for name in ("query", "passage", "title")] + reader.texts("qac")
    assert not [text for text in texts if re.search(r"\s", text)]
    assert all(" " in text for text in reader.texts("qab"))


def test_words_are_zipfian(shards):
    """Few words make most of the text, and most words are rare; Zipf's exponent is near 1."""
    words = Counter(" ".join(column(shards[:1], "passage", "train")).lower().replace(".", "").split())
    counts = sorted(words.values(), reverse=True)
    assert sum(counts[: len(counts) // 100]) > 0.4 * sum(counts)
    assert sum(count <= counts[0] // 100 for count in counts) > 0.9 * len(counts)
    exponent = log(counts[9] / counts[999]) / log(1000 / 10)
    assert 0.5 < exponent < 1.5


def test_what_is_asked_for_is_said_in_the_language_of_its_side(shards):
    scripts = {code: language.script for code, language in ArtificialPairs().languages(["qaa", "qab"]).items()}
    assert scripts == {"qaa": "Latn", "qab": "Cyrl"}
    [shard] = [s for s in shards if s.direction == Direction("qab", "qaa") and s.split == "train"]
    assert all(re.search("[а-я]", query) and not re.search("[a-z]", query) for query in shard.rows["query"].to_pylist())
    assert all(re.search("[a-z]", text) and not re.search("[а-я]", text) for text in shard.rows["passage"].to_pylist())


def test_a_language_of_another_world_is_refused():
    with pytest.raises(UserError, match="'de' is not of the artificial world; choose from qaa to qar"):
        ArtificialPairs().texts("de")
    with pytest.raises(UserError, match="'en'"):
        ArtificialPairs().languages(["qaa", "en"])


@settings(max_examples=12, deadline=None)
@given(
    st.builds(
        WorldConfig,
        seed=st.integers(0, 2**32),
        languages=st.integers(8, 14),
        pairs=st.just(100),
        scale=st.floats(0.02, 0.3),
        parallel=st.floats(0, 1),
        sound_changes=st.integers(0, 12),
        synonyms=st.integers(1, 4),
        sentences=st.just(10),
    )
)
def test_every_world_keeps_the_contract(config):
    reader = ArtificialPairs(config)
    splits = Counter()
    for shard in reader.shards():
        assert isinstance(shard.rows, pa.RecordBatch)
        assert shard.rows.schema == PAIR_SCHEMA
        splits[shard.split, shard.direction] += shard.rows.num_rows
        for row in shard.rows.to_pylist():
            assert all(row.values())
            assert Direction(row["query_lang"], row["passage_lang"]) == shard.direction
    assert set(splits.values()) and min(splits.values()) >= 1
    assert {direction.passage for _, direction in splits if not direction.monolingual} == {reader.pivot}
