from pathlib import Path

import pytest

from hybridir.data.lexicons.formats import Entry, read_muse, read_titles, read_tsv
from hybridir.errors import UserError


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf8")
    return path


def test_tsv_prefers_common_senses_and_then_more_synsets(tmp_path: Path) -> None:
    path = written(tmp_path / "en-de.tsv", "water\tWasser\t1\t2\nwater\tgießen\t1\t1\nwater\ttränken\t2\t5\n")
    assert list(read_tsv(path)) == [
        Entry("water", "Wasser", 998), Entry("water", "gießen", 999), Entry("water", "tränken", 1995),
    ]  # fmt: skip


def test_muse_has_spaces_or_tabs(tmp_path: Path) -> None:
    path = written(tmp_path / "en-de.txt", "the der\nthe\tdie\n\nking könig\n")
    assert [(e.english, e.translation) for e in read_muse(path)] == [("the", "der"), ("the", "die"), ("king", "könig")]
    costs = [e.cost for e in read_muse(path)]
    assert costs == sorted(costs)


def test_titles_ignore_further_columns(tmp_path: Path) -> None:
    path = written(tmp_path / "en-de.tsv", "New York\tNew York City\t20\t1\nWorld War II\tZweiter Weltkrieg\n")
    assert [(e.english, e.translation) for e in read_titles(path)] == [
        ("New York", "New York City"), ("World War II", "Zweiter Weltkrieg"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "text", "message"),
    [
        (read_tsv, "water\tWasser\n", "line 1: 2 columns, and the format has 4 columns"),
        (read_tsv, "water\tWasser\t1\t1\nking\tKönig\tx\t1\n", "line 2: 'x' and '1' are no sense rank"),
        (read_muse, "new york New York\n", "line 1: 4 columns, and the format has 2 columns"),
        (read_titles, "New York\n", "line 1: 1 columns, and the format has two columns or more"),
    ],
)
def test_a_line_of_another_format_is_named(reader, text: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=message):
        list(reader(written(tmp_path / "en-de.tsv", text)))


def test_a_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "en-de.txt").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(UserError, match=r"en-de\.txt cannot be read"):
        list(read_muse(tmp_path / "en-de.txt"))
