"""The command line: parse, call, print. Everything heavy is imported inside the commands."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hybridir import __version__

if TYPE_CHECKING:
    from hybridir.commands.sweep import Asked

app = typer.Typer(
    help="How does cross-lingual retrieval scale with the number of training languages?",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

Overrides = Annotated[
    list[str] | None,
    typer.Argument(help="group=choice or group.field=value, such as sampling=hybrid trainer.steps=200."),
]
DataRoot = Annotated[
    Path | None, typer.Option(help="Folder that holds the data; else $HYBRIDIR_DATA.", show_default=False)
]
SweepFile = Annotated[
    str | None, typer.Argument(help="A sweep file, or the name of one in sweeps/; default: the embedded world.")
]
Languages = Annotated[
    str | None, typer.Option(help="Counts (1,2,4,all) or sets (en+de,en+de+hi) of training languages.")
]
Seeds = Annotated[int | None, typer.Option(help="Seeds 0 .. N-1.", min=1)]
Name = Annotated[str | None, typer.Option(help="Name of the results folder, for a variant of a sweep.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")]


def main() -> None:
    """Run a command; a mistake of the user is one sentence and exit code 2, a failed run exit code 1."""
    from hybridir.errors import RunFailed, UserError

    try:
        app(standalone_mode=True)
    except SystemExit as end:
        if end.code == 130:  # what Typer makes of Ctrl-C
            print("hybridir: stopped; the same command goes on where this one was.", file=sys.stderr)
        raise
    except (UserError, RunFailed) as problem:
        if "--debug" in sys.argv:
            raise
        print(f"hybridir: {problem}", file=sys.stderr)
        sys.exit(problem.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


@app.callback(invoke_without_command=True)
def _version(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        print(f"hybridir {__version__}")
        raise typer.Exit


@app.command()
def train(
    overrides: Overrides = None,
    explain_batches: Annotated[
        int, typer.Option(metavar="N", help="Print the first N batches in words, and train nothing.", min=0)
    ] = 0,
    data_root: DataRoot = None,
    debug: Debug = False,
) -> None:
    """Train and evaluate one run; its folder is the last line on stdout."""
    from hybridir.commands.train import explain, train_run

    settings = [*(overrides or []), *_data_root(data_root)]
    if explain_batches:
        explain(settings, explain_batches)
    elif (folder := train_run(settings)) is not None:
        print(folder)


@app.command("eval")
def evaluate(
    model: Annotated[str, typer.Argument(help="A run (folder, name or key), a model folder, or a hub name.")],
    overrides: Overrides = None,
    benchmark: Annotated[
        list[str] | None, typer.Option(help="A benchmark of conf/benchmark; may be given several times.")
    ] = None,
    data_root: DataRoot = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder to write eval/<benchmark>/ into; a run has its own.", show_default=False)
    ] = None,
    save_run: Annotated[bool, typer.Option("--save-run", help="Write TREC run and qrels files as well.")] = False,
    debug: Debug = False,
) -> None:
    """Evaluate a run, a model folder or a hub model on benchmarks."""
    from hybridir.commands.evaluate import evaluate_model

    chosen = [f"benchmark=[{','.join(benchmark)}]"] if benchmark else []
    print(evaluate_model(model, [*chosen, *(overrides or []), *_data_root(data_root)], out, save_run))


@app.command()
def sweep(
    file: SweepFile = None,
    overrides: Overrides = None,
    languages: Languages = None,
    seeds: Seeds = None,
    name: Name = None,
    jobs: Annotated[int | None, typer.Option(help="Runs at a time.", min=1)] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show the runs and what they will take; run nothing.")
    ] = False,
    data_root: DataRoot = None,
    debug: Debug = False,
) -> None:
    """Carry out every run of a sweep that is not done yet, then report."""
    from hybridir.commands.sweep import run_sweep

    more = [f"executor.jobs={jobs}"] if jobs else []
    asked = _asked(file, [*(overrides or []), *more, *_data_root(data_root)], languages, seeds, name)
    run_sweep(asked, dry_run)


@app.command()
def status(
    file: SweepFile = None,
    overrides: Overrides = None,
    languages: Languages = None,
    seeds: Seeds = None,
    name: Name = None,
    data_root: DataRoot = None,
    debug: Debug = False,
) -> None:
    """Show what of a sweep is done, running, failed and left, and the time left."""
    from hybridir.commands.sweep import show_status

    show_status(_asked(file, [*(overrides or []), *_data_root(data_root)], languages, seeds, name))


@app.command()
def report(
    file: SweepFile = None,
    overrides: Overrides = None,
    languages: Languages = None,
    seeds: Seeds = None,
    name: Name = None,
    data_root: DataRoot = None,
    debug: Debug = False,
) -> None:
    """Write the report of a sweep (or of a folder of results) from what is there; of two, set them side by side."""
    from hybridir.commands.report import compare_sweeps
    from hybridir.commands.sweep import report_again

    others = [argument for argument in overrides or [] if "=" not in argument]
    settings = [*(argument for argument in overrides or [] if "=" in argument), *_data_root(data_root)]
    if file is not None and len(others) == 1:
        compare_sweeps(file, others[0], settings)
    else:
        report_again(_asked(file, [*others, *settings], languages, seeds, name))


@app.command()
def search(
    model: Annotated[str, typer.Argument(help="A run (folder, name or key), a model folder, or a hub name.")],
    question: Annotated[str, typer.Argument(help="What to look for.")],
    overrides: Overrides = None,
    benchmark: Annotated[str | None, typer.Option(help="The benchmark whose passages are searched.")] = None,
    languages: Annotated[str | None, typer.Option("--in", help="Languages of the passages, such as de,zh.")] = None,
    file: Annotated[Path | None, typer.Option(help="Search a text, a passage on each line.")] = None,
    top: Annotated[int, typer.Option(help="How many passages.", min=1)] = 10,
    data_root: DataRoot = None,
    debug: Debug = False,
) -> None:
    """Try a model by hand: the nearest passages of a benchmark's pool or of your own text."""
    from hybridir.commands.search import search as find

    chosen = [f"benchmark={benchmark}"] if benchmark else []
    find(model, question, [*chosen, *(overrides or []), *_data_root(data_root)], languages, file, top)


data = typer.Typer(help="What data there are, and whether they are sound.", no_args_is_help=True)
app.add_typer(data, name="data")


@data.command("list")
def data_list(overrides: Overrides = None, data_root: DataRoot = None, debug: Debug = False) -> None:
    """Show every collection and benchmark: languages, size, licence, where it comes from, and whether it is here."""
    from hybridir.commands.data_list import list_data

    list_data([*(overrides or []), *_data_root(data_root)])


@data.command("check")
def data_check(
    place: Annotated[Path, typer.Argument(help="A folder of pairs or of a benchmark, or a file of pairs.")],
    overrides: Overrides = None,
    kind: Annotated[str | None, typer.Option(help="What it is, where its files do not tell.")] = None,
    debug: Debug = False,
) -> None:
    """Read a folder wholly, and say what is wrong with it and what it holds; exit code 1 if something is wrong."""
    from hybridir.commands.data_check import check_data

    if not check_data(place, kind, overrides or []):
        raise typer.Exit(1)


def _asked(
    file: str | None, overrides: list[str], languages: str | None, seeds: int | None, name: str | None
) -> "Asked":
    """What was asked for; an override may stand where the file would."""
    from hybridir.commands.sweep import Asked

    if file is not None and "=" in file:
        overrides, file = [file, *overrides], None
    return Asked(file, overrides, languages, seeds, name)


def _data_root(folder: Path | None) -> list[str]:
    from hybridir.experiments.sweep import overrides

    return overrides({"data_root": str(folder)}) if folder is not None else []


if __name__ == "__main__":
    main()
