"""The table networks against the one-hot computation they stand for."""

import pytest
import torch
from torch.nn import functional

from models.fair_score import FairClassScores, FairScore
from models.one_hot import OneHotLinear
from models.table import TableDecoder, TableEncoder

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


def test_with_a_score_the_first_coordinate_is_its_rank_and_training_leaves_the_score_alone() -> None:
    codes, groups = _rows()
    score = FairScore(SIZES, [0, 2], 2, 8, levels=4)
    encoder = TableEncoder(SIZES, [0, 2], 2, 8, 4, score)
    mean, log_variance = encoder(codes, groups)
    assert mean.shape == log_variance.shape == (50, 4)
    assert torch.equal(mean[:, :1], score.coordinates(codes, groups))
    (mean.sum() + log_variance.sum()).backward()
    assert all(parameter.grad is None for parameter in score.parameters())
    assert encoder.head.weight.grad is not None


def test_the_coordinates_of_class_scores_leave_one_of_the_latent_to_the_encoder() -> None:
    codes, groups = _rows()
    score = FairClassScores(SIZES, [0, 2], 2, 8, levels=6, outcomes=5)
    torch.nn.init.normal_(score.codebook.points)
    mean, _ = TableEncoder(SIZES, [0, 2], 2, 8, 4, score)(codes, groups)
    assert torch.equal(mean[:, :3], score.coordinates(codes, groups)[:, :3])


def _decoder(sizes: list[int], allowed: torch.Tensor | None = None, *, autoregressive: bool = True) -> TableDecoder:
    if allowed is None:
        allowed = torch.ones(2, sum(sizes), dtype=torch.bool)
    torch.manual_seed(0)
    return TableDecoder(sizes, allowed, 8, 4, autoregressive=autoregressive)


@pytest.mark.parametrize("autoregressive", [True, False])
def test_decoder_never_leaves_what_a_group_allows(*, autoregressive: bool) -> None:
    _, groups = _rows()
    allowed = torch.ones(2, sum(SIZES), dtype=torch.bool)
    allowed[0, 3] = allowed[1, 4] = False  # the second column tells the group
    decoder = _decoder(SIZES, allowed, autoregressive=autoregressive)
    output = decoder(torch.randn(50, 4), groups)
    codes, _ = decoder.sample(output, torch.rand(50, 3))
    assert torch.equal(codes[:, 1], 1 - groups)
    codes[:, 1] = 1 - groups
    assert torch.isfinite(decoder.reconstruction(output, codes)).all()


@pytest.mark.parametrize("autoregressive", [True, False])
def test_the_probabilities_of_all_rows_sum_to_one(*, autoregressive: bool) -> None:
    decoder = _decoder([3, 2], autoregressive=autoregressive)
    rows = torch.cartesian_prod(torch.arange(3), torch.arange(2))
    output = decoder(torch.randn(1, 4).expand(6, 4), torch.zeros(6, dtype=torch.long))
    assert (-decoder.reconstruction(output, rows)).exp().sum().item() == pytest.approx(1.0, abs=1e-5)


def _shares(codes: torch.Tensor) -> torch.Tensor:
    return torch.bincount(2 * codes[:, 0] + codes[:, 1], minlength=6) / len(codes)


@pytest.mark.parametrize("autoregressive", [True, False])
def test_sampling_follows_the_joint_distribution(*, autoregressive: bool) -> None:
    decoder = _decoder([3, 2], autoregressive=autoregressive)
    if decoder.context is not None:
        torch.nn.init.normal_(decoder.context.weight, std=2.0)
    rows = torch.cartesian_prod(torch.arange(3), torch.arange(2))
    latent, group = torch.randn(1, 4), torch.zeros(1, dtype=torch.long)
    output = decoder(latent, group)
    law = (-decoder.reconstruction(output.expand(6, -1), rows)).exp()
    codes, last = decoder.sample(
        output.expand(20_000, -1), torch.rand(20_000, 2, generator=torch.Generator().manual_seed(0))
    )
    assert torch.allclose(_shares(codes), law, atol=0.015)
    by_first = law.reshape(3, 2) / law.reshape(3, 2).sum(dim=1, keepdim=True)
    assert torch.allclose(last, by_first[codes[:, 0]], atol=1e-5)


def test_only_an_autoregressive_decoder_lets_a_column_depend_on_one_before_it() -> None:
    other = torch.tensor([[0, 0], [1, 0]])
    for autoregressive in (True, False):
        decoder = _decoder([3, 2], autoregressive=autoregressive)
        output = decoder(torch.zeros(2, 4), torch.zeros(2, dtype=torch.long))
        first = decoder.reconstruction(output, other) - decoder.reconstruction(output, other + torch.tensor([0, 1]))
        assert bool(torch.isclose(first[0], first[1], atol=1e-6)) is not autoregressive


def test_the_likeliest_code_is_the_one_drawn_most_often() -> None:
    decoder = _decoder([3, 2])
    output = decoder(3 * torch.randn(1, 4), torch.zeros(1, dtype=torch.long))
    codes, _ = decoder.sample(output.expand(4000, -1), torch.rand(4000, 2, generator=torch.Generator().manual_seed(0)))
    chosen = decoder.likeliest(output)[0]
    assert chosen[0] == codes[:, 0].mode().values
    assert chosen[1] == codes[codes[:, 0] == chosen[0], 1].mode().values
