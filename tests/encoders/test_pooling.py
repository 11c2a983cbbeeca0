import numpy as np
import pytest
import torch

from hybridir.encoders.pooling import Dense, cls, mean, read_pooling
from hybridir.errors import UserError


def test_pooling_by_hand():
    hidden = torch.tensor([[[1.0, 2.0], [3.0, 6.0], [100.0, 100.0]]])
    mask = torch.tensor([[1, 1, 0]])
    assert mean(hidden, mask).tolist() == [[2, 4]]
    assert cls(hidden, mask).tolist() == [[1, 2]]


def test_mean_of_half_precision_is_taken_in_float32():
    hidden = torch.full((1, 3000, 1), 1.0, dtype=torch.bfloat16)
    assert mean(hidden, torch.ones(1, 3000)).tolist() == [[1]]
    assert cls(hidden, torch.ones(1, 3000)).dtype == torch.float32


def test_no_tokens_at_all_is_zero():
    assert mean(torch.ones(1, 1, 2), torch.zeros(1, 1, dtype=torch.int64)).tolist() == [[0, 0]]


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, "mean"),
        ({"pooling_mode_mean_tokens": False, "pooling_mode_cls_token": True}, "cls"),
        ({"pooling_mode": "cls", "include_prompt": True}, "cls"),
        ({"pooling_mode": ["mean"]}, "mean"),
        ({}, "mean"),
    ],
)
def test_pooling_is_read_in_every_form(config, pooling, tmp_path):
    assert read_pooling(config, tmp_path) == pooling


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"pooling_mode_max_tokens": True}, "pools by max;"),
        ({"pooling_mode": ["cls", "mean"]}, r"pools by cls\+mean;"),
        ({"pooling_mode": "mean", "include_prompt": False}, "pools by mean without the prompt;"),
    ],
)
def test_other_poolings_are_refused_by_name(config, named, tmp_path):
    with pytest.raises(UserError, match=named):
        read_pooling(config, tmp_path)


def test_dense_by_hand_and_saved(tmp_path):
    dense = Dense(2, 1, bias=True, activation="ReLU")
    dense.load_state_dict({"linear.weight": torch.tensor([[1.0, -2.0]]), "linear.bias": torch.tensor([0.5])})
    vectors = torch.tensor([[3.0, 1.0], [0.0, 1.0]])
    assert dense(vectors).tolist() == [[1.5], [0]]
    dense.save(tmp_path / "2_Dense")
    config = {"in_features": 2, "out_features": 1, "bias": True, "activation_function": "torch.nn.ReLU"}
    np.testing.assert_equal(Dense.load(tmp_path / "2_Dense", config)(vectors).tolist(), [[1.5], [0]])


@pytest.mark.parametrize(
    ("extra", "named"),
    [
        ({"activation_function": "torch.nn.PReLU"}, "activation 'torch.nn.PReLU'"),
        ({"activation_function": "os.system"}, "activation 'os.system'"),
        ({"use_residual": True}, "sets use_residual"),
        ({"module_input_name": "token_embeddings"}, "sets module_input_name"),
        ({}, "no .*model.safetensors"),
    ],
)
def test_what_dense_cannot_express_is_refused(extra, named, tmp_path):
    with pytest.raises(UserError, match=named):
        Dense.load(tmp_path, {"in_features": 2, "out_features": 1, "bias": True, **extra})
