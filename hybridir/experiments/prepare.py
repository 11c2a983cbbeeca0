"""From a configuration to what a run is made of: collections, languages, pools, and the key."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hybridir.batching.plan import drawn_from
from hybridir.config.key import run_key
from hybridir.config.paths import cache_dir, data_root
from hybridir.config.schema import RunConfig, StaticModel
from hybridir.data.budget import within_budget
from hybridir.data.lexicons.files import choose
from hybridir.data.pairs import Collection
from hybridir.data.pools import REPLAY, Pools, make_pools
from hybridir.data.rows import Direction
from hybridir.data.sources import collection_of
from hybridir.errors import UserError
from hybridir.experiments.overlap import Selected, say, select
from hybridir.experiments.store import RUN_PREFIX, find_run
from hybridir.languages.catalog import Language
from hybridir.languages.subsets import subset


@dataclass(frozen=True)
class Prepared:
    """A run that is known in full and has not started. `pools` are empty without training languages.

    `selected` and `replay_selected` say what of the collections overlaps with the benchmarks, and is in no pool.
    """

    config: RunConfig
    key: str
    languages: list[str]
    collection: Collection
    pools: Pools
    replay: Collection | None
    replay_pools: Pools | None
    texts: Collection | None
    fingerprints: dict[str, str]
    selected: Selected
    replay_selected: Selected

    @property
    def validation_directions(self) -> list[Direction]:
        """The directions of the validation pairs among the training languages."""
        among = set(self.languages)
        return [direction for direction in self.collection.validation.directions if among.issuperset(direction)]


def prepare(config: RunConfig, look: bool = True) -> Prepared:
    """Open the data, choose the languages and name the run; cheap once the data are cached.

    With `look=False`, overlap with the benchmarks that is not known from before is not looked for: the run may then
    turn out to have another key.
    """
    root, cache = data_root(config), cache_dir(config)
    collection = collection_of(config.data, root, cache)
    languages = training_languages(config, collection.languages, collection.sizes)
    replay = replay_collection(config, root, cache) if languages else None
    texts = collection_of(config.texts.data, root, cache) if config.texts.data is not None else None
    fingerprints = _fingerprints(config, collection, replay, texts, root)
    if config.augment.kind != "none" and languages:
        fingerprints["lexicons"] = choose(config.augment, languages, root).fingerprint()
    selected = select(config, config.data, collection, languages, look)
    replay_selected, replay_pools = Selected(), None
    if replay is not None and config.replay.data is not None:
        replay_selected = select(config, config.replay.data, replay, sorted(replay.languages), look)
        replay_pools = _replay_pools(config, replay, replay_selected)
    dropped = selected.fingerprint("dropped") | replay_selected.fingerprint("replay_dropped")
    return Prepared(
        config=config,
        key=run_key(config, languages, fingerprints | dropped),
        languages=languages,
        collection=collection,
        pools=_pools(config, collection, languages, selected),
        replay=replay,
        replay_pools=replay_pools,
        texts=texts,
        fingerprints=fingerprints,
        selected=selected,
        replay_selected=replay_selected,
    )


def training_languages(config: RunConfig, known: Mapping[str, Language], sizes: Mapping[Direction, int]) -> list[str]:
    """The subset that `config.languages` chooses among the languages of `sizes` (pairs per direction)."""
    codes = sorted({lang for direction in sizes for lang in direction})
    asked = Counter[str]()
    for direction, size in sizes.items():
        asked[direction.query] += size
    return _only(config, subset(config.languages, {code: known[code] for code in codes}, asked))


def _only(config: RunConfig, languages: list[str]) -> list[str]:
    """Those of the training languages that `sampling.only` names, where it names any."""
    only = config.sampling.only
    missing = [code for code in only if code not in languages]
    if languages and missing:
        raise UserError(
            f"sampling.only names {missing[0]!r}, which is none of the training languages ({', '.join(languages)}):"
            f" add languages.always=[{missing[0]}], or take more languages."
        )
    return [code for code in languages if code in only] if only else languages


def replay_collection(config: RunConfig, root: Path, cache: Path) -> Collection | None:
    """The collection that some batches are kept on, if any."""
    data = config.replay.data
    return collection_of(data, root, cache) if data is not None and config.replay.share > 0 else None


def _pools(config: RunConfig, collection: Collection, languages: list[str], selected: Selected) -> Pools:
    """What the run draws from; with a budget, only the directions that it draws from, and of them what that allows."""
    pools = make_pools(collection.train, languages, config.sampling.join, excluded=selected.dropped)
    budget = config.budget
    if not languages or (budget.total is None and budget.per_language is None):
        return pools
    kept = within_budget(drawn_from(pools, config.sampling), collection.train, budget)
    number = sum(kept.sizes().values())
    if budget.total is not None and number < budget.total:
        say(f"{collection.name}: budget.total={budget.total:,} is not reached: {number:,} pairs train.")
    return kept


def _replay_pools(config: RunConfig, replay: Collection, selected: Selected) -> Pools:
    sampling = config.replay.sampling
    languages = [code for code in sorted(replay.languages) if not sampling.only or code in sampling.only]
    return make_pools(replay.train, languages, sampling.join, REPLAY, selected.dropped)


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
        fingerprints["init"] = init_fingerprint(config.model.init, config.model.revision, Path(config.runs_dir))
    elif isinstance(config.model, StaticModel) and config.model.vocabulary:
        fingerprints["vocabulary"] = _file_hash(vocabulary_path(config.model.vocabulary, root))
    return fingerprints


def init_fingerprint(init: str, revision: str | None, runs_dir: Path) -> str:
    """What a run starts from: `run <key>` (whether or not it is finished), the content of a folder, or a hub name
    (`hub NAME` or `hub NAME@REVISION`)."""
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
    return f"hub {init}" if revision is None else f"hub {init}@{revision}"


def vocabulary_path(vocabulary: str, root: Path) -> Path:
    """The vocabulary file, below the data root or as it stands."""
    for path in (root / vocabulary, Path(vocabulary)):
        if path.is_file():
            return path
    raise UserError(f"model.vocabulary={vocabulary} is no file below {root}: set --data-root, or name another file.")


def _file_hash(path: Path) -> str:
    with open(path, "rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
