"""How a run stands: where its folder is, and what of it is left to do. Asked of hundreds of runs before any starts, so
nothing here needs PyTorch."""

from functools import partial
from pathlib import Path

from hybridir.benchmarks.registry import signature
from hybridir.config.paths import data_root
from hybridir.config.schema import CrossEncoderModel, RunConfig
from hybridir.experiments.once import Once
from hybridir.experiments.prepare import Prepared
from hybridir.experiments.store import RunFolder, run_folder


def folder_of(prepared: Prepared) -> RunFolder:
    """The folder of a run, whether or not it exists."""
    config = prepared.config
    strategy = config.sampling.strategy if prepared.languages else "untrained"
    slug = f"{config.data.name}-{config.model.kind}-{strategy}-{len(prepared.languages)}l-s{config.seed}"
    return run_folder(Path(config.runs_dir), slug.replace("_", "-"), prepared.key)


def missing_evaluations(run: RunFolder, config: RunConfig, once: Once | None = None) -> list[str]:
    """The benchmarks of `config` that the run has not been evaluated on, as they are now (or were when `once`, which
    runs of a sweep share, first knew of them)."""
    once = once or Once()
    reranks, missing = isinstance(config.model, CrossEncoderModel), []
    for name, benchmark in config.benchmark.items():
        record = run.evaluated(name)
        asked = ("signature", name, f"{benchmark} {config.rerank} {config.data_root} {config.runs_dir}", reranks)
        if record is None or record["signature"] != once(asked, partial(evaluation_signature, config, name, reranks)):
            missing.append(name)
    return missing


def finished(run: RunFolder, config: RunConfig, once: Once | None = None) -> bool:
    """Whether nothing of the run is left to do."""
    return run.trained and not missing_evaluations(run, config, once)


def evaluation_signature(config: RunConfig, name: str, reranks: bool) -> str:
    """Differs whenever the evaluation on benchmark `name` may."""
    if not reranks:
        return signature(config.benchmark[name], data_root(config))
    from hybridir.experiments.reranker import rerank_signature  # transformers takes seconds to import

    return rerank_signature(config, name)
