"""Encoding with a static encoder: hybridir against sentence-transformers on the same saved model and texts.

    python benchmarks/encode_static.py [--texts 20000] [--rounds 5] [--seed 0]

Alternates the two in one process and prints the ratio of the median times; above 1, hybridir is faster.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer

from hybridir.data.artificial import ArtificialPairs
from hybridir.data.world.config import WorldConfig
from hybridir.encoders.io import load_encoder
from hybridir.encoders.static import StaticEncoder
from hybridir.encoders.tokenizer import train_tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    world = ArtificialPairs(WorldConfig(seed=options.seed))
    sentences = [text for language in world.all_languages() for text in world.texts(language.code)]
    texts = [f"{sentences[i % len(sentences)]} {i}" for i in range(options.texts)]
    with tempfile.TemporaryDirectory() as folder:
        StaticEncoder(train_tokenizer(sentences, 4000, lowercase=True), 256).save(Path(folder) / "model")
        ours, peer = load_encoder(Path(folder) / "model"), SentenceTransformer(f"{folder}/model", device="cpu")
        times = {"hybridir": list[float](), "sentence-transformers": list[float]()}
        for _ in range(options.rounds + 1):
            times["hybridir"].append(timed(lambda: ours.encode(texts, "passage")))
            times["sentence-transformers"].append(timed(lambda: peer.encode(texts, batch_size=256)))
    medians = {name: statistics.median(values[1:]) for name, values in times.items()}
    for name, seconds in medians.items():
        print(f"{name}: {options.texts / seconds:,.0f} texts a second")
    print(f"ratio: {medians['sentence-transformers'] / medians['hybridir']:.2f}")


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
