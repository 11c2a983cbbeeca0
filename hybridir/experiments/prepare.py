"""From a configuration to what a run is made of: collections, languages, pools, and the key."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hybridir.batching.plan import drawn_from
from hybridir.config.key import run_key
from hybridir.config.paths import cache_dir, data_root
from hybridir.config.schema import DataConfig, RunConfig, StaticModel
from hybridir.data.budget import within_budget
from hybridir.data.lexicons.files import choose
from hybridir.data.pairs import Collection
from hybridir.data.pools import REPLAY, Pools, make_pools
from hybridir.data.rows import Direction
from hybridir.data.sources import collection_of
from hybridir.errors import UserError
from hybridir.experiments.once import Once
from hybridir.experiments.overlap import Selected, select
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


def prepare(config: RunConfig, look: bool = True, once: Once | None = None) -> Prepared:
    """Open the data, choose the languages and name the run; cheap once the data are cached.

    With `look=False`, overlap with the benchmarks that is not known from before is not looked for: the run may then
    turn out to have another key. The runs of a sweep share `once`, so that what they have in common is made once.
    """
    once = once or Once()
    collection = _opened(config, config.data, once)
    languages = training_languages(config, collection.languages, collection.sizes)
    replay_data = config.replay.data if languages and config.replay.share > 0 else None
    replay = _opened(config, replay_data, once) if replay_data is not None else None
    texts = _opened(config, config.texts.data, once) if config.texts.data is not None else None
    fingerprints = _fingerprints(config, collection, replay, texts, languages, once)
    selected = select(config, config.data, collection, languages, look, once)
    replay_selected, replay_pools = Selected(), None
    if replay is not None and replay_data is not None:
        replay_selected = select(config, replay_data, replay, sorted(replay.languages), look, once)
        replay_pools = _replay_pools(config, replay_data, replay, replay_selected, once)
    dropped = selected.fingerprint("dropped") | replay_selected.fingerprint("replay_dropped")
    return Prepared(
        config=config,
        key=run_key(config, languages, fingerprints | dropped),
        languages=languages,
        collection=collection,
        pools=_pools(config, collection, languages, selected, once),
        replay=replay,
        replay_pools=replay_pools,
        texts=texts,
        fingerprints=fingerprints,
        selected=selected,
        replay_selected=replay_selected,
    )


def _opened(config: RunConfig, data: DataConfig, once: Once) -> Collection:
    root, cache = data_root(config), cache_dir(config)
    return once(("data", repr(data), root, cache), lambda: collection_of(data, root, cache))


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


def short_of_total(prepared: Prepared) -> str | None:
    """That there are fewer pairs than `budget.total` asks for, in a sentence; None where there are not."""
    total = prepared.config.budget.total
    number = sum(drawn_from(prepared.pools, prepared.config.sampling).sizes().values())
    if total is None or not prepared.languages or number >= total:
        return None
    return f"{prepared.collection.name}: budget.total={total:,} is not reached: {number:,} pairs train."


def _pools(config: RunConfig, collection: Collection, languages: list[str], selected: Selected, once: Once) -> Pools:
    """What the run draws from; with a budget, only the directions that it draws from, and of them what that allows."""
    join, strategy, budget = config.sampling.join, config.sampling.strategy, config.budget
    among = ("pools", _checked(config, config.data), *languages, join)
    pools = once(among, lambda: make_pools(collection.train, languages, join, excluded=selected.dropped))
    if not languages or (budget.total is None and budget.per_language is None):
        return pools
    allowed = (*among, strategy, repr(budget))
    return once(allowed, lambda: within_budget(drawn_from(pools, config.sampling), collection.train, budget))


def _replay_pools(config: RunConfig, data: DataConfig, replay: Collection, selected: Selected, once: Once) -> Pools:
    sampling = config.replay.sampling
    languages = [code for code in sorted(replay.languages) if not sampling.only or code in sampling.only]
    among = ("replay", _checked(config, data), *languages, sampling.join)
    return once(among, lambda: make_pools(replay.train, languages, sampling.join, REPLAY, selected.dropped))


def _checked(config: RunConfig, data: DataConfig) -> str:
    """A name of a collection and of what of it is dropped."""
    return f"{data} {config.data_root} {config.cache_dir} {config.benchmark} {config.decontaminate}"


def _fingerprints(
    config: RunConfig,
    collection: Collection,
    replay: Collection | None,
    texts: Collection | None,
    languages: list[str],
    once: Once,
) -> dict[str, str]:
    """Content hashes of all that the configuration points to."""
    root, model, augment = data_root(config), config.model, config.augment
    fingerprints = {"data": collection.fingerprint}
    if replay is not None:
        fingerprints["replay"] = replay.fingerprint
    if texts is not None:
        fingerprints["texts"] = texts.fingerprint
    if model.init is not None:
        init, runs = model.init, Path(config.runs_dir)
        named = ("init", init, model.revision, runs)
        fingerprints["init"] = once(named, lambda: init_fingerprint(init, model.revision, runs))
    elif isinstance(model, StaticModel) and model.vocabulary:
        path = vocabulary_path(model.vocabulary, root)
        fingerprints["vocabulary"] = once(("vocabulary", path), lambda: _file_hash(path))
    if augment.kind != "none" and languages:
        switched = ("lexicons", repr(augment), root, *languages)
        fingerprints["lexicons"] = once(switched, lambda: choose(augment, languages, root).fingerprint())
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
