"""Find the codewords, and the potentials with which every group uses each codeword equally often.

Groups are compared over all rows, or within each value of a target, which then has codewords of its own. Codewords are
the centres of k-means of the posterior means; codeword k has the weight w_k, its share of the rows that are compared.
The potentials are found by Sinkhorn's iteration within each stratum, which is a group or a group within a value: each
is raised by ``log w_k`` minus the logarithm of the codeword's mean probability in the stratum, until they agree
(entropic optimal transport with these two marginals; Cuturi 2013). A codeword that was drawn with them says nothing of
the group among the rows that they were fitted on; what is left on other rows is bounded in
`core.audit.metrics.code_usage`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from core.events import Listener
from core.synthesis.base import CODEBOOK
from core.synthesis.settings import Optimisation
from core.synthesis.training import Losses, train
from core.synthesis.training_data import TrainingData
from models.codebook import Codebook

ROWS_PER_CODEWORD = 150
MIN_CODEWORDS = 16
BANDWIDTH = 0.5  # of the mean squared distance of a row to the nearest codeword
ITERATIONS = 300
TOLERANCE = 1e-4
LARGEST_GAIN = 50.0
ENCODED_AT_ONCE = 4_096
MOST_ROWS = 100_000
"""Rows that codewords, and the potentials of a stratum, are fitted on at most. With so many, chance alone moves the use
of 128 codewords by less than .015 in total variation."""
CODE_SEED = 61
"""Seed of the codewords that stand for rows wherever they are shown or measured."""


def codebook_name(encoder: str) -> str:
    """Return the name of an encoder's codebook among the networks.

    >>> codebook_name("teacher")
    'teacher_codebook'
    """
    return f"{encoder}_codebook"


def codebook_size(rows: int, most: int) -> int:
    """Return the number of codewords of a table: at most ``most``, and fewer for few rows; 0 if ``most`` is.

    >>> [codebook_size(rows, 128) for rows in (1_000, 4_938, 32_561)]
    [16, 32, 128]
    """
    return min(most, max(rows // ROWS_PER_CODEWORD, MIN_CODEWORDS), rows)


def fit_codebook(
    codebook: Codebook,
    mean: NDArray[np.float32],
    strata: NDArray[np.int64],
    *,
    seed: int,
    sizes: NDArray[np.int64] | None = None,
) -> NDArray[np.float64]:
    """Find points, bandwidth and potentials, in place; return the weights of the codewords, shape (values, K).

    Args:
        codebook: Its size is the number of codewords.
        mean: Posterior means of the train rows, shape (n, latent).
        strata: Their strata, shape (n,): ``value * groups + group``.
        seed: Seed of k-means.
        sizes: Number of codewords of each value of the target, shape (values,); one value for all by default.
    """
    from sklearn.cluster import MiniBatchKMeans  # generating rows needs nothing of scikit-learn

    sizes = np.asarray([len(codebook.points)]) if sizes is None else sizes
    scale = codebook.scale.cpu().numpy()
    values = strata // (len(codebook.potentials) // len(sizes))
    weights = np.zeros((len(sizes), len(codebook.points)))
    squares = []
    for value, (size, end) in enumerate(zip(sizes, np.cumsum(sizes), strict=True)):
        rows, own = mean[_some(values == value)], slice(end - size, end)
        clusters = MiniBatchKMeans(size, random_state=seed, n_init=3, batch_size=4_096).fit(rows * scale)
        with torch.no_grad():
            codebook.points[own] = torch.from_numpy((clusters.cluster_centers_ / scale).astype(np.float32))
            nearest = codebook.squares(torch.from_numpy(rows).to(codebook.points))[:, own].min(dim=1)
        squares.append(nearest.values)
        shares = np.bincount(nearest.indices.cpu().numpy(), minlength=size) + 0.5
        weights[value, own] = shares / shares.sum()
    with torch.no_grad():
        codebook.bandwidth.copy_(BANDWIDTH * torch.cat(squares).mean().clamp(min=1e-6))
    balance(codebook, mean, strata, weights)
    return weights


def _some(chosen: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return the positions of the chosen rows, ascending: all of them, or `MOST_ROWS` drawn at random."""
    rows = np.flatnonzero(chosen)
    if len(rows) <= MOST_ROWS:
        return rows
    return np.sort(np.random.default_rng(CODE_SEED).choice(rows, MOST_ROWS, replace=False))


def balance(
    codebook: Codebook, mean: NDArray[np.float32], strata: NDArray[np.int64], weights: NDArray[np.float64]
) -> None:
    """Find the potentials with which every stratum uses each codeword with its weight, in place.

    Args:
        codebook: Points and bandwidth are kept.
        mean: Posterior means, shape (n, latent).
        strata: Shape (n,).
        weights: Shape (K,), or one row for each value of the target, shape (values, K); each sums to 1. A codeword
            without weight is ruled out.
    """
    bandwidth = codebook.bandwidth.double()
    by_value = np.atleast_2d(weights)
    groups = len(codebook.potentials) // len(by_value)
    for stratum in range(len(codebook.potentials)):
        own = np.flatnonzero(by_value[stratum // groups])
        aim = torch.from_numpy(np.log(by_value[stratum // groups][own])).to(bandwidth)
        rows = torch.from_numpy(mean[_some(strata == stratum)]).to(bandwidth)
        potential = torch.zeros_like(aim)
        if len(rows):
            potential = _potential(-codebook.squares(rows)[:, own] / bandwidth, aim)
        codebook.potentials[stratum] = -torch.inf
        codebook.potentials[stratum, own] = (potential - potential.mean()).to(codebook.potentials)


def _potential(scores: torch.Tensor, aim: torch.Tensor) -> torch.Tensor:
    """Return the potentials, shape (K,), that give scores (n, K) the mean probabilities whose logarithms are given.

    Each round is two products of a matrix with a vector. What the potentials gained since is put into the matrix before
    its exponential grows too large (Schmitzer 2019).
    """
    potential, gained = torch.zeros_like(aim), torch.zeros_like(aim)
    kernel = torch.softmax(scores, dim=1)
    for _ in range(ITERATIONS):
        if float(gained.abs().max()) > LARGEST_GAIN:
            potential, gained = potential + gained, torch.zeros_like(aim)
            kernel = torch.softmax(scores + potential, dim=1)
        factors = gained.exp()
        used = factors * (kernel.T @ (kernel @ factors).reciprocal()) / len(scores)
        step = aim - used.clamp(min=torch.finfo(used.dtype).tiny).log()
        gained = gained + step
        if float((step.exp() - 1).abs().max()) < TOLERANCE:
            break
    return potential + gained


def weights_of(codebook: Codebook, mean: NDArray[np.float32], strata: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how often all rows together use each codeword, shape (K,)."""
    points, used = codebook.points, np.zeros(len(codebook.points))
    for start in range(0, len(mean), ENCODED_AT_ONCE):
        part = slice(start, start + ENCODED_AT_ONCE)
        rows, own = torch.from_numpy(mean[part]).to(points), torch.from_numpy(strata[part]).to(points.device)
        used += codebook.log_probabilities(rows, own).double().exp().sum(dim=0).cpu().numpy()
    return np.asarray(used / len(mean))


def fit_shared_codes(
    networks: Mapping[str, nn.Module],
    examples: TrainingData,
    optimisation: Optimisation,
    *,
    seed: int,
    listener: Listener,
) -> None:
    """Find the teacher's codewords, and train the decoder on drawn codewords in place of posterior draws.

    Args:
        networks: ``teacher``, ``decoder`` and the teacher's codebook, on one device.
        examples: Train rows that the networks accept.
        optimisation: Of the decoder.
        seed: Seed of k-means, batches and draws.
        listener: Receives one event per epoch of the stage ``codebook``.
    """
    encoder, decoder = networks["teacher"], networks["decoder"]
    codebook = cast("Codebook", networks[codebook_name("teacher")])
    fit_codebook(codebook, *_encoded(encoder, examples), seed=seed)

    def batch_loss(batch: TrainingData, generator: torch.Generator) -> Losses:
        with torch.no_grad():
            mean, _ = encoder(batch.data, batch.groups)
            codes = codebook.draw(mean, batch.groups, torch.rand(len(mean), generator=generator))
        output = decoder(codebook.points[codes], batch.groups)
        return {"loss": decoder.reconstruction(output, batch.data).mean()}  # type: ignore[operator]

    train(decoder.parameters(), batch_loss, examples, optimisation, stage=CODEBOOK, seed=seed, listener=listener)


def share_codes(networks: Mapping[str, nn.Module], examples: TrainingData) -> None:
    """Give the student the teacher's codewords and weights, with potentials of its own."""
    own, shared = (cast("Codebook", networks[codebook_name(name)]) for name in ("student", "teacher"))
    own.points.copy_(shared.points)
    own.bandwidth.copy_(shared.bandwidth)
    weights = weights_of(shared, *_encoded(networks["teacher"], examples))
    balance(own, *_encoded(networks["student"], examples), weights)


def _encoded(encoder: nn.Module, examples: TrainingData) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    with torch.inference_mode():
        parts = [
            encoder(examples.data[start : start + ENCODED_AT_ONCE], examples.groups[start : start + ENCODED_AT_ONCE])[0]
            for start in range(0, len(examples), ENCODED_AT_ONCE)
        ]
    return np.concatenate([part.cpu().numpy() for part in parts]), examples.groups.cpu().numpy()
