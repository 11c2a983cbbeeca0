"""The catalogue of languages: names, families, scripts, resource level and SWIM-IR counts.

Sources (per column): family and script, Glottolog by way of MTEB; `joshi`, Joshi et al. 2020
(lang2tax); `cc100_gib` and `cc100_mtokens`, XLM-R paper (Conneau et al. 2020), table 6; SWIM-IR
counts, SWIM-IR paper (arXiv 2311.05800), table 7, and the dataset cards on the hub. A figure that
no source gives is empty, never guessed.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Language:
    """One language, real or artificial.

    `joshi` is the resource class of Joshi et al. 2020 (0 = left behind ... 5 = winners), `cc100_gib`
    the size of its CC-100 text in GiB; either is None where no source gives it. The last three are
    the numbers of SWIM-IR pairs on the hub: queries in the language on English passages, the
    same in the Indic release, and both sides in the language.
    """

    code: str
    name: str
    family: str
    branch: str
    script: str
    joshi: int | None = None
    cc100_gib: float | None = None
    cc100_mtokens: int | None = None
    swim_cross: int = 0
    swim_indic: int = 0
    swim_mono: int = 0


@cache
def catalog() -> dict[str, Language]:
    """All languages of `catalog.csv` by code, in the order of the file."""
    text = files("hybridir.languages").joinpath("catalog.csv").read_text(encoding="utf8")
    return {row["code"]: _language(row) for row in csv.DictReader(text.splitlines())}


def describe(code: str) -> Language:
    """What is known of `code`; of a language outside the catalogue, that it is its own family.

    A subtag falls back on its language: `zh-Hant` has the family of `zh`, but none of its figures.
    """
    known = catalog().get(code)
    if known is not None:
        return known
    base = catalog().get(re.split("[-_]", code)[0])
    if base is not None:
        return Language(code, f"{base.name} ({code})", base.family, base.branch, script="")
    return Language(code, code, family=code, branch="", script="")


def _language(row: dict[str, str]) -> Language:
    return Language(
        code=row["code"],
        name=row["name"],
        family=row["family"],
        branch=row["branch"],
        script=row["script"],
        joshi=int(row["joshi"]) if row["joshi"] else None,
        cc100_gib=float(row["cc100_gib"]) if row["cc100_gib"] else None,
        cc100_mtokens=int(row["cc100_mtokens"]) if row["cc100_mtokens"] else None,
        swim_cross=int(row["swim_cross"] or 0),
        swim_indic=int(row["swim_indic"] or 0),
        swim_mono=int(row["swim_mono"] or 0),
    )
