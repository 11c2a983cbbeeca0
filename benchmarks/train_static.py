"""Training a static encoder: hybridir against sentence-transformers' Trainer, same model, pairs, batch and loss.

    python -m benchmarks.train_static [--data DIR] [--steps 20] [--rounds 2] [--threads 1 2] [--seed 0]

`--data` holds `open-pairs-monolingual` and `mbert-vocab`: 119,547 tokens by 256 dimensions, real questions and
passages. Without it (nor `HYBRIDIR_DATA`) the texts are of the artificial world, and as many entries fill the table.
The two train in turns in one process; steps count after the first few. Both start from the same saved model and take
the same pairs. Ours also learns a weight per token, and leaves out false negatives.
"""

import argparse
import json
import logging
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from datasets import Dataset
from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer, SentenceTransformerTrainingArguments
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from tokenizers import Tokenizer
from transformers import TrainerCallback, TrainerControl, TrainerState
from transformers import TrainingArguments as Arguments

from benchmarks.ratios import Row, present
from benchmarks.real_text import data_root as benchmark_data
from hybridir.batching.plan import BatchPlan
from hybridir.config.compose import load_config
from hybridir.config.paths import data_root
from hybridir.config.schema import SamplingConfig, TrainerConfig
from hybridir.data.pairs import Collection
from hybridir.data.pools import TRAIN, make_pools
from hybridir.data.sources import collection_of
from hybridir.encoders.static import StaticEncoder
from hybridir.encoders.token_cache import PairTokens
from hybridir.encoders.tokenizer import train_tokenizer, wordpiece_from_vocab
from hybridir.training.loop import train
from hybridir.training.objective import Contrastive, Source

_VOCABULARY = Path("mbert-vocab/mbert_modified_vocab.txt")
_SKIPPED = 5  # first steps, which start things
_TEMPERATURE = 0.05  # 1 / 20, the scale of sentence-transformers


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=benchmark_data())
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--entries", type=int, default=120_000, help="of the vocabulary, without --data")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2], help="each takes what suits it best")


def measure(options: argparse.Namespace) -> Iterator[Row]:
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        collection, tokenizer, text = _real(options, folder) if _is_real(options) else _artificial(options, folder)
        languages = sorted({code for direction in collection.sizes for code in direction if direction.monolingual})
        pools = make_pools(collection.train, languages, join=False)
        sampling = SamplingConfig(strategy="mixed", weights="proportional", join=False)
        plan = BatchPlan(pools, sampling, options.batch, options.seed)
        StaticEncoder(tokenizer, options.dim, seed=options.seed).save(folder / "start")
        settled = [_medians(options, threads, folder, collection, plan) for threads in options.threads]
    mine, theirs = (max(medians) for medians in zip(*settled, strict=True))
    ours, peer = (f"{rate:,.0f} pairs/s" for rate in (mine, theirs))
    yield Row(f"train, static encoder, {text}, batch {options.batch}", ours, peer, mine / theirs, goal=5.0)


def _medians(
    options: argparse.Namespace, threads: int, folder: Path, collection: Collection, plan: BatchPlan
) -> tuple[float, float]:
    """Pairs a second of ours and the peer with `threads` threads, taken in turns."""
    torch.set_num_threads(threads)
    rounds = [
        (_ours(options, folder, collection, plan), _theirs(options, folder, collection, plan))
        for _ in range(options.rounds)
    ]
    mine, theirs = (statistics.median(rates) for rates in zip(*rounds, strict=True))
    return mine, theirs


def _is_real(options: argparse.Namespace) -> bool:
    found: Path = options.data / _VOCABULARY
    return found.is_file()


def _real(options: argparse.Namespace, folder: Path) -> tuple[Collection, Tokenizer, str]:
    return (
        _collection(folder, "open_pairs", options.data),
        wordpiece_from_vocab(options.data / _VOCABULARY, False),
        "open pairs",
    )


def _artificial(options: argparse.Namespace, folder: Path) -> tuple[Collection, Tokenizer, str]:
    """The artificial world, and a tokenizer of it whose vocabulary is filled up with entries that no text holds."""
    collection = _collection(folder, "artificial", options.data)
    table = collection.train
    texts = [text for of in table.directions for text in table.table(of)["passage"].to_pylist()[:500]]
    tokenizer = json.loads(train_tokenizer(texts, min(options.entries, 8000), lowercase=True).to_str())
    entries = tokenizer["model"]["vocab"]
    for number in range(len(entries), options.entries):
        entries[f"[unused{number}]"] = number
    return collection, Tokenizer.from_str(json.dumps(tokenizer)), "artificial world"


def _collection(folder: Path, data: str, root: Path) -> Collection:
    config = load_config([f"data={data}", f"data_root={root}", f"cache_dir={folder}/cache"])
    return collection_of(config.data, data_root(config), folder / "cache")


def _ours(options: argparse.Namespace, folder: Path, collection: Collection, plan: BatchPlan) -> float:
    """Pairs a second of `training.loop.train`."""
    trainer = TrainerConfig(
        steps=options.steps,
        batch_size=options.batch,
        learning_rate=0.01,
        temperature=_TEMPERATURE,
    )
    encoder = StaticEncoder.load(folder / "start", folder / "start" / "0_StaticEmbedding")
    source = Source(collection.train, PairTokens(collection, "train", encoder, folder / "cache"))
    stamps: list[float] = []
    with tempfile.TemporaryDirectory(dir=folder) as run:
        train(
            encoder,
            plan,
            Contrastive(encoder, {TRAIN: source}, trainer),
            trainer,
            options.seed,
            Path(run),
            validate=dict,
            progress=lambda _: stamps.append(time.perf_counter()),
        )
    return _rate(stamps, options.batch)


def _theirs(options: argparse.Namespace, folder: Path, collection: Collection, plan: BatchPlan) -> float:
    """Pairs a second of the peer's Trainer on the pairs of the plan's batches, in an order of its own."""
    table, rows = collection.train, [plan.batch(step).rows for step in range(options.steps)]
    pairs = {
        "anchor": [text for batch in rows for text in table.texts("query", batch[:, 0])],
        "positive": [text for batch in rows for text in table.texts("passage", batch[:, 1])],
    }
    model = SentenceTransformer(str(folder / "start"), device="cpu")
    stamps: list[float] = []
    arguments = SentenceTransformerTrainingArguments(
        output_dir=str(folder / "peer"),
        per_device_train_batch_size=options.batch,
        num_train_epochs=1,
        learning_rate=0.01,
        use_cpu=True,
        seed=options.seed,
        save_strategy="no",
        logging_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    SentenceTransformerTrainer(
        model=model,
        args=arguments,
        train_dataset=Dataset.from_dict(pairs),
        loss=MultipleNegativesRankingLoss(model),
        callbacks=[_Stamps(lambda: stamps.append(time.perf_counter()))],
    ).train()
    return _rate(stamps, options.batch)


class _Stamps(TrainerCallback):
    def __init__(self, stamp: Callable[[], None]) -> None:
        self._stamp = stamp

    def on_step_end(self, args: Arguments, state: TrainerState, control: TrainerControl, **more: object) -> None:
        self._stamp()


def _rate(stamps: list[float], batch: int) -> float:
    """Pairs a second between the first steps, which do not count, and the last."""
    return (len(stamps) - 1 - _SKIPPED) * batch / (stamps[-1] - stamps[_SKIPPED])


if __name__ == "__main__":
    present(__doc__, arguments, measure)
