"""The table networks against the one-hot computation they stand for."""

import torch
from torch.nn import functional

from models.table import OneHotLinear, TableDecoder, TableEncoder

SIZES = [3, 2, 4]


def _rows(rows: int = 50) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    codes = torch.stack([torch.randint(0, size, (rows,), generator=generator) for size in SIZES], dim=1)
    return codes, torch.randint(0, 2, (rows,), generator=generator)


def test_sum_of_embeddings_is_a_linear_layer_on_one_hot_codes() -> None:
    codes, groups = _rows()
    layer = OneHotLinear(SIZES, 2, 5)
    parts = [functional.one_hot(codes[:, i], size) for i, size in enumerate(SIZES)]
    one_hot = torch.cat([*parts, functional.one_hot(groups, 2)], dim=1).float()
    assert torch.allclose(layer(codes, groups), one_hot @ layer.embedding.weight + layer.bias, atol=1e-6)


def test_encoder_sees_only_its_inputs() -> None:
    codes, groups = _rows()
    encoder = TableEncoder(SIZES, [0, 2], 2, 8, 4)
    other = codes.clone()
    other[:, 1] = 1 - other[:, 1]
    mean, log_variance = encoder(codes, groups)
    assert mean.shape == log_variance.shape == (50, 4)
    assert torch.equal(mean, encoder(other, groups)[0])


def test_decoder_never_leaves_what_a_group_allows() -> None:
    _, groups = _rows()
    allowed = torch.ones(2, sum(SIZES), dtype=torch.bool)
    allowed[0, 3] = allowed[1, 4] = False  # the second column tells the group
    decoder = TableDecoder(SIZES, allowed, 8, 4)
    logits = decoder(torch.randn(50, 4), groups)
    codes = decoder.sample(logits, torch.rand(50, 3))
    assert torch.equal(codes[:, 1], 1 - groups)
    codes[:, 1] = 1 - groups
    assert torch.isfinite(decoder.reconstruction(logits, codes)).all()


def test_sampling_follows_the_softmax() -> None:
    decoder = TableDecoder([3], torch.ones(1, 3, dtype=torch.bool), 4, 2)
    logits = torch.tensor([0.5, 0.2, 0.3]).log().expand(20_000, 3)
    codes = decoder.sample(logits, torch.rand(20_000, 1, generator=torch.Generator().manual_seed(0)))
    shares = torch.bincount(codes[:, 0], minlength=3) / 20_000
    assert torch.allclose(shares, torch.tensor([0.5, 0.2, 0.3]), atol=0.015)


def test_the_likeliest_code_is_the_one_drawn_most_often() -> None:
    decoder = TableDecoder([3, 2], torch.ones(1, 5, dtype=torch.bool), 4, 2)
    logits = torch.tensor([[0.0, 2.0, 1.0, 0.5, 0.0]])
    codes = decoder.sample(logits.expand(2000, 5), torch.rand(2000, 2, generator=torch.Generator().manual_seed(0)))
    assert decoder.likeliest(logits)[0].tolist() == codes.mode(dim=0).values.tolist() == [1, 0]
