"""Code-switching in a run: the switched texts that its configuration asks for, and how many words were switched."""

from collections import Counter
from typing import Any

import numpy as np

from hybridir.batching.plan import BatchPlan
from hybridir.config.paths import cache_dir, data_root
from hybridir.data.codeswitch import SwitchedTexts
from hybridir.data.common_words import common_words
from hybridir.data.lexicons.dictionary import NAMES
from hybridir.data.lexicons.files import SIDES, choose
from hybridir.data.lexicons.load import load_dictionaries
from hybridir.data.pools import TRAIN
from hybridir.experiments.prepare import Prepared

_BATCHES = 16  # spread over the run, in which the switched words are counted


def switched_texts(prepared: Prepared) -> SwitchedTexts | None:
    """The texts that are trained on, or None where nothing is switched."""
    config, table = prepared.config, prepared.collection.train
    if config.augment.kind == "none" or not prepared.languages:
        return None
    chosen = choose(config.augment, prepared.languages, data_root(config))
    dictionaries = load_dictionaries(chosen.files, config.augment.format, cache_dir(config))
    # word lists without function words have namesakes in their place: the east for the French "est"
    kept = common_words(table, prepared.languages) if config.augment.format in NAMES else None
    return SwitchedTexts(table, config.augment, chosen.into, dictionaries, config.seed, kept)


def switched_share(texts: SwitchedTexts, plan: BatchPlan, steps: int) -> dict[str, Any]:
    """Which share of all words was switched on each side, by language and over all (`*`), in batches spread over the
    run: below `augment.probability`, since words without a translation stay."""
    words: Counter[tuple[str, str]] = Counter()
    replaced: Counter[tuple[str, str]] = Counter()
    for step in np.unique(np.linspace(0, max(steps - 1, 0), _BATCHES, dtype=np.int64)):
        batch = plan.batch(int(step))
        if batch.source != TRAIN:
            continue
        for column, side in enumerate(SIDES):
            rows = batch.rows[:, column]
            switched = texts.switch(side, rows, batch.passes)
            for code, total, of_these in zip(texts.languages(side, rows), *switched[1:], strict=True):
                for key in ((side, code), (side, "*")):
                    words[key] += int(total)
                    replaced[key] += int(of_these)
    return {
        side: {
            code: round(replaced[of, code] / words[of, code], 4)
            for of, code in sorted(words)
            if of == side and words[of, code]
        }
        for side in SIDES
    }
