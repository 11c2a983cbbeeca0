import torch
from torch import nn
from torch.nn import functional as F

from hybridir.encoders.lookup import Lookup, quicken_lookup


def tables() -> tuple[nn.Embedding, nn.Embedding]:
    torch.manual_seed(0)
    ours = nn.Embedding(9, 3, padding_idx=2)
    theirs = nn.Embedding.from_pretrained(ours.weight.detach().clone(), freeze=False, padding_idx=2)
    quicken_lookup(ours)
    assert type(ours) is Lookup
    return ours, theirs


def test_gradients_are_those_of_torch_summed_over_backward_passes() -> None:
    ours, theirs = tables()
    for ids in (torch.tensor([[1, 5, 5], [2, 0, 1]]), torch.tensor([[8, 1]])):
        torch.manual_seed(int(ids.sum()))
        gradient = torch.randn(*ids.shape, 3)
        for table in (ours, theirs):
            vectors = table(ids)
            assert torch.equal(vectors, F.embedding(ids, theirs.weight))
            vectors.backward(gradient)
    assert ours.weight.grad is not None
    assert torch.allclose(ours.weight.grad, theirs.weight.grad, rtol=0, atol=1e-7)
    assert ours.weight.grad[2].tolist() == [0.0] * 3  # padding learns nothing


def test_without_gradient_it_is_a_plain_lookup() -> None:
    ours, _ = tables()
    with torch.no_grad():
        assert not ours(torch.tensor([1])).requires_grad
    ours.weight.requires_grad_(False)
    assert not ours(torch.tensor([1])).requires_grad


def test_tables_that_do_more_are_left_alone() -> None:
    table = nn.Embedding(4, 2, max_norm=1.0)
    quicken_lookup(table)
    assert type(table) is nn.Embedding
