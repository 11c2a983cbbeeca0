"""Writes a data root in which every sweep of sweeps/papers/ runs: each release under its own name and in its own shape,
with a few texts of made-up words in the right scripts; and the models that these sweeps start from, small."""

import json
import random
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from hybridir.benchmarks.miracl import FILES
from hybridir.benchmarks.xquad_r import LANGUAGES as SQUAD
from hybridir.data.mmarco import LANGUAGES as MMARCO
from hybridir.data.mmarco import TRIPLES
from hybridir.data.swim_ir import RELEASES, released
from hybridir.data.words import is_unspaced
from hybridir.languages.catalog import catalog, describe
from tests.benchmarks.released import write_lines, write_miracl, write_xor_retrieve, write_xtreme_up
from tests.tiny_models import make_model

LETTERS = {
    "Arab": "ابتجحدرسعفقكلمنهوي",
    "Beng": "কখগঘচছজটডতদনপবমরলসহ",
    "Cyrl": "абвгдежзиклмнопрсту",
    "Deva": "कखगघचछजटडतदनपबमरलसह",
    "Grek": "αβγδεζηθικλμνξοπρστ",
    "Gujr": "કખગઘચછજટડતદનપબમરલસહ",
    "Guru": "ਕਖਗਘਚਛਜਟਡਤਦਨਪਬਮਰਲਸਹ",
    "Hang": "가나다라마바사아자차카타파하고노도로모",
    "Hans": "山水火木金土日月人口大小中上下左右天",
    "Jpan": "あいうえおかきくけこさしすせそたちつて",
    "Knda": "ಕಖಗಘಚಛಜಟಡತದನಪಬಮರಲಸಹ",
    "Latn": "abdefgiklmnoprstuvz",
    "Mlym": "കഖഗഘചഛജടഡതദനപബമരലസഹ",
    "Orya": "କଖଗଘଚଛଜଟଡତଦନପବମରଲସହ",
    "Taml": "கஙசஜஞடணதநபமயரலவழளறன",
    "Telu": "కఖగఘచఛజటడతదనపబమరలసహ",
    "Thai": "กขคงจชซดตถทนบปพมยรล",
}

VOCABULARY = 500
"""Words of a language: so many that hardly any is taken for a function word."""

PAIRS = 24  # of a direction: enough for the reader to tell whether its languages are right
MANY = 330  # of a direction across languages: seven of them are more than the smallest budget of the sweeps, 2,000
TRAINED = 64  # queries of mMARCO: enough that a word may be rare
ASKED = 6
XQUAD = ("ar", "el", "en")  # one that mMARCO lacks
MLQA = ("ar", "en")
MODELS = {
    "xlmr_base": "FacebookAI/xlm-roberta-base",
    "labse": "sentence-transformers/LaBSE",
    "mbert": "google-bert/bert-base-multilingual-cased",
    "mt5_base": "google/mt5-base",
    "mminilm": "nreimers/mMiniLMv2-L6-H384-distilled-from-XLMR-Large",
}
"""The models that the sweeps start from, by the names of conf/model, as the hub calls them."""


def write_models(folder: Path) -> None:
    """Each of `MODELS` below `folder`, with a tokenizer that knows the words of this world."""
    texts = [text(code, range(0, VOCABULARY, 50)) for code, known in catalog().items() if known.script in LETTERS]
    for family, name in MODELS.items():
        make_model(folder / name, family, texts)


def write_data(root: Path) -> None:
    """All training data, lexicons and benchmarks, below `root`."""
    write_swim_ir(root)
    write_mmarco(root / "unicamp-dl" / "mmarco")
    write_lexicons(root / "lexicons", ("ar", "de", "it", "nl", "ru"))
    for code in SQUAD:
        write_squad(root / "squad-translated" / f"{code}.json", code, "trained", PAIRS, breaks=False)
    for code in XQUAD:
        write_squad(root / "xquad-r" / f"{code}.json", code, "asked", 3, breaks=True)
    for code in MLQA:
        name = f"dev-context-{code}-question-{code}.json"
        write_squad(root / "mlqa" / "dev" / name, code, "asked too", 2, breaks=False)
    write_miracl(root / "miracl", list(FILES))
    write_xor_retrieve(root / "xor-retrieve")
    write_xtreme_up(root / "xtreme-up")


def write_swim_ir(root: Path) -> None:
    """The three releases on the hub: a file per language, with SWIM-IR's fields."""
    for name, (passages, _) in RELEASES.items():
        for direction in released(name):
            rows = []
            for number in range(PAIRS if passages is None else MANY):
                query, passage = question_and_passage(direction.query, passages or direction.query, f"{name} {number}")
                fields = {"_id": str(number), "lang": describe(direction.query).name, "code": direction.query}
                rows.append({**fields, "query": query, "title": f"Title {number}", "text": passage})
            path = root / name / direction.query / "train-00000-of-00001.parquet"
            path.parent.mkdir(parents=True)
            pq.write_table(pa.Table.from_pylist(rows), path)


def write_mmarco(folder: Path) -> None:
    """Queries, passages and triples of training, and dev.small with its candidates, in every language of mMARCO."""
    google, asked = folder / "data" / "google", range(TRAINED, TRAINED + ASKED)
    for code, name in MMARCO.items():
        pairs = [question_and_passage(code, code, f"mmarco {number}") for number in range(asked.stop)]
        parts = {
            f"queries/train/{name}_queries.train.tsv": (f"{i}\t{pairs[i][0]}" for i in range(TRAINED)),
            f"queries/dev/{name}_queries.dev.small.tsv": (f"{i}\t{pairs[i][0]}" for i in asked),
            f"collections/{name}_collection.tsv": (f"{i}\t{passage}" for i, (_, passage) in enumerate(pairs)),
        }
        for path, lines in parts.items():
            write_lines(google / path, lines)
    write_lines(folder / "data" / TRIPLES, (f"{i}\t{i}\t{(i + 1) % TRAINED}" for i in range(TRAINED)))
    write_lines(folder / "data" / "qrels.dev.small.tsv", (f"{i}\t0\t{i}\t1" for i in asked))
    write_lines(folder / "top1000.dev", (f"{i}\t{j}\tquery\tpassage" for i in asked for j in asked))


def write_lexicons(folder: Path, codes: Iterable[str]) -> None:
    """Every English word of this world with its translation, sense rank and number of synsets."""
    for code in codes:
        write_lines(folder / f"en-{code}.tsv", (f"{word('en', i)}\t{word(code, i)}\t1\t1" for i in range(VOCABULARY)))


def write_squad(path: Path, lang: str, name: str, paragraphs: int, breaks: bool) -> None:
    """`paragraphs` of three sentences with a question about the second and one about the third; ids and meaning are the
    same in every language."""
    written = []
    for number in range(paragraphs):
        pairs = [question_and_passage(lang, lang, f"{name} {number} {part}") for part in range(3)]
        sentences = [sentence for _, sentence in pairs]
        begins = [0, *accumulate(len(sentence) + 1 for sentence in sentences[:-1])]
        asked = [
            {
                "id": f"{name} {number} {part}",
                "question": pairs[part][0],
                "answers": [{"text": sentences[part], "answer_start": begins[part]}],
            }
            for part in (1, 2)
        ]
        paragraph: dict[str, Any] = {"context": " ".join(sentences), "qas": asked}
        if breaks:
            spans = zip(begins, sentences, strict=True)
            paragraph["sentence_breaks"] = [[begin, begin + len(sentence)] for begin, sentence in spans]
        written.append({"title": f"{name} {number}", "paragraphs": [paragraph]})
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"version": "1.1", "data": written}, ensure_ascii=False), encoding="utf8")


def question_and_passage(asked_in: str, written_in: str, name: str) -> tuple[str, str]:
    """A question and its passage, which share half of the words where they share the language; what a `name` means is
    the same in every language."""
    drawn = random.Random(name)
    numbers = [drawn.randrange(VOCABULARY) for _ in range(8)]
    return f"{text(asked_in, numbers[:4])}?", f"{text(written_in, numbers[2:])}."


def text(lang: str, numbers: Sequence[int]) -> str:
    """Words of a language, by number; English ones with function words between them, since it is known by these."""
    words = [word(lang, number) for number in numbers]
    if lang == "en":
        return " ".join(f"the {each}" if place % 2 else f"of {each}" for place, each in enumerate(words))
    return ("" if is_unspaced(lang) else " ").join(words)


@cache
def word(lang: str, number: int) -> str:
    """A made-up word."""
    return "".join(random.Random(f"{lang} {number}").choices(LETTERS[describe(lang).script or "Latn"], k=5))
