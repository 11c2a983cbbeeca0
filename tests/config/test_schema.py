from dataclasses import fields
from typing import Any, get_type_hints

import pytest

from hybridir.config.schema import (
    BenchmarkConfig,
    DataConfig,
    ExecutorConfig,
    LanguagesConfig,
    ReplayConfig,
    SamplingConfig,
    StaticModel,
    TrainerConfig,
    TransformerModel,
)
from hybridir.errors import UserError

SECTIONS: list[tuple[str, type]] = [
    ("model", StaticModel),
    ("model", TransformerModel),
    ("sampling", SamplingConfig),
    ("languages", LanguagesConfig),
    ("data", DataConfig),
    ("replay", ReplayConfig),
    ("trainer", TrainerConfig),
    ("executor", ExecutorConfig),
]
ANY_NUMBER = {"languages.seed"}
NUMBERS = [
    pytest.param(section, schema, name, id=f"{schema.__name__}.{name}")
    for section, schema in SECTIONS
    for name, hint in get_type_hints(schema).items()
    if hint in (int, float, int | None, float | None, int | str) and f"{section}.{name}" not in ANY_NUMBER
]


def refused(schema: type, **values: Any) -> str:
    with pytest.raises(UserError) as caught:
        schema(**values)
    return str(caught.value)


@pytest.mark.parametrize(("section", "schema", "name"), NUMBERS)
def test_a_number_out_of_range_is_named(section: str, schema: type, name: str):
    assert refused(schema, **{name: -7}).startswith(f"{section}.{name}=-7 is ")


@pytest.mark.parametrize(("section", "schema", "name"), NUMBERS)
def test_no_number_at_all_is_refused(section: str, schema: type, name: str):
    assert refused(schema, **{name: float("nan")}).startswith(f"{section}.{name}=nan is ")


@pytest.mark.parametrize(
    ("schema", "values", "said"),
    [
        (SamplingConfig, {"alpha": 1.5}, "sampling.alpha=1.5 is out of range: give a number from 0 to 1."),
        (
            SamplingConfig,
            {"strategy": "x"},
            "sampling.strategy=x is not allowed: choose one of monolingual, crosslingual, hybrid, mixed.",
        ),
        (TrainerConfig, {"batch_size": 1}, "trainer.batch_size=1 is out of range: give 2 or more."),
        (
            TrainerConfig,
            {"learning_rate": float("inf")},
            "trainer.learning_rate=inf is out of range: give a number above 0.",
        ),
        (TrainerConfig, {"precision": "fp16"}, "trainer.precision=fp16 is not allowed: choose one of fp32, bf16."),
        (TransformerModel, {"hidden": 10}, "model.hidden=10 is no multiple of model.heads=4: change one of them."),
        (TransformerModel, {"pooling": "max"}, "model.pooling=max is not allowed: choose one of mean, cls."),
        (LanguagesConfig, {"count": "five"}, "languages.count='five' is not allowed: give a number from 0 up, or all."),
        (LanguagesConfig, {"count": True}, "languages.count=True is not allowed: give a number from 0 up, or all."),
        (LanguagesConfig, {"listed": ["de", "en", "de"]}, "languages.listed has 'de' twice: give each language once."),
        (
            LanguagesConfig,
            {"order": "listed"},
            "languages.order=listed needs languages.listed=[de,en,...], and it is empty.",
        ),
        (ReplayConfig, {"share": 0.3}, "replay.share=0.3 needs a collection: add replay=parallel_sentences."),
        (DataConfig, {"name": "../x"}, "data.name=../x is not allowed: give letters, digits, '_', '-' and '.' only."),
        (DataConfig, {"heldout": 0.6}, "data.heldout=0.6 is out of range: give a number from 0 to 0.5."),
        (
            BenchmarkConfig,
            {"kind": "mlqa"},
            "benchmark.kind=mlqa is not allowed: choose one of artificial, xquad_r, mlqa_r, belebele, miracl,"
            " xor_retrieve, xtreme_up, mmarco.",
        ),
    ],
)
def test_what_is_refused_is_named_with_what_is_allowed(schema: type, values: dict[str, Any], said: str):
    assert refused(schema, **values) == said


@pytest.mark.parametrize(
    ("schema", "values"),
    [
        (SamplingConfig, {"alpha": 0.0}),
        (SamplingConfig, {"alpha": 1.0}),
        (TrainerConfig, {"steps": 0, "clip": None}),
        (TrainerConfig, {"batch_size": 2, "warmup": 1.0}),
        (LanguagesConfig, {"count": 0, "seed": -3}),
        (StaticModel, {"sif": None, "query_length": 4}),
        (ExecutorConfig, {"jobs": None}),
    ],
)
def test_the_ends_of_the_ranges_are_allowed(schema: type, values: dict[str, Any]):
    built = schema(**values)
    assert {name: getattr(built, name) for name in values} == values


def test_every_default_is_in_range():
    for _, schema in SECTIONS:
        assert len(fields(schema())) > 0
