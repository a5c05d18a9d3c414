"""The losses against plain references."""

import math

import numpy as np
import pytest
import torch

from models import losses


def _posteriors(rows: int = 23, dims: int = 3, groups: int = 3) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(7)
    mean = torch.randn(rows, dims, generator=generator, dtype=torch.float64)
    log_variance = torch.randn(rows, dims, generator=generator, dtype=torch.float64)
    return mean, log_variance, torch.arange(rows) % groups


def _overlap(mean: np.ndarray, variance: np.ndarray, i: int, j: int) -> float:
    spread = variance[i] + variance[j]
    distance = (mean[i] - mean[j]) ** 2 / spread
    return float(np.prod(np.exp(-0.5 * distance) / np.sqrt(2 * np.pi * spread)))


def _plain_v_squared(mean: np.ndarray, variance: np.ndarray, groups: np.ndarray) -> float:
    """sum_s p_s^2 integral (p(z|s) - p(z))^2 dz, pair by pair."""
    rows, total = range(len(mean)), 0.0
    everyone = sum(_overlap(mean, variance, i, j) for i in rows for j in rows) / len(mean) ** 2
    for group in np.unique(groups):
        members = [i for i in rows if groups[i] == group]
        within = sum(_overlap(mean, variance, i, j) for i in members for j in members) / len(members) ** 2
        across = sum(_overlap(mean, variance, i, j) for i in members for j in rows) / (len(members) * len(mean))
        total += (len(members) / len(mean)) ** 2 * (within - 2 * across + everyone)
    return total


@pytest.mark.parametrize("block", [4, 512])
def test_v_squared_equals_a_double_loop(block: int) -> None:
    mean, log_variance, groups = _posteriors()
    plain = _plain_v_squared(mean.numpy(), log_variance.exp().numpy(), groups.numpy()) * (4 * math.pi) ** 1.5
    found = losses.v_squared(mean, log_variance, groups, 3, block=block)
    assert float(found) == pytest.approx(plain, rel=1e-10)


def test_v_squared_gradient_does_not_depend_on_the_block() -> None:
    mean, log_variance, groups = _posteriors()
    found = []
    for block in (4, 512):
        leaf = mean.clone().requires_grad_()
        losses.v_squared(leaf, log_variance, groups, 3, block=block).backward()
        found.append(leaf.grad)
    assert torch.allclose(found[0], found[1], rtol=1e-9)


def test_v_squared_is_zero_when_groups_share_their_posteriors() -> None:
    mean, log_variance, _ = _posteriors(rows=8)
    twice = torch.cat([mean, mean]), torch.cat([log_variance, log_variance])
    groups = torch.arange(16) // 8
    assert float(losses.v_squared(*twice, groups, 2)) == pytest.approx(0.0, abs=1e-12)


def _plain_hsic(latent: np.ndarray, groups: np.ndarray) -> float:
    dims = latent.shape[1]

    def kernel(i: int, j: int) -> float:
        distance = float(((latent[i] - latent[j]) ** 2).sum())
        return float(np.mean([np.exp(-distance / (2 * width**2 * dims)) for width in (0.5, 1.0, 2.0)]))

    names = np.unique(groups)
    means = np.zeros((len(names), len(names)))
    for a, s in enumerate(names):
        for b, t in enumerate(names):
            pairs = [(i, j) for i in np.flatnonzero(groups == s) for j in np.flatnonzero(groups == t) if i != j]
            means[a, b] = np.mean([kernel(i, j) for i, j in pairs])
    weights = np.sqrt([(groups == s).sum() for s in names])
    weights /= weights.sum()
    return float(weights @ means.diagonal() - weights @ means @ weights)


def test_hsic_equals_a_double_loop() -> None:
    mean, _, groups = _posteriors()
    found = losses.hsic(mean, groups, 3)
    assert float(found) == pytest.approx(_plain_hsic(mean.numpy(), groups.numpy()), rel=1e-9)


def test_hsic_is_unbiased_at_independence_and_large_at_dependence() -> None:
    generator = torch.Generator().manual_seed(0)
    groups = torch.arange(128) % 2
    draws = [losses.hsic(torch.randn(128, 4, generator=generator), groups, 2) for _ in range(200)]
    independent = torch.stack(draws)
    assert abs(float(independent.mean())) < 3 * float(independent.std()) / 200**0.5
    assert (independent < 0).any()
    shifted = torch.randn(128, 4, generator=generator) + 2.0 * groups[:, None]
    assert float(losses.hsic(shifted, groups, 2)) > 10 * float(independent.std())


def test_hsic_leaves_out_groups_with_fewer_than_two_rows() -> None:
    mean, _, groups = _posteriors(rows=12, groups=2)
    lonely = torch.cat([mean, mean[:1] + 9.0]), torch.cat([groups, torch.tensor([2])])
    assert float(losses.hsic(*lonely, 4)) == pytest.approx(float(losses.hsic(mean, groups, 2)), rel=1e-9)


def test_kl_to_standard_normal_is_torchs() -> None:
    mean, log_variance, _ = _posteriors()
    posterior = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    wanted = torch.distributions.kl_divergence(posterior, torch.distributions.Normal(0.0, 1.0)).sum(dim=1).mean()
    assert float(losses.kl_to_standard_normal(mean, log_variance)) == pytest.approx(float(wanted))


def test_gaussian_kl_is_torchs() -> None:
    mean, log_variance, _ = _posteriors()
    other = mean.flip(0), log_variance.flip(0)
    wanted = torch.distributions.kl_divergence(
        torch.distributions.Normal(mean, (0.5 * log_variance).exp()),
        torch.distributions.Normal(other[0], (0.5 * other[1]).exp()),
    )
    found = losses.QUALITY_LOSSES["gaussian_kl"](mean, mean, mean, log_variance, *other)
    assert float(found) == pytest.approx(float(wanted.sum(dim=1).mean()))


@pytest.mark.parametrize("name", sorted(losses.QUALITY_LOSSES))
def test_every_quality_loss_is_least_where_student_equals_teacher(name: str) -> None:
    mean, log_variance, _ = _posteriors()
    same = losses.QUALITY_LOSSES[name](mean, mean, mean, log_variance, mean, log_variance)
    moved = losses.QUALITY_LOSSES[name](mean, mean + 0.5, mean, log_variance, mean + 0.5, log_variance)
    assert float(same) == pytest.approx(0.0, abs=1e-12)
    assert float(moved) > 0.1


def test_quality_losses_are_sums_over_dimensions() -> None:
    zeros, ones = torch.zeros(5, 7), torch.ones(5, 7)
    for name in ("l1", "mse", "md"):
        assert float(losses.QUALITY_LOSSES[name](zeros, ones, zeros, zeros, ones, zeros)) == pytest.approx(7.0)
    assert float(losses.QUALITY_LOSSES["huber"](zeros, ones, zeros, zeros, ones, zeros)) == pytest.approx(3.5)


def test_dependence_given_a_class_does_not_count_what_the_class_explains() -> None:
    chance = torch.Generator().manual_seed(0)
    classes = torch.arange(600) % 3
    own = torch.rand(600, generator=chance) < 0.8
    groups = torch.where(own, classes, torch.randint(0, 3, (600,), generator=chance))
    latent = torch.randn(600, 2, generator=chance) + 3.0 * classes[:, None]
    overall = losses.hsic(latent, groups, 3)
    given = losses.hsic(latent, groups, 3, classes=classes, class_count=3)
    assert float(overall) > 0.05
    assert abs(float(given)) < 0.005
    leaking = latent + 2.0 * groups[:, None]
    assert float(losses.hsic(leaking, groups, 3, classes=classes, class_count=3)) > 0.05


def test_given_one_class_alone_it_is_the_plain_dependence_of_its_rows() -> None:
    chance = torch.Generator().manual_seed(1)
    latent, groups = torch.randn(80, 3, generator=chance), torch.randint(0, 4, (80,), generator=chance)
    classes = torch.arange(80) // 40
    halves = [losses.hsic(latent[part], groups[part], 4) for part in (slice(0, 40), slice(40, 80))]
    both = losses.hsic(latent, groups, 4, classes=classes, class_count=2)
    assert float(both) == pytest.approx(float(torch.stack(halves).mean()), abs=1e-6)
