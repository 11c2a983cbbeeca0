"""From the vectors of a text's tokens to one vector: pooling, and the linear layers that some models put after it."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from hybridir.errors import UserError
from hybridir.files import write_json

Pooling = Literal["mean", "cls"]
POOLINGS: tuple[Pooling, ...] = get_args(Pooling)

ACTIVATIONS: Mapping[str, type[nn.Module]] = {
    layer.__name__: layer for layer in (nn.Identity, nn.Tanh, nn.ReLU, nn.GELU, nn.SiLU, nn.Sigmoid)
}
_DENSE_DEFAULTS = {"module_input_name": "sentence_embedding", "module_output_name": "sentence_embedding"}


def mean(hidden: Tensor, mask: Tensor) -> Tensor:
    """Mean of `hidden` [n, length, dim] over the tokens where `mask` [n, length] is 1: float32 [n, dim]."""
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    total = (hidden * weights).sum(dim=1, dtype=torch.float32)
    return total / mask.sum(dim=1, keepdim=True).clamp(min=1)


def cls(hidden: Tensor, mask: Tensor) -> Tensor:
    """The first token of `hidden` [n, length, dim]: float32 [n, dim]."""
    return hidden[:, 0].float()


POOLERS: Mapping[Pooling, Callable[[Tensor, Tensor], Tensor]] = {"mean": mean, "cls": cls}


def read_pooling(config: Mapping[str, Any], where: Path) -> Pooling:
    """The pooling that the config of a saved Pooling module asks for, in its old form (one flag per mode) or new.

    Raises UserError for a mode other than `POOLINGS`, or a prompt that is to be left out of the mean.
    """
    flags = {
        "pooling_mode_cls_token": "cls",
        "pooling_mode_mean_tokens": "mean",
        "pooling_mode_max_tokens": "max",
        "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
        "pooling_mode_weightedmean_tokens": "weightedmean",
        "pooling_mode_lasttoken": "lasttoken",
    }
    modes = config.get("pooling_mode") or [mode for flag, mode in flags.items() if config.get(flag)] or ["mean"]
    modes = [modes] if isinstance(modes, str) else modes
    for pooling in POOLINGS:
        if list(modes) == [pooling] and config.get("include_prompt", True):
            return pooling
    extra = "" if config.get("include_prompt", True) else " without the prompt"
    raise UserError(
        f"the module Pooling in {str(where)!r} pools by {'+'.join(modes)}{extra}; hybridir pools by"
        f" {' or '.join(POOLINGS)} over all tokens: take another model."
    )


def write_pooling(folder: Path, pooling: Pooling, dim: int) -> None:
    """Write the config of a Pooling module in the form that every version of sentence-transformers reads."""
    folder.mkdir()
    settings = {
        "word_embedding_dimension": dim,
        "pooling_mode_cls_token": pooling == "cls",
        "pooling_mode_mean_tokens": pooling == "mean",
        "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False,
    }
    write_json(folder / "config.json", settings)


class Dense(nn.Module):
    """A linear layer and an activation after pooling, as LaBSE has one (Feng et al. 2022)."""

    def __init__(self, in_features: int, out_features: int, bias: bool, activation: str) -> None:
        super().__init__()
        self.linear = nn.Linear(in_features, out_features, bias=bias)
        self.activation = ACTIVATIONS[activation]()

    def forward(self, vectors: Tensor) -> Tensor:
        activated: Tensor = self.activation(self.linear(vectors))
        return activated

    def save(self, folder: Path) -> None:
        folder.mkdir()
        layer, kind = self.linear, type(self.activation)
        settings = {
            "in_features": layer.in_features,
            "out_features": layer.out_features,
            "bias": layer.bias is not None,
            "activation_function": f"{kind.__module__}.{kind.__name__}",
        }
        write_json(folder / "config.json", settings)
        save_file({name: value.cpu() for name, value in self.state_dict().items()}, folder / "model.safetensors")

    @classmethod
    def load(cls, folder: Path, config: Mapping[str, Any]) -> "Dense":
        """The layer saved in `folder`. Raises UserError for what this class cannot express."""
        activation = str(config.get("activation_function", "torch.nn.Tanh"))
        name = activation.rpartition(".")[2]
        if not activation.startswith("torch.nn.") or name not in ACTIVATIONS:
            raise UserError(
                f"the module Dense in {str(folder)!r} has the activation {activation!r}; hybridir knows"
                f" {', '.join(ACTIVATIONS)} of torch.nn: take another model."
            )
        odd = [key for key, usual in _DENSE_DEFAULTS.items() if (config.get(key) or usual) != usual]
        odd += ["use_residual"] if config.get("use_residual") else []
        if odd:
            raise UserError(
                f"the module Dense in {str(folder)!r} sets {', '.join(odd)}, which hybridir does not know:"
                " take another model."
            )
        weights = folder / "model.safetensors"
        if not weights.is_file():
            raise UserError(f"the module Dense has no {str(weights)!r}: save the model with safetensors weights.")
        dense = cls(config["in_features"], config["out_features"], config.get("bias", True), name)
        dense.load_state_dict(load_file(weights))
        return dense
