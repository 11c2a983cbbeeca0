from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hybridir.report.page.assemble import assemble
from hybridir.report.page.page import Block, Commands, Drawing, Facts, Page, Text
from hybridir.report.sheets.sheet import Entry, Sheet
from hybridir.report.study.points import Points, load_points

PLAN: dict[str, Any] = {"title": "How many?"}


def named(name: str, head: tuple[str, ...] = ("a",)) -> Sheet:
    return Sheet(name, name, "", head, ((Entry.word("x"),),) if head else ())


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Page]:
    def make(points: Points, *names: str, sheets: tuple[str, ...] = (), plan: dict[str, Any] = PLAN) -> Page:
        drawings = {name: tmp_path / f"{name}.svg" for name in names}
        for name, path in drawings.items():
            path.write_text(f"<svg>{name}</svg>", encoding="utf8")
        return assemble(points, ["One."], drawings, [named(sheet) for sheet in sheets], plan)

    return make


def names(block: Block) -> list[str]:
    return [item.name for item in block.items if isinstance(item, Drawing | Sheet)]


def layout(page: Page) -> dict[str, list[list[str]]]:
    return {section.title: [names(block) for block in section.blocks] for section in page.sections}


def test_names_lead_to_sections_in_the_order_of_the_report(
    sweep: Callable[..., Path], made: Callable[..., Page]
) -> None:
    drawings = ("rank_distance_xquad_r", "heatmap_xquad_r", "scaling_xquad_r", "targets_xquad_r", "strategies_xquad_r")
    sheets = (
        "tests_xquad_r",
        "runs_xquad_r",
        "scaling_xquad_r",
        "by_language_xquad_r",
        "explained_xquad_r",
        "expected",
    )
    page = made(load_points(sweep()), *drawings, sheets=sheets)
    assert layout(page) == {
        "Scaling": [["scaling_xquad_r", "scaling_xquad_r"]],
        "Target languages": [["targets_xquad_r", "by_language_xquad_r"]],
        "Strategies": [["strategies_xquad_r"]],
        "Ours beside theirs": [["expected"]],
        "Directions": [["heatmap_xquad_r"]],
        "Language bias": [["rank_distance_xquad_r"]],
        "What explains the gain": [["explained_xquad_r"]],
        "Tests and fits": [["tests_xquad_r"]],
        "Data and settings": [[]],
        "Runs": [["runs_xquad_r"]],
        "Commands": [[]],
    }
    assert all(not block.place for section in page.sections for block in section.blocks)


def test_what_is_not_there_leaves_its_section_out(sweep: Callable[..., Path], made: Callable[..., Page]) -> None:
    points = load_points(sweep(strategies=["monolingual"]))
    assert list(layout(made(points))) == ["Data and settings", "Commands"]


def test_an_unknown_name_is_still_shown_and_a_sheet_without_a_head_is_not(
    sweep: Callable[..., Path], tmp_path: Path
) -> None:
    page = assemble(load_points(sweep()), [], {}, [named("new_xquad_r"), named("directions_xquad_r", ())], PLAN)
    assert layout(page)["More"] == [["new_xquad_r"]]


def test_benchmarks_stand_apart_even_where_one_name_begins_with_another(
    sweep: Callable[..., Path], made: Callable[..., Page]
) -> None:
    points = load_points(sweep(benchmarks=("xquad_r", "xquad_r_context")))
    page = made(
        points, "scaling_xquad_r_context", "scaling_xquad_r", sheets=("groups_xquad_r_context", "groups_xquad_r")
    )
    assert [(block.place, names(block)) for block in page.sections[0].blocks] == [
        ({"benchmark": "xquad_r"}, ["scaling_xquad_r", "groups_xquad_r"]),
        ({"benchmark": "xquad_r_context"}, ["scaling_xquad_r_context", "groups_xquad_r_context"]),
    ]


def test_arms_and_orders_stand_apart(results: Callable[..., Path], rows: Any, made: Callable[..., Page]) -> None:
    page = made(
        load_points(arms(results, rows)),
        "scaling_xquad_r_fixed-per-language-50",
        "scaling_xquad_r_fixed-total-100",
        "arms_xquad_r",
        "targets_xquad_r_fixed-total-100",
        sheets=("facts_xquad_r",),
    )
    scaling, compared, languages = page.sections[:3]
    assert [(block.place, names(block)) for block in scaling.blocks] == [
        ({"arm": "fixed total: 100 pairs"}, ["scaling_xquad_r_fixed-total-100"]),
        ({"arm": "fixed per language: 50 pairs"}, ["scaling_xquad_r_fixed-per-language-50"]),
    ]
    assert compared.title == "Arms and orders"
    assert [(block.place, names(block)) for block in compared.blocks] == [({}, ["arms_xquad_r"])]
    assert [names(block) for block in languages.blocks] == [["targets_xquad_r_fixed-total-100"], ["facts_xquad_r"]]


def test_a_figure_of_all_arms_is_placed_by_its_order_alone(
    results: Callable[..., Path], rows: Any, made: Callable[..., Page]
) -> None:
    page = made(
        load_points(arms_and_orders(results, rows)),
        "arms_xquad_r_at-random",
        "scaling_xquad_r_fixed-total-100-at-random",
    )
    (scaling,), (compared,) = (section.blocks for section in page.sections[:2])
    assert scaling.place == {"arm": "fixed total: 100 pairs", "order": "at random"}
    assert compared.place == {"order": "at random"}


def arms(results: Callable[..., Path], rows: Any) -> Path:
    """A sweep over the arm alone."""
    designs = {"total": {"total": 100}, "per_language": {"per_language": 50}}
    points = [{"arm": arm, "languages": 1} for arm in designs]
    made = [rows.small(**(rows.monolingual | {"run": arm}), arm=arm) for arm in designs]
    listed = [{"arm": row.pop("arm"), **row} for of_arm in made for row in of_arm]
    plan = [{"axes": {**p, "sampling": "monolingual"}, "run": p["arm"], "design": designs[p["arm"]]} for p in points]
    return results(listed, points=plan, choices=["arm"])


def arms_and_orders(results: Callable[..., Path], rows: Any) -> Path:
    """A sweep over two arms, each in two orders."""
    listed, plan = [], []
    for arm, size in (("total", {"total": 100}), ("per_language", {"per_language": 50})):
        for order in ("random", "resource"):
            axes = {"arm": arm, "order": order}
            listed += [axes | row for row in rows.small(**(rows.monolingual | {"run": f"{arm} {order}"}))]
            point = {**axes, "sampling": "monolingual", "languages": 1}
            plan.append({"axes": point, "run": f"{arm} {order}", "design": size | {"order": order}})
    return results(listed, points=plan, choices=["arm", "order"])


def test_settings_are_tables_of_definitions(sweep: Callable[..., Path], made: Callable[..., Page]) -> None:
    plan = {
        "varies": {"sampling": ["hybrid", "mixed"], "languages": [1, 2]},
        "settings": {"trainer.steps": 60, "rerank": None, "decontaminate": True, "data.only": [{"a": 1, "b": []}]},
        "benchmarks": {"xquad_r": {"kind": "xquad_r", "split": None}},
        "provenance": {
            "versions.torch": [{"value": "2.13.0", "runs": 30}],
            "hardware.cpu": [{"value": "a", "runs": 29}, {"value": "b", "runs": 1}],
        },
        "command": "hybridir sweep sweeps/quick.yaml",
    }
    page = made(load_points(sweep()), plan=plan)
    section = next(section for section in page.sections if section.title == "Data and settings")
    assert page.sections[-1].blocks[0].items == [
        Commands(
            [
                ("hybridir sweep sweeps/quick.yaml", "All runs, and their report:"),
                ("hybridir report results/quick", "This page again, from the results:"),
            ]
        )
    ]
    assert list(section.blocks[0].items) == [
        Facts("What varies", {"sampling": "hybrid, mixed", "languages": "1, 2"}),
        Facts(
            "The same in all runs",
            {"trainer.steps": "60", "rerank": "not set", "decontaminate": "yes", "data.only": "(a: 1; b: empty)"},
        ),
        Facts("xquad_r", {"kind": "xquad_r", "split": "not set"}),
        Facts(
            "Where the figures come from",
            {"versions.torch": "2.13.0", "hardware.cpu": "a (29 runs); b (1 run)"},
        ),
        Text("Left out of the plan", ("sampling=crosslingual, languages=1 (no cross-lingual pairs)",)),
    ]


def test_the_head_says_what_was_run(sweep: Callable[..., Path], made: Callable[..., Page]) -> None:
    page = made(load_points(sweep()))
    assert page.title == "How many?" and page.answer == ["One."]
    assert page.about == ["sweep quick", "data open_pairs", "model static", "xquad_r", "30 runs"]
    commands = page.sections[-1].blocks[0].items[0]
    assert isinstance(commands, Commands) and commands.lines[-1][0] == "hybridir report results/quick"
