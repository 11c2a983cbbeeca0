"""A cross-encoder: a transformer that reads query and passage together, and gives one score for the pair."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import tokenizers
import torch
from tokenizers.processors import TemplateProcessing
from torch import Tensor
from transformers import (
    AutoConfig,
    AutoModelForSequenceClassification,
    BertForSequenceClassification,
    PreTrainedModel,
    PreTrainedTokenizerBase,
)

from hybridir.encoders.backbone import length_limit, load_tokenizer, position_limit, quiet
from hybridir.encoders.base import Tokens, Trainable, batches_by_length
from hybridir.encoders.layout import has_classifier, model_folder, read_modules, read_settings
from hybridir.encoders.scratch import bert_config, wrapped
from hybridir.encoders.transformer import BATCH_TOKENS, BATCH_TOKENS_ELSEWHERE, pad
from hybridir.errors import UserError
from hybridir.files import atomic_directory
from hybridir.hub import hub_problem

_CHUNK = 8192  # pairs whose tokens are held at a time
_LENGTH = 512  # of a model that sets none: as arXiv 2305.05295 cuts
_PLAIN_SCORE = "torch.nn.modules.linear.Identity"
"""What sentence-transformers is to make of the logit: nothing, where its own default squeezes it between 0 and 1."""


class TokenPairs(NamedTuple):
    """Token ids of n pairs, and for each token whether it is of the query (0) or of the passage (1): int32 [total]."""

    tokens: Tokens
    types: np.ndarray

    def take(self, rows: np.ndarray) -> "TokenPairs":
        """The pairs at `rows` (int [m]), in that order."""
        types = Tokens(self.types, self.tokens.offsets).take(rows)
        return TokenPairs(self.tokens.take(rows), types.ids)


class CrossEncoder(Trainable):
    """`classifier` with one output reads `[CLS] query [SEP] passage [SEP]`, or what its tokenizer makes of a pair.

    `length` counts the tokens of both, special ones included; of a pair that is longer, the longer text loses its last
    tokens first (as arXiv 2305.05295 does). UserError if it is more than the classifier has positions for.
    """

    def __init__(self, classifier: PreTrainedModel, tokenizer: PreTrainedTokenizerBase, length: int) -> None:
        super().__init__()
        body: Any = classifier.base_model
        limit = position_limit(body)
        if limit is not None and length > limit:
            raise UserError(
                f"model.length={length} is more than the {limit} tokens that this model reads: take {limit} or less."
            )
        self.length = length
        self.classifier: Any = classifier  # each architecture has a call signature of its own
        self._saved_tokenizer = tokenizer
        self._tokenizer = tokenizers.Tokenizer.from_str(tokenizer.backend_tokenizer.to_str())
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(length, strategy="longest_first")
        self._reads_types = "token_type_ids" in tokenizer.model_input_names
        self._pad_id = 0 if tokenizer.pad_token_id is None else int(tokenizer.pad_token_id)

    @classmethod
    def from_pretrained(
        cls, name: str | Path, *, revision: str | None = None, length: int | None = None, seed: int = 0
    ) -> "CrossEncoder":
        """The cross-encoder `name` (a folder, or a hub name at `revision`), or an encoder with a new, random head.

        `length=None` is what its tokenizer says. Weights must be safetensors and code of the model's own is never run.
        Raises UserError if the model is not there, lacks weights, or gives several scores.
        """
        folder, lowercase = _transformer_of(model_folder(name, revision))
        tokenizer = load_tokenizer(folder, lowercase)
        classifier = _load_classifier(folder, seed)
        body: Any = classifier.base_model
        return cls(classifier, tokenizer, length or length_limit(body, tokenizer) or _LENGTH)

    @classmethod
    def from_scratch(
        cls,
        tokenizer: tokenizers.Tokenizer,
        *,
        length: int,
        layers: int,
        hidden: int,
        heads: int,
        intermediate: int,
        dropout: float = 0.1,
        seed: int = 0,
    ) -> "CrossEncoder":
        """A BERT (Devlin et al. 2019) with random weights; `tokenizer` must know `tokenizer.SPECIAL_TOKENS`."""
        framed = tokenizers.Tokenizer.from_str(tokenizer.to_str())
        framed.post_processor = TemplateProcessing(
            single="[CLS] $A [SEP]",
            pair="[CLS] $A [SEP] $B:1 [SEP]:1",
            special_tokens=[(token, framed.token_to_id(token)) for token in ("[CLS]", "[SEP]")],
        )
        made = wrapped(framed, length)
        shape = {"layers": layers, "hidden": hidden, "heads": heads, "intermediate": intermediate}
        config = bert_config(made, **shape, positions=length, dropout=dropout, num_labels=1)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            classifier = BertForSequenceClassification(config)
        return cls(classifier, made, length)

    def tokenize(self, queries: Sequence[str], passages: Sequence[str]) -> TokenPairs:
        """Token ids of the pairs (queries[i], passages[i]), cut to `length`."""
        encodings = self._tokenizer.encode_batch_fast(list(zip(queries, passages, strict=True)))
        types = Tokens.of([encoding.type_ids for encoding in encodings])
        return TokenPairs(Tokens.of([encoding.ids for encoding in encodings]), types.ids)

    def forward(self, pairs: TokenPairs) -> Tensor:
        """The logit of each pair, [n]: the higher, the better the passage answers."""
        ids, mask = pad(pairs.tokens, self._pad_id)
        inputs = {"input_ids": ids, "attention_mask": mask}
        if self._reads_types:
            inputs["token_type_ids"], _ = pad(Tokens(pairs.types, pairs.tokens.offsets), 0)
        on_device = {name: torch.from_numpy(array).to(self.device) for name, array in inputs.items()}
        logits: Tensor = self.classifier(**on_device).logits
        return logits[:, 0]

    @torch.inference_mode()
    def score(
        self,
        queries: Sequence[str],
        passages: Sequence[str],
        batch_size: int = 256,
        progress: Callable[[int], None] | None = None,
    ) -> np.ndarray:
        """The logits of the pairs (queries[i], passages[i]), longest pairs first in batches: float32 [n]."""
        training, out = self.training, np.empty(len(queries), dtype=np.float32)
        most = BATCH_TOKENS.get(self.device.type, BATCH_TOKENS_ELSEWHERE)
        self.eval()
        for start in range(0, len(queries), _CHUNK):
            chunk = slice(start, start + _CHUNK)
            pairs = self.tokenize(queries[chunk], passages[chunk])
            for rows in batches_by_length(pairs.tokens.lengths, batch_size, most):
                out[start + rows] = self(pairs.take(rows)).float().cpu().numpy()
                if progress is not None:
                    progress(len(rows))
        self.train(training)
        return out

    def settings(self) -> dict[str, Any]:
        return {"length": self.length}

    def save(self, directory: Path) -> None:
        """Write the model into `directory`; sentence-transformers opens it as a CrossEncoder with the same scores."""
        with atomic_directory(directory) as folder, quiet():
            self.classifier.config.sentence_transformers = {"activation_fn": _PLAIN_SCORE}
            self.classifier.save_pretrained(folder)
            self._saved_tokenizer.model_max_length = self.length
            self._saved_tokenizer.save_pretrained(folder)


def _transformer_of(folder: Path) -> tuple[Path, bool]:
    """Where the transformer of a model lies in its folder, and whether text is lower-cased before its tokenizer."""
    if not (folder / "modules.json").is_file():
        return folder, False
    first = read_modules(folder)[0]
    if first.name != "Transformer":
        raise UserError(f"the model {str(folder)!r} begins with {first.name}: start a re-ranker from a Transformer.")
    saved = [read_settings(path) for path in sorted(first.folder.glob("sentence_*_config.json"))]
    return first.folder, any(settings.get("do_lower_case") for settings in saved)


def _load_classifier(folder: Path, seed: int) -> PreTrainedModel:
    """The transformer in `folder` with a head of one output, in float32; a missing head is drawn by `seed`."""
    with hub_problem(str(folder), "model"), quiet(), torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        config = AutoConfig.from_pretrained(folder, trust_remote_code=False)
        _check_readable(folder, config)
        config.num_labels = 1
        classifier, report = AutoModelForSequenceClassification.from_pretrained(
            folder,
            config=config,
            dtype=torch.float32,
            use_safetensors=True,
            trust_remote_code=False,
            output_loading_info=True,
        )
    body = f"{classifier.base_model_prefix}."
    lost = sorted(name for name in report["missing_keys"] if name.startswith(body) and ".pooler." not in name)
    if has_classifier(folder):
        lost = sorted(report["missing_keys"])
    if lost:
        raise UserError(
            f"the model {str(folder)!r} lacks {len(lost)} weights of a {config.model_type} ({lost[0]}, ...):"
            " fetch or save it again."
        )
    made: PreTrainedModel = classifier
    return made


def _check_readable(folder: Path, config: Any) -> None:
    """Refuse what cannot become a cross-encoder, before its weights are read."""
    if config.is_encoder_decoder:
        raise UserError(f"the model {str(folder)!r} is a {config.model_type} with a decoder: take an encoder.")
    if has_classifier(folder) and config.num_labels != 1:
        raise UserError(
            f"the model {str(folder)!r} gives {config.num_labels} scores for a text, a re-ranker one: take another"
            " model."
        )
    if not any(folder.glob("*.safetensors")):
        raise UserError(
            f"the model {str(folder)!r} has no *.safetensors file: convert its weights with save_pretrained of"
            " transformers, or take a model that has one."
        )
