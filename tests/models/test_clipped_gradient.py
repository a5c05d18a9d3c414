"""Clipped gradients of a decoder against those that torch finds row by row."""

import pytest
import torch
from torch import Tensor

from models.clipped_gradient import add_clipped_gradients
from models.table import TableDecoder

SIZES = [2, 5, 3, 7]


@pytest.fixture
def decoder() -> TableDecoder:
    torch.manual_seed(0)
    return TableDecoder(SIZES, torch.ones(2, sum(SIZES), dtype=torch.bool), 8, 3, autoregressive=True).double()


@pytest.fixture
def rows() -> tuple[Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(1)
    codes = torch.stack([torch.randint(0, size, (30,), generator=generator) for size in SIZES], dim=1)
    latent = torch.randn(30, 3, generator=generator, dtype=torch.float64)
    return latent, torch.randint(0, 2, (30,), generator=generator), codes


def gradients(decoder: TableDecoder) -> Tensor:
    return torch.cat([one.grad.flatten() for one in decoder.parameters() if one.grad is not None])


def row_by_row(decoder: TableDecoder, rows: tuple[Tensor, Tensor, Tensor]) -> list[Tensor]:
    found = []
    for row in range(len(rows[0])):
        latent, groups, codes = (part[row : row + 1] for part in rows)
        decoder.zero_grad()
        decoder.reconstruction(decoder(latent, groups), codes).sum().backward()  # type: ignore[no-untyped-call]
        found.append(gradients(decoder).clone())
    return found


def test_the_norms_and_the_clipped_sum_are_those_of_single_rows(
    decoder: TableDecoder, rows: tuple[Tensor, Tensor, Tensor]
) -> None:
    expected = row_by_row(decoder, rows)
    loss, norms = add_clipped_gradients(decoder, *rows, clip=2.7)
    assert norms.tolist() == pytest.approx([float(one.norm()) for one in expected])
    assert (norms > 2.7).any()
    assert (norms < 2.7).any()
    clipped = torch.stack([one * min(1.0, 2.7 / float(one.norm())) for one in expected]).sum(0)
    assert torch.allclose(gradients(decoder), clipped)
    assert torch.allclose(loss, decoder.reconstruction(decoder(*rows[:2]), rows[2]))


def test_one_row_moves_the_sum_by_at_most_the_clip(decoder: TableDecoder, rows: tuple[Tensor, Tensor, Tensor]) -> None:
    with torch.no_grad():
        decoder.head.weight.mul_(50.0)  # so that all gradients are long
    add_clipped_gradients(decoder, *rows, clip=0.5)
    every = gradients(decoder)
    moved = []
    for row in range(len(rows[0])):
        add_clipped_gradients(decoder, *(torch.cat([part[:row], part[row + 1 :]]) for part in rows), clip=0.5)
        moved.append(float((every - gradients(decoder)).norm()))
    assert max(moved) <= 0.5 + 1e-9
    assert max(moved) > 0.499


def test_no_rows_give_no_gradient(decoder: TableDecoder, rows: tuple[Tensor, Tensor, Tensor]) -> None:
    add_clipped_gradients(decoder, *(part[:0] for part in rows), clip=1.0)
    assert not gradients(decoder).any()
