"""From a configuration to what a run is made of: collections, languages, pools, and the key."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hybridir.config.key import run_key
from hybridir.config.paths import cache_dir, data_root
from hybridir.config.schema import RunConfig, StaticModel
from hybridir.data.pairs import Collection
from hybridir.data.pools import REPLAY, Pools, make_pools
from hybridir.data.rows import Direction
from hybridir.data.sources import collection_of
from hybridir.errors import UserError
from hybridir.experiments.store import RUN_PREFIX, find_run
from hybridir.languages.catalog import Language
from hybridir.languages.subsets import subset


@dataclass(frozen=True)
class Prepared:
    """A run that is known in full and has not started. `pools` are empty without training languages."""

    config: RunConfig
    key: str
    languages: list[str]
    collection: Collection
    pools: Pools
    replay: Collection | None
    replay_pools: Pools | None
    texts: Collection | None
    fingerprints: dict[str, str]


def prepare(config: RunConfig) -> Prepared:
    """Open the data, choose the languages and name the run; cheap once the data are cached."""
    root, cache = data_root(config), cache_dir(config)
    collection = collection_of(config.data, root, cache)
    languages = training_languages(config, collection.languages, collection.sizes)
    replay = replay_collection(config, root, cache) if languages else None
    texts = collection_of(config.texts.data, root, cache) if config.texts.data is not None else None
    fingerprints = _fingerprints(config, collection, replay, texts, root)
    return Prepared(
        config=config,
        key=run_key(config, languages, fingerprints),
        languages=languages,
        collection=collection,
        pools=make_pools(collection.train, languages, config.sampling.join),
        replay=replay,
        replay_pools=None if replay is None else _replay_pools(config, replay),
        texts=texts,
        fingerprints=fingerprints,
    )


def training_languages(config: RunConfig, known: Mapping[str, Language], sizes: Mapping[Direction, int]) -> list[str]:
    """The subset that `config.languages` chooses among the languages of `sizes` (pairs per direction)."""
    codes = sorted({lang for direction in sizes for lang in direction})
    asked = Counter[str]()
    for direction, size in sizes.items():
        asked[direction.query] += size
    return subset(config.languages, {code: known[code] for code in codes}, asked)


def replay_collection(config: RunConfig, root: Path, cache: Path) -> Collection | None:
    """The collection that some batches are kept on, if any."""
    data = config.replay.data
    return collection_of(data, root, cache) if data is not None and config.replay.share > 0 else None


def _replay_pools(config: RunConfig, replay: Collection) -> Pools:
    return make_pools(replay.train, sorted(replay.languages), config.replay.sampling.join, REPLAY)


def _fingerprints(
    config: RunConfig, collection: Collection, replay: Collection | None, texts: Collection | None, root: Path
) -> dict[str, str]:
    """Content hashes of all that the configuration points to."""
    fingerprints = {"data": collection.fingerprint}
    if replay is not None:
        fingerprints["replay"] = replay.fingerprint
    if texts is not None:
        fingerprints["texts"] = texts.fingerprint
    if config.model.init is not None:
        fingerprints["init"] = init_fingerprint(config.model.init, Path(config.runs_dir))
    elif isinstance(config.model, StaticModel) and config.model.vocabulary:
        fingerprints["vocabulary"] = _file_hash(vocabulary_path(config.model.vocabulary, root))
    return fingerprints


def init_fingerprint(init: str, runs_dir: Path) -> str:
    """What a run starts from: `run <key>` (whether or not it is finished), the content of a folder, or a hub name."""
    if init.startswith(RUN_PREFIX):
        return f"run {init.removeprefix(RUN_PREFIX)}"
    run = find_run(init, runs_dir)
    if run is not None:
        return f"run {run.key}"
    folder = Path(init)
    if folder.is_dir():
        digest = hashlib.sha256()
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(f"{path.relative_to(folder)} {_file_hash(path)}\n".encode())
        return f"folder {digest.hexdigest()}"
    return f"hub {init}"


def vocabulary_path(vocabulary: str, root: Path) -> Path:
    """The vocabulary file, below the data root or as it stands."""
    for path in (root / vocabulary, Path(vocabulary)):
        if path.is_file():
            return path
    raise UserError(f"model.vocabulary={vocabulary} is no file below {root}: set --data-root, or name another file.")


def _file_hash(path: Path) -> str:
    with open(path, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
