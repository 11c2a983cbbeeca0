import re
from pathlib import Path

import pytest

from hybridir.languages.catalog import Language, catalog, describe

WITHOUT_FIGURES = ["am", "bem", "fon", "ha", "ig", "kk", "no", "pt", "rw", "tw", "zu"]


def test_forty_languages_then_eleven_without_figures():
    codes = list(catalog())
    assert len(codes) == 51
    assert sorted(codes[40:]) == WITHOUT_FIGURES
    for code in WITHOUT_FIGURES:
        language = catalog()[code]
        assert (language.joshi, language.cc100_gib, language.cc100_mtokens) == (None, None, None)
        assert (language.swim_cross, language.swim_indic, language.swim_mono) == (0, 0, 0)
        assert language.name and language.family and language.script


def test_rows_as_the_sources_give_them():
    assert catalog()["ar"] == Language(
        "ar", "Arabic", "Afro-Asiatic", "Semitic", "Arab", 5, 28.0, 2869, 901_363, 0, 277_651
    )
    assert catalog()["hi"] == Language(
        "hi", "Hindi", "Indo-European", "Indo-Aryan", "Deva", 4, 20.2, 1715, 919_729, 5_752, 226_226
    )
    assert catalog()["el"] == Language("el", "Greek", "Indo-European", "Greek", "Grek", 3, 46.9, 4285)
    assert catalog()["mni"] == Language(
        "mni", "Manipuri", "Sino-Tibetan", "Kuki-Chin-Naga", "Beng", 0, swim_indic=5_604
    )


def test_english_has_only_pairs_within_itself():
    english = catalog()["en"]
    assert (english.swim_cross, english.swim_indic, english.swim_mono) == (0, 0, 501_538)


def test_swim_ir_has_33_languages():
    counted = [c for c, x in catalog().items() if x.swim_cross or x.swim_indic or x.swim_mono]
    assert len(counted) == 33
    assert (
        sum(x.swim_cross for x in catalog().values()) == 15_445_674
    )  # 15,532,876 less the 87,202 of the Indic release
    assert sum(x.swim_indic for x in catalog().values()) == 92_954
    assert sum(x.swim_mono for x in catalog().values()) == 3_162_220


def test_every_figure_of_the_language_table(data_root: Path):
    facts = data_root.parent / "facts.md"
    if not facts.is_file():
        pytest.skip(f"no {facts}")
    section = facts.read_text(encoding="utf8").split("## 6. Language table")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in section.splitlines() if "|" in line]
    rows = [row for row in rows if re.fullmatch(r"\(?[a-z]{2,3}\)?", row[0])]
    assert len(rows) == 40
    for code, name, family, script, joshi, gib, mtokens, *_ in rows:
        language = catalog()[code.strip("()")]
        stem, _, branch = re.sub(r" \[M\]", "", family).partition(" (")
        assert (language.family, language.branch) == (stem, branch.rstrip(")"))
        assert name.startswith(language.name)
        assert script.startswith((language.script, f"Hang/{language.script}"))
        assert language.joshi == (int(joshi[0]) if joshi[0].isdigit() else None), code
        number = re.match(r"[\d.]+", gib)
        assert language.cc100_gib == (float(number.group()) if number else None), code
        number = re.match(r"\d+", mtokens)
        assert language.cc100_mtokens == (int(number.group()) if number else None), code


def test_a_subtag_has_the_family_but_not_the_figures_of_its_language():
    assert describe("zh-Hant") == Language("zh-Hant", "Chinese (zh-Hant)", "Sino-Tibetan", "Sinitic", script="")
    assert describe("zh_Hant").family == "Sino-Tibetan"


def test_an_unknown_language_is_its_own_family():
    assert describe("xyz") == Language("xyz", "xyz", family="xyz", branch="", script="")
