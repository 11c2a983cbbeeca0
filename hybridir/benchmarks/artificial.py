"""The benchmark of the artificial world, in the shape of XQuAD-R (LAReQA, arXiv 2004.05484, section 3).

The same articles in every language; each sentence is a candidate, and each question has one answer
sentence per language. No entity of it is named in the training pairs.
"""

from hybridir.benchmarks.base import Benchmark, Texts
from hybridir.data.world.build import World, build_world
from hybridir.data.world.config import DEFAULT_WORLD, WorldConfig
from hybridir.data.world.dice import Dice
from hybridir.data.world.facts import Article, Told

METRICS = ("mAP", "mAP@20", "R@1", "R@10", "R@100", "nDCG@10", "MRR", "rank_distance")

_SENTENCES = 6
_QUESTIONS = 5


def load_artificial(config: WorldConfig = DEFAULT_WORLD) -> Benchmark:
    """The parallel benchmark: query ids `{article}_{question}`, passage ids `{lang}_{article}_{sentence}`."""
    world = build_world(config)
    articles = benchmark_articles(world)
    members = [member for member in world.members if member.evaluated]
    queries, passages, relevant = {}, {}, {}
    for member in members:
        tongue, code = world.tongues[member.code], member.code
        asked = {
            f"{a}_{q}": tongue.question(question)
            for a, article in enumerate(articles)
            for q, question in enumerate(article.questions)
        }
        told = {
            f"{code}_{a}_{s}": sentence
            for a, article in enumerate(articles)
            for s, sentence in enumerate(tongue.sentences(article))
        }
        queries[code] = Texts(tuple(asked), tuple(asked.values()))
        passages[code] = Texts(tuple(told), tuple(told.values()))
        for a, article in enumerate(articles):
            for q, question in enumerate(article.questions):
                relevant[f"{a}_{q}", code] = (f"{code}_{a}_{question.sentence}",)
    return Benchmark(
        name="artificial",
        queries=queries,
        passages=passages,
        relevant=relevant,
        metrics=METRICS,
        parallel=True,
        languages={member.code: member.language for member in members},
    )


def benchmark_articles(world: World) -> list[Article]:
    """The articles: as many as the questions need, no two of which state the same fact."""
    dice, told = Dice(world.config.seed, "benchmark"), Told()
    articles, left = list[Article](), world.config.questions
    while left:
        articles.append(world.evaluation.article(dice, _SENTENCES, min(_QUESTIONS, left), told))
        left -= len(articles[-1].questions)
    return articles
