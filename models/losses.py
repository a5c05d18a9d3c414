"""Losses of teacher and student. Each sums over latent dimensions and averages over rows.

Sources: V^2 and the teacher's objective, Liu et al., "Fair Representation Learning: An Alternative to Mutual
Information", KDD 2022; the quality losses, Sikder et al., "Generating Synthetic Fair Syntax-agnostic Data by Learning
and Distilling Fair Representation"; HSIC, Gretton et al. 2005; its weighted MMD form, Sejdinovic et al. 2013.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.checkpoint import checkpoint


def kl_to_standard_normal(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Return ``KL(N(mean, exp(log_variance)) || N(0, I))`` in nats, averaged over rows; inputs (n, d)."""
    return 0.5 * (mean.square() + log_variance.exp() - 1.0 - log_variance).sum(dim=1).mean()


def reparameterised(mean: Tensor, log_variance: Tensor, noise: Tensor) -> Tensor:
    """Draw from the posterior by the reparameterisation trick; all (n, d)."""
    return mean + (0.5 * log_variance).exp() * noise


def _log_kernel_rows(rows: Tensor, row_variance: Tensor, mean: Tensor, variance: Tensor) -> Tensor:
    """Return ``log N(m_i - m_j; 0, diag(v_i + v_j))`` without its ``(2 pi)^(-d/2)``, shape (rows, n)."""
    log_kernel = torch.zeros(len(rows), len(mean), dtype=mean.dtype, device=mean.device)
    for dim in range(mean.shape[1]):
        spread = row_variance[:, dim, None] + variance[None, :, dim]
        distance = rows[:, dim, None] - mean[None, :, dim]
        log_kernel = log_kernel - 0.5 * (spread.log() + distance.square() / spread)
    return log_kernel


def _kernel_sums(rows: Tensor, row_variance: Tensor, mean: Tensor, variance: Tensor, members: Tensor) -> Tensor:
    log_scale = 0.5 * mean.shape[1] * math.log(2.0)  # (4 pi)^(d/2) (2 pi)^(-d/2)
    return (_log_kernel_rows(rows, row_variance, mean, variance) + log_scale).exp() @ members


def v_squared(mean: Tensor, log_variance: Tensor, groups: Tensor, group_count: int, block: int = 512) -> Tensor:
    """Return ``V^2(z, s) * (4 pi)^(d/2)``, exact for the batch's mixture of posteriors, in one pass over the pairs.

    ``V^2 = sum_s p_s^2 * integral (p(z|s) - p(z))^2 dz`` (Liu et al. 2022). With K the matrix of pairwise Gaussian
    overlaps and B_st its block means, the integral is ``B_ss - 2 B_s,all + B_all,all``. The factor ``(4 pi)^(d/2)``
    makes the term comparable across latent sizes: two equal unit posteriors have overlap 1 at any d. Pairs i = j are
    kept, as in the authors' code.

    Args:
        mean: Posterior means, shape (n, d).
        log_variance: Posterior log variances, shape (n, d).
        groups: Group codes, shape (n,), in 0 .. group_count - 1.
        group_count: Number of groups; those absent from the batch contribute nothing.
        block: Rows held at once; memory is O(block * n), recomputed in the backward pass.

    Returns:
        A scalar, at least 0 up to rounding.
    """
    members = functional.one_hot(groups, group_count).to(mean.dtype)
    sizes = members.sum(dim=0)
    variance = log_variance.exp()
    sums = torch.zeros(group_count, group_count, dtype=mean.dtype, device=mean.device)
    for start in range(0, len(mean), block):
        rows = slice(start, start + block)
        whole = (mean[rows], variance[rows], mean, variance, members)
        # One block that is held at once anyway need not be computed twice.
        part = _kernel_sums(*whole) if len(mean) <= block else checkpoint(_kernel_sums, *whole, use_reentrant=False)
        sums = sums + members[rows].T @ part
    present = sizes.clamp(min=1.0)
    share = sizes / len(mean)
    within = sums.diagonal() / present.square()
    with_all = sums.sum(dim=1) / (present * len(mean))
    overall = sums.sum() / len(mean) ** 2
    return (share.square() * (within - 2.0 * with_all + overall)).sum()


def hsic(
    latent: Tensor,
    groups: Tensor,
    group_count: int,
    power: float = 0.5,
    classes: Tensor | None = None,
    class_count: int = 1,
) -> Tensor:
    """Return the dependence of a latent on a categorical s: a weighted sum of MMDs of each group and their mixture.

    ``sum_s w_s MMD^2(p_s, sum_t w_t p_t) = sum_s w_s B_ss - sum_st w_s w_t B_st`` with block means B of the mean of
    three Gaussian kernels (widths sqrt(d) / 2, sqrt(d), 2 sqrt(d); the narrower ones are powers of the widest, so one
    exponential serves all), within a group without the pairs i = j (U-statistics), so the estimate is unbiased, may be
    negative, and is not clamped. Each group with at least two rows in the batch has a power of its size as weight. The
    square root keeps rare groups in view; with equal weights the noise of a group of two rows would outweigh all else.
    Use the share itself where the term has a large weight, since that noise then counts more.

    With classes, the result is the mean of this term within each class, weighted by class shares: the dependence of
    the latent on s given the class.

    Args:
        latent: Samples, shape (n, d).
        groups: Group codes, shape (n,).
        group_count: Number of groups.
        power: Of the group sizes, 0 (equal weights) to 1 (shares).
        classes: Class codes, shape (n,); ``None``: all rows are of one.
        class_count: Number of classes.

    Returns:
        A scalar; 0 in expectation if latent and group are independent (given the class).
    """
    squared = latent.square().sum(dim=1)
    distance = torch.addmm(squared[:, None] + squared[None, :], latent, latent.T, alpha=-2.0).clamp(min=0.0)
    wide = torch.exp(distance * (-0.125 / latent.shape[1]))
    middle = wide.square().square()
    kernel = (wide + middle + middle.square().square()) / 3.0
    cells = groups if classes is None else classes * group_count + groups
    members = functional.one_hot(cells, class_count * group_count).to(latent.dtype)
    sizes = members.sum(dim=0).view(class_count, group_count)
    between = (members.T @ kernel @ members).view(class_count, group_count, class_count, group_count)
    sums = between.diagonal(dim1=0, dim2=2).permute(2, 0, 1)  # of pairs within a class: (classes, groups, groups)
    usable = (sizes >= 2).to(latent.dtype)
    weights = usable * sizes**power
    weights = weights / weights.sum(dim=1, keepdim=True).clamp(min=1.0)
    safe = sizes.clamp(min=2.0)
    within = (sums.diagonal(dim1=1, dim2=2) - sizes) / (safe * (safe - 1.0))
    means = sums / (safe[:, :, None] * safe[:, None, :])
    means = means - torch.diag_embed(means.diagonal(dim1=1, dim2=2)) + torch.diag_embed(within)
    mixed = (weights[:, None, :] @ means @ weights[:, :, None])[:, 0, 0]
    by_class = (weights * within).sum(dim=1) - mixed
    return (sizes.sum(dim=1) / sizes.sum() * by_class).sum()


Quality = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor, Tensor], Tensor]
"""``(z, z', mean, log_variance, mean', log_variance') -> scalar``: teacher first, student second, all (n, d)."""


def _l1(z: Tensor, student_z: Tensor, *_: Tensor) -> Tensor:
    return (z - student_z).abs().sum(dim=1).mean()


def _mse(z: Tensor, student_z: Tensor, *_: Tensor) -> Tensor:
    return (z - student_z).square().sum(dim=1).mean()


def _huber(z: Tensor, student_z: Tensor, *_: Tensor) -> Tensor:
    return functional.huber_loss(student_z, z, reduction="none").sum(dim=1).mean()


def _mean_difference(z: Tensor, student_z: Tensor, *_: Tensor) -> Tensor:
    return (z.mean(dim=0) - student_z.mean(dim=0)).abs().sum()


def _wasserstein(_z: Tensor, _s: Tensor, mean: Tensor, log_var: Tensor, mean_s: Tensor, log_var_s: Tensor) -> Tensor:
    """Return the squared 2-Wasserstein distance of diagonal Gaussians; it also matches the variances."""
    spread = (0.5 * log_var).exp() - (0.5 * log_var_s).exp()
    return ((mean - mean_s).square() + spread.square()).sum(dim=1).mean()


def _gaussian_kl(_z: Tensor, _s: Tensor, mean: Tensor, log_var: Tensor, mean_s: Tensor, log_var_s: Tensor) -> Tensor:
    """Return ``KL(q || q')`` of diagonal Gaussians."""
    ratio = (log_var - log_var_s).exp()
    shift = (mean - mean_s).square() * (-log_var_s).exp()
    return 0.5 * (ratio + shift - 1.0 - log_var + log_var_s).sum(dim=1).mean()


QUALITY_LOSSES: dict[str, Quality] = {
    "l1": _l1,
    "mse": _mse,
    "huber": _huber,
    "md": _mean_difference,
    "wasserstein": _wasserstein,
    "gaussian_kl": _gaussian_kl,
}
