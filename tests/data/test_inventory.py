import re
from pathlib import Path

import pytest

from hybridir.config.compose import load_config, packaged
from hybridir.data.inventory import inventory
from hybridir.data.swim_ir import released_sizes


@pytest.mark.parametrize("group", ["data", "benchmark"])
def test_every_choice_of_conf_has_an_entry_and_no_other(group: str):
    there = {path.stem for path in (packaged("conf") / group).glob("*.yaml")}
    assert {name for of, name in inventory() if of == group} == there


def test_languages_that_the_configuration_names_are_those_of_the_entry():
    for name in ("mmarco", "parallel_aligned"):
        assert inventory()["data", name].languages.split() == sorted(load_config([f"data={name}"]).data.only)
    chosen = load_config(["benchmark=xtreme_up"]).benchmark["xtreme_up"].languages
    assert inventory()["benchmark", "xtreme_up"].languages.split() == sorted(chosen)


def test_swim_ir_is_as_large_as_the_catalogue_says():
    entry, sizes = inventory()["data", "swim_ir"], released_sizes()
    assert entry.size.startswith(f"{sum(sizes.values()):,} pairs")
    assert entry.languages.split() == sorted({code for direction in sizes for code in direction})


def test_languages_are_codes_or_a_number_and_each_code_stands_once():
    for entry in inventory().values():
        codes = entry.languages.split()
        assert codes == sorted(set(codes))
        assert re.fullmatch(r"\d*|[a-z]{2,3}(-[A-Z][a-z]{3})?( [a-z]{2,3}(-[A-Z][a-z]{3})?)+", entry.languages)


def test_sizes_of_real_text(data_root: Path):
    readme = (data_root / "README.md").read_text(encoding="utf8")
    both = re.findall(r"([\d,]+) \+ ([\d,]+) pairs", readme)
    total = sum(int(number.replace(",", "")) for pair in both for number in pair)
    assert inventory()["data", "open_pairs"].size == f"{total:,} pairs"
    codes = {path.name for path in (data_root / "open-pairs-monolingual").iterdir() if path.is_dir()}
    directions = [path.name for path in (data_root / "open-pairs-cross-lingual").iterdir() if path.is_dir()]
    codes |= {code for direction in directions for code in direction.split("-")}
    assert inventory()["data", "open_pairs"].languages.split() == sorted(codes)
