"""Encoding with a static encoder: hybridir against sentence-transformers on the same saved model and texts.

    python -m benchmarks.encode_static [--texts 20000] [--rounds 5] [--seed 0]

Alternates the two in one process and prints the ratio of the median times; above 1, hybridir is faster.
"""

import argparse
import tempfile
from collections.abc import Iterator
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

from benchmarks.ratios import Row, alternate, present
from hybridir.data.artificial import ArtificialPairs
from hybridir.data.world.config import WorldConfig
from hybridir.encoders.io import load_encoder
from hybridir.encoders.static import StaticEncoder
from hybridir.encoders.tokenizer import train_tokenizer


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)


def measure(options: argparse.Namespace) -> Iterator[Row]:
    torch.set_num_threads(1)
    world = ArtificialPairs(WorldConfig(seed=options.seed))
    sentences = [text for language in world.all_languages() for text in world.texts(language.code)]
    texts = [f"{sentences[i % len(sentences)]} {i}" for i in range(options.texts)]
    with tempfile.TemporaryDirectory() as folder:
        StaticEncoder(train_tokenizer(sentences, 4000, lowercase=True), 256).save(Path(folder) / "model")
        ours, peer = load_encoder(Path(folder) / "model"), SentenceTransformer(f"{folder}/model", device="cpu")
        mine, theirs = alternate(
            lambda: ours.encode(texts, "passage"), lambda: peer.encode(texts, batch_size=256), options.rounds
        )
    speed, peers = (f"{options.texts / seconds:,.0f} texts/s" for seconds in (mine, theirs))
    yield Row("encode, static encoder", speed, peers, theirs / mine, goal=1.5)


if __name__ == "__main__":
    present(__doc__, arguments, measure)
