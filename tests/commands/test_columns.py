import pytest

from hybridir.commands.columns import print_table


def test_a_program_gets_tabs(capsys: pytest.CaptureFixture[str]):
    print_table("title", ("name", "pairs"), [("de", "1,000"), ("fi", "")])
    assert capsys.readouterr().out == "name\tpairs\nde\t1,000\nfi\t\n"


def test_a_reader_gets_a_ruled_table_with_numbers_to_the_right(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("NO_COLOR", "1")
    print_table("title", ("name", "pairs"), [("de", "1,000"), ("fi", "7")])
    out = capsys.readouterr().out
    assert "───" in out and "title" in out
    assert "  fi         7  " in out
