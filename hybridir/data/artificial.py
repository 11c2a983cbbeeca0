"""Training pairs of the artificial world, in the shape of SWIM-IR.

Directions are `x->x` for most of the trained languages and `x->pivot` for all but the pivot, each on
articles of its own, as SWIM-IR samples the passages of each language independently (arXiv 2311.05800,
section 2). Unlike there, a share of the questions is asked in every direction, with equal `pid`.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import NamedTuple

import pyarrow as pa

from hybridir.data.rows import PAIR_SCHEMA, Direction, Shard, Split
from hybridir.data.world.build import World, build_world
from hybridir.data.world.config import DEFAULT_WORLD, WorldConfig
from hybridir.data.world.dice import Dice
from hybridir.data.world.facts import Article, Question
from hybridir.data.world.roster import Member
from hybridir.errors import UserError
from hybridir.languages.catalog import Language

VERSION = 1
"""Of the generator: raised with every change to its output."""

VALIDATION_SHARE = 0.05
"""Validation pairs of a direction, as a share of its training pairs (at least one)."""

_SENTENCES = 3
_SECOND_QUESTION = 0.2


class Asked(NamedTuple):
    """A question, its article, and their ids."""

    article: Article
    question: Question
    pid: str
    docid: str


class ArtificialPairs:
    """A reader of pairs (`hybridir.data.rows.PairReader`) that makes them up."""

    name = "artificial"

    def __init__(self, config: WorldConfig = DEFAULT_WORLD) -> None:
        self.config = config

    @property
    def pivot(self) -> str:
        """The code of the language that cross-lingual questions find their passages in."""
        return self._world.pivot

    def signature(self) -> str:
        """Of the configuration and the version of the generator."""
        dials = ",".join(f"{name}={value!r}" for name, value in sorted(asdict(self.config).items()))
        return hashlib.sha256(f"artificial/{VERSION}/{dials}".encode()).hexdigest()

    def shards(self) -> Iterator[Shard]:
        """One shard per direction and split: monolingual directions first, largest first within each."""
        pivot, members = self.pivot, self._world.members
        sizes = [(Direction(m.code, m.code), m.monolingual) for m in members if m.monolingual]
        sizes += [(Direction(m.code, pivot), m.crosslingual) for m in members if m.crosslingual]
        largest = max(size for _, size in sizes)
        shared = self._tell("shared", round(self.config.parallel * largest))
        for direction, size in sizes:
            parallel = shared[: round(self.config.parallel * size)]
            own = self._tell(f"{direction.query}-{direction.passage}", size - len(parallel))
            yield self._shard("train", direction, parallel + own)
            held_out = self._tell(
                f"{direction.query}-{direction.passage}-validation", max(1, round(VALIDATION_SHARE * size))
            )
            yield self._shard("validation", direction, held_out)

    def languages(self, codes: Sequence[str]) -> Mapping[str, Language]:
        """What is planted about each language."""
        return {code: self._member(code).language for code in codes}

    def all_languages(self) -> list[Language]:
        """Every language, also those that are never trained on, largest first."""
        return [member.language for member in self._world.members]

    def texts(self, code: str) -> list[str]:
        """Plain sentences of any language, about entities of training: what a pretrained model has read."""
        member = self._member(code)
        dice, texts = Dice(self.config.seed, "texts", code), list[str]()
        while len(texts) < member.sentences:
            texts += self._world.tongues[code].sentences(self._world.training.article(dice, _SENTENCES, 0))
        return texts[: member.sentences]

    @property
    def _world(self) -> World:
        return build_world(self.config)

    def _member(self, code: str) -> Member:
        for member in self._world.members:
            if member.code == code:
                return member
        last = self._world.members[-1].code
        raise UserError(f"language {code!r} is not of the artificial world; choose from {self.pivot} to {last}.")

    def _tell(self, stream: str, count: int) -> list[Asked]:
        """`count` questions on articles that only `stream` tells."""
        dice, told = Dice(self.config.seed, "pairs", stream), list[Asked]()
        while len(told) < count:
            article = self._world.training.article(dice, 2 + dice.below(_SENTENCES), 1 + dice.chance(_SECOND_QUESTION))
            docid = f"{stream}-{len(told)}"
            for number, question in enumerate(article.questions):
                told.append(Asked(article, question, f"{docid}-{number}", docid))
        return told[:count]

    def _shard(self, split: Split, direction: Direction, told: Sequence[Asked]) -> Shard:
        """The pairs of `told` in one direction; a passage of another language is another document."""
        asking, telling = self._world.tongues[direction.query], self._world.tongues[direction.passage]
        columns = [
            [asking.question(pair.question) for pair in told],
            [telling.passage(pair.article) for pair in told],
            [telling.title(pair.article) for pair in told],
            [direction.query] * len(told),
            [direction.passage] * len(told),
            [pair.pid for pair in told],
            [f"{pair.docid}-{direction.passage}" for pair in told],
            [self.name] * len(told),
        ]
        arrays = [pa.array(column, pa.string()) for column in columns]
        return Shard(split, direction, pa.record_batch(arrays, schema=PAIR_SCHEMA))
