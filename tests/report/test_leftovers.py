from pathlib import Path

from hybridir.report.leftovers import remove_leftovers


def write(folder: Path, *names: str) -> list[Path]:
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text("x")
    return [folder / name for name in names]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_what_an_earlier_report_wrote_goes_and_what_others_wrote_stays(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    remove_leftovers(tables, write(tables, "a.md", "b.md"))
    write(tables, "mine.md")
    remove_leftovers(tables, write(tables, "b.md", "c.md"))
    assert names(tables) == {"b.md", "c.md", "mine.md"}
    remove_leftovers(tables, [])
    assert names(tables) == {"mine.md"}


def test_a_list_with_paths_in_it_reaches_no_other_folder(tmp_path: Path) -> None:
    tables = tmp_path / "tables"
    (other,) = write(tmp_path / "other", "a.md")
    tables.mkdir()
    (tmp_path / ".tables").write_text("../other/a.md\nnot there\n\n")
    remove_leftovers(tables, write(tables, "b.md"))
    assert other.is_file()
    assert names(tables) == {"b.md"}
