"""The tokens that XOR-Retrieve counts: NLTK's `word_tokenize`, offline."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from hybridir.errors import UserError

if TYPE_CHECKING:
    from nltk.tokenize.punkt import PunktParameters

_MODEL = "tokenizers/punkt_tab/english"
_FILES = ("abbrev_types.txt", "sent_starters.txt", "collocations.tab", "ortho_context.tab")


class OfficialTokens:
    """Cuts a text as `nltk.word_tokenize(text)` does, and so as evals/eval_xor_retrieve.py of AkariAsai/XORQA.

    Which full stops are tokens follows from where sentences end, and that from NLTK's English Punkt model (Kiss and
    Strunk 2006), which the package does not bring. It is read from `folder/nltk_data`, else from where NLTK keeps its
    data. There is no stand-in: without sentences nearly every text is cut otherwise, in 3 % fewer tokens (measured on
    6,000 English passages). `said` is a hash of the model. Raises UserError that says what to install.
    """

    def __init__(self, folder: Path) -> None:
        try:
            import nltk.data
            from nltk.tokenize import NLTKWordTokenizer
            from nltk.tokenize.punkt import PunktSentenceTokenizer
        except ImportError as problem:
            raise UserError(
                "XOR-Retrieve counts tokens with the package nltk, which is not here: pip install 'hybridir[xor]'."
            ) from problem
        model = _model([folder / "nltk_data", *map(Path, nltk.data.path)])
        self._sentences = PunktSentenceTokenizer(_parameters(model))
        self._words = NLTKWordTokenizer()
        self.said = hashlib.sha256(b"\0".join((model / name).read_bytes() for name in _FILES)).hexdigest()

    def __call__(self, text: str) -> list[str]:
        """The tokens of a text, in order."""
        return [token for sentence in self._sentences.tokenize(text) for token in self._words.tokenize(sentence)]


def _model(places: list[Path]) -> Path:
    """The first folder of an English Punkt model below `places`."""
    for place in places:
        if all((place / _MODEL / name).is_file() for name in _FILES):
            return place / _MODEL
    raise UserError(
        "XOR-Retrieve counts tokens with NLTK's English Punkt model, which is not here: python -m nltk.downloader"
        f" punkt_tab, or put its folder {_MODEL} into {places[0]}."
    )


def _parameters(model: Path) -> "PunktParameters":
    """The model's files: two of words, one of pairs of words, one of words with a number. NLTK's own reader of them
    takes another kind of path in every version, and only from its own folders."""
    from nltk.tokenize.punkt import PunktParameters

    abbreviations, starters, pairs, contexts = [
        (model / name).read_text(encoding="utf8").splitlines() for name in _FILES
    ]
    parameters = PunktParameters()
    try:
        parameters.abbrev_types.update(abbreviations)
        parameters.sent_starters.update(starters)
        parameters.collocations.update((first, second) for first, second in (line.split("\t") for line in pairs))
        parameters.ortho_context.update((word, int(flags)) for word, flags in (line.split("\t") for line in contexts))
    except ValueError as problem:
        raise UserError(f"the Punkt model {model} is damaged ({problem}): bring it again.") from problem
    return parameters
