"""XQuAD-R end to end: load the model, encode, rank and score all directions and the pool, beside sentence-transformers.

    python -m benchmarks.evaluate_xquad_r [--languages en de ar] [--dim 256] [--threads 2] [--rounds 1]
                                          [--data-root DIR] [--seed 0]

The model is a static encoder, which leaves the peer the least to encode twice. The peer runs its evaluator for
information retrieval once for each direction and once for each language into the pool, as its users do, at the
metrics that both have. Both do all of it, nothing is scaled up; without --languages on all eleven, which the peer takes
long for.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.evaluation import InformationRetrievalEvaluator

from benchmarks.ratios import Row, alternate, present
from benchmarks.real_text import data_root
from hybridir.benchmarks.base import Benchmark
from hybridir.benchmarks.xquad_r import load_xquad_r
from hybridir.encoders.io import load_encoder
from hybridir.encoders.static import StaticEncoder
from hybridir.encoders.tokenizer import train_tokenizer
from hybridir.evaluation.evaluate import evaluate
from hybridir.evaluation.results import summarise


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--languages", nargs="*", default=["en", "de", "ar"])
    parser.add_argument("--dim", type=int, default=256)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--data-root", type=Path, default=data_root())


def measure(options: argparse.Namespace) -> Iterator[Row]:
    torch.set_num_threads(options.threads)
    benchmark = load_xquad_r(options.data_root / "xquad-r", "sentence").only(options.languages)
    texts = [text for side in (benchmark.queries, benchmark.passages) for of in side.values() for text in of.texts]
    with tempfile.TemporaryDirectory() as folder:
        model = Path(folder) / "model"
        StaticEncoder(train_tokenizer(texts, 20_000, lowercase=True), options.dim, seed=options.seed).save(model)
        mine, theirs = alternate(lambda: ours(model, benchmark), lambda: peer(model, benchmark), options.rounds)
    directions = len(benchmark.queries) * len(benchmark.passages)
    what = f"XQuAD-R end to end, {directions} directions and the pool, static encoder"
    yield Row(what, f"{mine:.2f} s", f"{theirs:.1f} s", theirs / mine, goal=5)


def ours(model: Path, benchmark: Benchmark) -> None:
    encoder = load_encoder(model)
    summarise(evaluate(encoder.encode, benchmark, "run"))


def peer(model: Path, benchmark: Benchmark) -> None:
    encoder = SentenceTransformer(str(model), device="cpu")
    pool = [[lang] for lang in benchmark.passages] + [list(benchmark.passages)]
    for queries in benchmark.queries.values():
        asked: dict[str, Any] = dict(zip(queries.ids, queries.texts, strict=True))
        for langs in pool:
            passages = [benchmark.passages[lang] for lang in langs]
            corpus: dict[str, Any] = {
                ident: text for of in passages for ident, text in zip(of.ids, of.texts, strict=True)
            }
            relevant = {query: {p for lang in langs for p in benchmark.relevant[query, lang]} for query in queries.ids}
            InformationRetrievalEvaluator(
                asked,
                corpus,
                relevant,
                mrr_at_k=[len(corpus)],
                ndcg_at_k=[10],
                accuracy_at_k=[1],
                precision_recall_at_k=[1, 10, 100],
                map_at_k=[20, len(corpus)],
                batch_size=256,
                write_csv=False,
            )(encoder)


if __name__ == "__main__":
    present(__doc__, arguments, measure)
