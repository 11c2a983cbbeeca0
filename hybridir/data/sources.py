"""From a data configuration to a collection, and to plain text for a tokenizer."""

import math
from pathlib import Path
from typing import cast

import numpy as np

from hybridir.config.schema import DataConfig
from hybridir.data.artificial import ArtificialPairs
from hybridir.data.files import OwnPairs
from hybridir.data.heldout import HeldOut
from hybridir.data.hub import HubPairs
from hybridir.data.inspection import Inspector, Strict
from hybridir.data.mmarco import Mmarco
from hybridir.data.only import OnlyLanguages
from hybridir.data.pairs import Collection, open_collection
from hybridir.data.parallel import ParallelSentences
from hybridir.data.places import Source
from hybridir.data.released import RELEASED, Counted
from hybridir.data.rows import PairReader
from hybridir.data.squad import Passage, SquadFiles
from hybridir.data.swim_ir import SwimIrFiles
from hybridir.data.together import Together
from hybridir.data.world.config import make_world
from hybridir.errors import UserError

_PAIRS = 5000  # of a direction, and
_CHARACTERS = 1_000_000  # of a language, that are read: enough for its words, and no language drowns the others

_OPEN: dict[str, Collection] = {}


def make_reader(config: DataConfig, data_root: Path) -> PairReader:
    """The reader that `config.kind` names."""
    reader = plain_reader(config, data_root, Strict(config.scripts))
    if config.name in RELEASED:
        reader = Counted(reader, RELEASED[config.name]())
    if config.only:
        reader = OnlyLanguages(reader, config.only)
    return HeldOut(reader, config.heldout) if config.heldout else reader


def plain_reader(config: DataConfig, data_root: Path, inspector: Inspector) -> PairReader:
    """The reader of all that is there; `inspector` is told what it finds."""
    match config.kind:
        case "artificial":
            return ArtificialPairs(make_world(config.world))
        case "swim_ir_files":
            return SwimIrFiles(data_root / _required(config.folder, "data.folder"), inspector)
        case "mmarco":
            return Mmarco(config.name, _one_source(config), data_root, config.only, inspector)
        case "squad":
            return SquadFiles(config.name, _one_source(config), data_root, cast(Passage, config.passage), inspector)
        case "files":
            return OwnPairs(config.name, sources_of(config), data_root, inspector)
        case "parallel":
            return ParallelSentences(HubPairs(config.name, sources_of(config), data_root, inspector))
        case _:
            return _hub_pairs(config, data_root, inspector)


def _hub_pairs(config: DataConfig, data_root: Path, inspector: Inspector) -> PairReader:
    """The sources as they are, and behind them those that are read both ways."""
    sources = list(zip(sources_of(config), config.sources, strict=True)) if not config.folder else []
    both_ways = [source for source, asked in sources if asked.both_ways]
    as_given = [source for source in sources_of(config) if source not in both_ways]
    readers: list[PairReader] = []
    if as_given:
        readers.append(HubPairs(config.name, as_given, data_root, inspector))
    if both_ways:
        readers.append(ParallelSentences(HubPairs(config.name, both_ways, data_root, inspector)))
    return readers[0] if len(readers) == 1 else Together(readers)


def sources_of(config: DataConfig) -> list[Source]:
    """Where `config` reads from: its folder, or else its sources."""
    if config.folder:
        return [Source(config.folder)]
    if not config.sources:
        raise UserError("data.sources and data.folder are empty: name the folder (or file) of the data, or a hub name.")
    return [Source(s.path, s.passages, s.revision) for s in config.sources]


def _one_source(config: DataConfig) -> Source:
    source, *others = sources_of(config)
    if others:
        raise UserError(f"data.sources has {len(others) + 1} entries, and data.kind={config.kind} reads one: name one.")
    return source


def collection_of(config: DataConfig, data_root: Path, cache: Path) -> Collection:
    """The collection of `config`; opened once per process while its files stay as they are."""
    reader = make_reader(config, data_root)
    key = f"{cache} {config} {reader.signature()}"
    if key not in _OPEN:
        _OPEN[key] = open_collection(reader, cache)
    return _OPEN[key]


def plain_texts(config: DataConfig, collection: Collection, data_root: Path) -> dict[str, list[str]]:
    """Text in every language of the data, by language: what a tokenizer and token weights are made from.

    The artificial world has text of languages that are never trained on, as a pretrained model has read them;
    of other data it is distinct queries and passages, evenly spread over each direction and language.
    """
    if config.kind == "artificial":
        world = ArtificialPairs(make_world(config.world))
        return {language.code: world.texts(language.code) for language in world.all_languages()}
    table, texts = collection.train, dict[str, dict[str, None]]()
    for direction, rows in table.directions.items():
        chosen = np.linspace(rows.start, rows.stop - 1, min(len(rows), _PAIRS)).astype(np.int64)
        for column, language in (("query", direction.query), ("passage", direction.passage)):
            texts.setdefault(language, {}).update(dict.fromkeys(table.texts(column, chosen)))
    return {language: _thinned(list(distinct)) for language, distinct in texts.items()}


def _thinned(texts: list[str]) -> list[str]:
    """Every so many of `texts`, so that about `_CHARACTERS` are left."""
    every = math.ceil(sum(map(len, texts)) / _CHARACTERS)
    return texts[::every]


def _required(value: str | None, name: str) -> str:
    if not value:
        raise UserError(f"{name} is empty: name the folder of the data.")
    return value
