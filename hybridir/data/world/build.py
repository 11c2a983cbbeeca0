"""The whole world, put together from its parts."""

from dataclasses import dataclass
from functools import lru_cache

from hybridir.data.world.concepts import Concepts
from hybridir.data.world.config import WorldConfig
from hybridir.data.world.dice import Dice
from hybridir.data.world.facts import Chronicle
from hybridir.data.world.grammar import Syntax, Tongue
from hybridir.data.world.lexicon import Lexicon, daughter_lexicon, proto_lexicon
from hybridir.data.world.names import draw_names
from hybridir.data.world.roster import Member, roster

TRAINING_NAMES = 4000


@dataclass(frozen=True)
class World:
    """Languages and what is told in them.

    members: all languages, the pivot first. tongues: by code. training, evaluation: writers of
    articles, whose entities have no name in common.
    """

    config: WorldConfig
    members: tuple[Member, ...]
    tongues: dict[str, Tongue]
    training: Chronicle
    evaluation: Chronicle

    @property
    def pivot(self) -> str:
        return self.members[0].code


@lru_cache(maxsize=2)
def build_world(config: WorldConfig) -> World:
    """The world of `config`; the same for every caller."""
    concepts, members = Concepts(config.synonyms), roster(config)
    names = draw_names(config.seed, TRAINING_NAMES, max(100, config.questions))
    tongues: dict[str, Tongue] = {}
    pivot: Lexicon | None = None
    for member in members:
        proto = proto_lexicon(config.seed, member.family, concepts)
        lexicon = daughter_lexicon(config, member.code, proto, concepts, pivot)
        pivot = pivot or lexicon
        syntax = Syntax.draw(Dice(config.seed, "syntax", member.family))
        syntax = syntax.drift(Dice(config.seed, "syntax", member.family, member.code))
        tongues[member.code] = Tongue(lexicon, syntax, member.script, concepts)
    return World(
        config,
        tuple(members),
        tongues,
        Chronicle(concepts, list(names.training)),
        Chronicle(concepts, list(names.evaluation)),
    )
