"""The key of a run: SHA-256 of everything that decides its weights, and of nothing else (law 2)."""

import hashlib
import json
from typing import Any

from hybridir.config.compose import plain
from hybridir.config.schema import RunConfig

KEY_LENGTH = 12
"""Characters of the key in folder names and tables."""

_ELSEWHERE = ("init", "revision", "vocabulary", "encoder_parameters")
"""Settings of the model that are known by their content, or decide nothing."""

_LATER = {"memory": "whole", "micro_tokens": None}
"""Settings of the trainer that came later, and how runs went before."""

_LEXICONS = ("lexicon", "languages", "query_language", "passage_language")
"""Settings of the augmentation that are known by the content of the lexicons and the languages of each side."""


def run_key(config: RunConfig, languages: list[str], fingerprints: dict[str, str]) -> str:
    """The key of the run of `config` on the subset `languages`: 64 hexadecimal digits.

    `fingerprints` name the content of what the configuration points to (data, replay, model.init,
    vocabulary). Left out are paths, the executor, the benchmarks (which measure a run and do not
    change it), how the subset was chosen, what only logs; and, without training languages,
    everything that only training would use.
    """
    return hashlib.sha256(json.dumps(identity(config, languages, fingerprints), sort_keys=True).encode()).hexdigest()


def identity(config: RunConfig, languages: list[str], fingerprints: dict[str, str]) -> dict[str, Any]:
    """What `run_key` hashes."""
    sections = plain(config)
    model = {name: value for name, value in sections["model"].items() if name not in _ELSEWHERE}
    known: dict[str, Any] = {"model": model, "fingerprints": fingerprints, "languages": sorted(languages)}
    starts_from_another = "init" in fingerprints
    if languages:
        trainer = dict(sections["trainer"])
        for logs_only in ("log_every", "validate_every", "validation_pairs", "checkpoint_every"):
            del trainer[logs_only]
        for name, usual in _LATER.items():  # so that runs from before there were these keep their keys
            if trainer[name] == usual:
                del trainer[name]
        sampling = sections["sampling"]
        sampling.pop("only")  # the training languages say it
        if sampling["strategy"] != "hybrid":
            sampling.pop("alpha")
        if sampling["strategy"] not in ("crosslingual", "hybrid"):
            sampling.pop("crosslingual_batches")
        if sampling["weights"] != "temperature":
            sampling.pop("temperature")
        replay: dict[str, Any] = {"share": config.replay.share}
        if config.replay.share:
            replay["sampling"] = {k: v for k, v in sections["replay"]["sampling"].items() if k != "only" or v}
        if config.augment.kind != "none":
            known["augment"] = {k: v for k, v in sections["augment"].items() if k not in _LEXICONS}
        if config.budget.total is not None or config.budget.per_language is not None:
            known["budget"] = sections["budget"]
        known |= {"trainer": trainer, "sampling": sampling, "replay": replay, "seed": config.seed}
    elif not starts_from_another:
        known["seed"] = config.seed
    return known
