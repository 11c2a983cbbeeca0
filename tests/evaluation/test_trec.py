"""The TREC files: ir-measures reads our figures off them."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import ir_measures
import numpy as np
import pytest

from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.benchmarks.xquad_r import load_xquad_r
from hybridir.errors import UserError
from hybridir.evaluation.bias import SHARE
from hybridir.evaluation.evaluate import evaluate

OURS = {"mAP": "AP", "mAP@20": "AP@20", "MRR": "RR"}

MakeBenchmark = Callable[..., Benchmark]


def assert_files_agree(encode: Callable[..., np.ndarray], benchmark: Benchmark, folder: Path) -> None:
    """Every value of every query in every direction equals that of ir-measures on the files."""
    scores = evaluate(encode, benchmark, "run", save_run=folder).to_pylist()
    scores = [row for row in scores if row["metric"] != SHARE]  # of the ranking alone, whatever is relevant in it
    ours: dict[str, dict[tuple[str, str], float]] = {}
    for row in scores:
        if row["metric"] != "rank_distance":
            passage_lang = row["passage_lang"].replace("*", "all")
            name = f"{row['setting']}/{row['query_lang']}-{passage_lang}"
            metric = OURS.get(row["metric"], row["metric"])
            ours.setdefault(name, {})[row["query_id"], metric] = row["value"]
    written = {str(path.relative_to(folder / "runs").with_suffix("")) for path in folder.glob("runs/*/*.trec")}
    assert written == ours.keys()
    for name, values in ours.items():
        measures = [ir_measures.parse_measure(metric) for metric in {metric for _, metric in values}]
        qrels = list(ir_measures.read_trec_qrels(str(folder / "qrels" / f"{name}.qrels")))
        run = ir_measures.read_trec_run(str(folder / "runs" / f"{name}.trec"))
        theirs = {(m.query_id, str(m.measure)): m.value for m in ir_measures.iter_calc(measures, qrels, run)}
        assert theirs.keys() == values.keys()
        assert max(abs(theirs[key] - values[key]) for key in values) < 1e-9, name


@pytest.mark.parametrize("levels", [None, 1], ids=["fine", "coarse"])
def test_ir_measures_gives_our_figures_where_scores_tie(
    parallel_benchmark: MakeBenchmark, hashed: type, tmp_path: Path, levels: int | None
) -> None:
    benchmark = parallel_benchmark(("de", "en", "hi"), 12, 150, copies=60)
    relevant = dict(benchmark.relevant)
    relevant["q1", "en"] = ("en_1", "en_70", "en_151")
    del relevant["q2", "de"]
    assert_files_agree(hashed(8, levels), dataclasses.replace(benchmark, relevant=relevant), tmp_path)


def test_ir_measures_gives_our_figures_on_xquad_r(data_root: Path, hashed: type, tmp_path: Path) -> None:
    whole = load_xquad_r(data_root / "xquad-r", "sentence")
    langs, questions = ("el", "th"), 40
    part = dataclasses.replace(
        whole,
        queries={
            lang: Texts(whole.queries[lang].ids[:questions], whole.queries[lang].texts[:questions]) for lang in langs
        },
        passages={lang: whole.passages[lang] for lang in langs},
    )
    assert_files_agree(hashed(), part, tmp_path)


def test_rankings_reach_their_last_relevant_passage_and_at_least_a_hundred(
    parallel_benchmark: MakeBenchmark, tmp_path: Path
) -> None:
    def encode(texts: list[str], kind: str) -> np.ndarray:
        return np.array([[1.0] if kind == "query" else [-int(text[4:])] for text in texts], np.float32)

    benchmark = parallel_benchmark(("de",), 2, 300)
    relevant = {("q0", "de"): ("de_0",), ("q1", "de"): ("de_149",)}
    evaluate(encode, dataclasses.replace(benchmark, relevant=relevant), "run", save_run=tmp_path)
    lines = (tmp_path / "runs" / "monolingual" / "de-de.trec").read_text().splitlines()
    assert [line.split()[0] for line in lines] == ["q0"] * 100 + ["q1"] * 150
    assert lines[0] == "q0 Q0 de_0 1 0 run"
    assert lines[-1] == "q1 Q0 de_149 150 -149 run"
    qrels = (tmp_path / "qrels" / "monolingual" / "de-de.qrels").read_text()
    assert qrels == "q0 0 de_0 1\nq1 0 de_149 1\n"
    assert not list((tmp_path / "runs").glob("multilingual/*"))


def test_float32_survives_the_file(parallel_benchmark: MakeBenchmark, hashed: type, tmp_path: Path) -> None:
    benchmark = parallel_benchmark(("de",), 1, 90)
    evaluate(hashed(), benchmark, "run", save_run=tmp_path)
    lines = (tmp_path / "runs" / "monolingual" / "de-de.trec").read_text().splitlines()
    query = hashed()(["de q0"], "query")
    passages = hashed()([f"de p{int(line.split()[2][3:])}" for line in lines], "passage")
    written = np.array([line.split()[4] for line in lines], dtype=np.float32)
    np.testing.assert_allclose(written, (passages @ query.T)[:, 0], rtol=0, atol=3e-7)
    assert written.tolist() == sorted(written.tolist(), reverse=True)
    assert all(f"{score:.9g}" == line.split()[4] for score, line in zip(written, lines, strict=True))


def test_ids_with_white_space_are_refused(parallel_benchmark: MakeBenchmark, hashed: type, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="'my run'"):
        evaluate(hashed(), parallel_benchmark(("de",), 2, 3), "my run", save_run=tmp_path)
