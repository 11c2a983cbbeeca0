"""What is known of every collection and benchmark of `conf/`: `inventory.csv`, in which a test finds each of them.

Sizes and licences are those of the release, from papers, dataset cards and READMEs; what none of them gives is empty.
"""

import csv
from functools import cache
from importlib.resources import files
from typing import NamedTuple


class Entry(NamedTuple):
    """Languages and size as released, in words; the licence; and where it comes from."""

    languages: str
    size: str
    licence: str
    source: str


@cache
def inventory() -> dict[tuple[str, str], Entry]:
    """The entries by group (`data` or `benchmark`) and name, in the order of the file."""
    text = files("hybridir.data").joinpath("inventory.csv").read_text(encoding="utf8")
    rows = csv.DictReader(text.splitlines())
    return {(row.pop("group"), row.pop("name")): Entry(**row) for row in rows}
