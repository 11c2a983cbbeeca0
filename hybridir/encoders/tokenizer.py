"""Tokenizers without special machinery: one trained on all languages of a sweep, or a given vocabulary."""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from hybridir.encoders.base import Tokens
from hybridir.errors import UserError

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_BYTES = tuple(f"<0x{byte:02X}>" for byte in range(256))
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]"
_ONE_AT_A_TIME = threading.Lock()  # the truncation of a tokenizer is its state
_CHUNK = 4096  # texts at a time: their Python lists of ids are large, the arrays made of them are not
_WORD_CHUNK = 1 << 15  # the same where only distinct words are tokenized: the more texts, the more words come again
# Steps that look at a word alone: Unicode's normal forms join nothing across a space, the others look at characters.
_NORMALIZERS = {"NFC", "NFD", "NFKC", "NFKD", "Lowercase", "StripAccents", "BertNormalizer"}
_SPLITS = {"WhitespaceSplit", "BertPreTokenizer", "Punctuation", "Digits", "Split", "Metaspace"}


def train_tokenizer(texts: Iterable[str], vocab_size: int, lowercase: bool) -> Tokenizer:
    """Learn a byte-pair encoding of `vocab_size` entries from `texts`, the same one for the same texts.

    BPE (Sennrich et al. 2016, https://aclanthology.org/P16-1162) over NFKC text; a word carries the
    mark `▁` where it starts, except in scripts that do not space their words. The most frequent
    characters, at most half of the vocabulary, have entries of their own, all others are spelt in UTF-8
    bytes: no character is ever lost. The first five entries are `SPECIAL_TOKENS`, the next 256 the bytes.
    """
    smallest = 2 * (len(SPECIAL_TOKENS) + len(_BYTES))
    if vocab_size < smallest:
        raise UserError(f"vocab_size={vocab_size} is too small for a trained tokenizer: take {smallest} or more.")
    texts = texts if isinstance(texts, Sequence) else list(texts)
    tokenizer = _untrained(lowercase)
    alphabet = _alphabet(tokenizer, texts, vocab_size // 2 - len(_BYTES))
    reserved = [*SPECIAL_TOKENS, *_BYTES]
    trainer = trainers.BpeTrainer(
        vocab_size=vocab_size,
        min_frequency=2,
        special_tokens=reserved,
        initial_alphabet=alphabet,
        limit_alphabet=len(alphabet),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _with_plain_bytes(tokenizer)


def _untrained(lowercase: bool) -> Tokenizer:
    tokenizer = Tokenizer(models.BPE(byte_fallback=True))
    steps = [normalizers.NFKC(), normalizers.Lowercase()] if lowercase else [normalizers.NFKC()]
    tokenizer.normalizer = normalizers.Sequence(steps)
    # Every word gets the mark of its start, after a bracket as after a space. Unspaced scripts lose it
    # again: there it would only give each word two entries, one for the start of a stretch, one within.
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.WhitespaceSplit(),
            pre_tokenizers.Punctuation("isolated"),
            pre_tokenizers.Split(Regex(f"{_UNSPACED}+"), "isolated"),
            pre_tokenizers.Metaspace("▁", "always", split=False),
            pre_tokenizers.Split(Regex(f"▁(?={_UNSPACED})"), "removed"),
        ]
    )
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Metaspace("▁", "always")])
    return tokenizer


def _alphabet(tokenizer: Tokenizer, texts: Iterable[str], size: int) -> list[str]:
    """The `size` most frequent characters after normalisation; ties go to the lower code point.

    The trainer could choose them itself, but breaks ties in the order of a randomly seeded hash map.
    """
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(tokenizer.normalizer.normalize_str(text))
    characters = sorted((c for c in counts if not c.isspace()), key=lambda c: (-counts[c], c))
    return ["▁", *(c for c in characters if c != "▁")][:size]


def _with_plain_bytes(tokenizer: Tokenizer) -> Tokenizer:
    """Turn the 256 byte entries into ordinary ones, so that a literal `<0x41>` in a text is read as text."""
    state = json.loads(tokenizer.to_str())
    state["added_tokens"] = [token for token in state["added_tokens"] if token["content"] in SPECIAL_TOKENS]
    trained = Tokenizer.from_str(json.dumps(state))
    trained.post_processor = _sentence_frame(trained)
    return trained


def wordpiece_from_vocab(path: Path, lowercase: bool = False, strip_accents: bool | None = None) -> Tokenizer:
    """BERT's WordPiece tokenizer with the vocabulary file `path`, one entry per line.

    A cased vocabulary stays cased unless `lowercase` is asked for; `strip_accents=None` follows
    `lowercase`, as BERT does (Devlin et al. 2019). Raises UserError if the file cannot serve.
    """
    try:
        entries = path.read_text(encoding="utf8").rstrip("\n").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise UserError(f"the vocabulary {str(path)!r} cannot be read ({problem}): give a text file.") from problem
    vocabulary = {entry: index for index, entry in enumerate(entries)}
    missing = [token for token in SPECIAL_TOKENS if token not in vocabulary]
    if missing:
        raise UserError(
            f"the vocabulary {str(path)!r} has no {', '.join(missing)}: give a WordPiece vocabulary,"
            f" one entry per line, with {', '.join(SPECIAL_TOKENS)}."
        )
    # Words of unspaced scripts are whole sentences; BERT's limit of 100 characters would lose them.
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=1000))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=lowercase, strip_accents=strip_accents)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    tokenizer.post_processor = _sentence_frame(tokenizer)
    return tokenizer


def _sentence_frame(tokenizer: Tokenizer) -> processors.TemplateProcessing:
    """`[CLS] text [SEP]`, for the encoders that want special tokens."""
    frame = [(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")]
    return processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=frame)


def tokenize_texts(
    tokenizer: Tokenizer, texts: Sequence[str], prompt: str, max_length: int | None, special_tokens: bool
) -> Tokens:
    """Token ids of `prompt + text` for each text, cut to `max_length` with its special tokens (None: uncut).

    Sets the truncation of `tokenizer`, so hand over one that nobody else relies on.
    """
    with _ONE_AT_A_TIME:
        if not special_tokens and words_apart(tokenizer):
            tokenizer.no_truncation()
            return _encode(texts, prompt, _WORD_CHUNK, lambda chunk: _by_words(tokenizer, chunk)).cut(max_length)
        if max_length is None:
            tokenizer.no_truncation()
        else:
            tokenizer.enable_truncation(max_length)
        return _encode(texts, prompt, _CHUNK, lambda chunk: _encoded(tokenizer, chunk, special_tokens))


def _encode(texts: Sequence[str], prompt: str, size: int, encode: Callable[[list[str]], Tokens]) -> Tokens:
    """The tokens of `prompt` with each of `texts`, `size` of them at a time."""
    chunks = ([prompt + text for text in texts[start : start + size]] for start in range(0, len(texts), size))
    return Tokens.concatenate([encode(chunk) for chunk in chunks])


def words_apart(tokenizer: Tokenizer) -> bool:
    """Whether `tokenizer` reads what stands between spaces alike wherever it stands, so that a text has the tokens of
    its words, end to end: true of the tokenizers of this file. False where that is not known."""
    splits, normal = _steps(tokenizer.pre_tokenizer), _steps(tokenizer.normalizer)
    return (
        bool(splits)
        and splits[0]["type"] in ("WhitespaceSplit", "BertPreTokenizer")
        and all(step["type"] in _NORMALIZERS | _SPLITS for step in (*splits, *normal))
        and not any(step.get("prepend_scheme") == "first" for step in splits)
        and getattr(tokenizer.model, "dropout", None) is None
        and not any(_reaches_out(token) for token in tokenizer.get_added_tokens_decoder().values())
    )


def _steps(part: pre_tokenizers.PreTokenizer | normalizers.Normalizer | None) -> list[dict[str, Any]]:
    """The steps of a normalizer or pre-tokenizer, in their order, and their settings."""
    if part is None:
        return []
    state = json.loads(part.__getstate__())  # of the part alone: all of a tokenizer holds its vocabulary
    return state.get("pretokenizers") or state.get("normalizers") or [state]


def _reaches_out(token: AddedToken) -> bool:
    """Whether an entry is found by what stands around a word."""
    return token.lstrip or token.rstrip or token.single_word or " " in token.content


def _by_words(tokenizer: Tokenizer, texts: Sequence[str]) -> Tokens:
    """The tokens of `texts`; a word that comes many times is tokenized once."""
    number: dict[str, int] = {}
    split = [text.split(" ") for text in texts]
    places = np.array([number.setdefault(word, len(number)) for words in split for word in words], dtype=np.int64)
    every = _encoded(tokenizer, list(number), special_tokens=False).take(places)
    ends = np.cumsum([0, *map(len, split)])
    return Tokens(every.ids, every.offsets[ends])


def _encoded(tokenizer: Tokenizer, texts: list[str], special_tokens: bool) -> Tokens:
    encodings = tokenizer.encode_batch_fast(texts, add_special_tokens=special_tokens)
    return Tokens.of([encoding.ids for encoding in encodings])


def settings_of(tokenizer: Tokenizer) -> dict[str, object]:
    """Everything that decides which ids a text gets, save for truncation and padding, which are set per call."""
    state: dict[str, object] = json.loads(tokenizer.to_str())
    return {key: value for key, value in state.items() if key not in ("truncation", "padding")}


def count_tokens(tokens: Tokens, vocab_size: int) -> np.ndarray:
    """How often each id occurs in `tokens`: int64 [vocab_size]."""
    return np.bincount(tokens.ids, minlength=vocab_size)
