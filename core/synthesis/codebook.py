"""Find the codewords, and the potentials with which every group uses each codeword equally often.

Codewords are the centres of k-means of the posterior means; codeword k has the weight w_k, its share of all rows. The
potentials are found by Sinkhorn's iteration within each group: each is raised by ``log w_k`` minus the logarithm of the
codeword's mean probability in the group, until they agree (entropic optimal transport with these two marginals; Cuturi
2013). A codeword that was drawn with them says nothing of the group among the rows that they were fitted on; what is
left on other rows is bounded in `core.audit.metrics.code_usage`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.cluster import MiniBatchKMeans
from torch import nn

from core.events import Listener
from core.synthesis.settings import Optimisation
from core.synthesis.training import Losses, train
from core.synthesis.training_data import TrainingData
from models.codebook import Codebook

ROWS_PER_CODEWORD = 150
MIN_CODEWORDS = 16
BANDWIDTH = 0.5  # of the mean squared distance of a row to the nearest codeword
ITERATIONS = 300
TOLERANCE = 1e-4
ENCODED_AT_ONCE = 4_096


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


def fit_codebook(codebook: Codebook, mean: NDArray[np.float32], groups: NDArray[np.int64], *, seed: int) -> None:
    """Find points, bandwidth and potentials, in place.

    Args:
        codebook: Its size is the number of codewords.
        mean: Posterior means of the train rows, shape (n, latent).
        groups: Their groups, shape (n,).
        seed: Seed of k-means.
    """
    size = len(codebook.points)
    scale = codebook.scale.cpu().numpy()
    clusters = MiniBatchKMeans(size, random_state=seed, n_init=3, batch_size=4_096).fit(mean * scale)
    with torch.no_grad():
        codebook.points.copy_(torch.from_numpy((clusters.cluster_centers_ / scale).astype(np.float32)))
        nearest = codebook.squares(torch.from_numpy(mean).to(codebook.points)).min(dim=1)
        codebook.bandwidth.copy_(BANDWIDTH * nearest.values.mean().clamp(min=1e-6))
        shares = np.bincount(nearest.indices.cpu().numpy(), minlength=size) + 0.5
    balance(codebook, mean, groups, shares / shares.sum())


def balance(
    codebook: Codebook, mean: NDArray[np.float32], groups: NDArray[np.int64], weights: NDArray[np.float64]
) -> None:
    """Find the potentials with which every group uses each codeword with its weight, in place.

    Args:
        codebook: Points and bandwidth are kept.
        mean: Posterior means, shape (n, latent).
        groups: Shape (n,).
        weights: Shape (K,), summing to 1.
    """
    bandwidth = codebook.bandwidth.double()
    aim = torch.from_numpy(np.log(weights)).to(bandwidth)
    for group in np.unique(groups):
        rows = torch.from_numpy(mean[groups == group]).to(bandwidth)
        scores = -codebook.squares(rows) / bandwidth
        potential = torch.zeros_like(aim)
        for _ in range(ITERATIONS):
            used = torch.logsumexp(torch.log_softmax(scores + potential, dim=1), dim=0) - np.log(len(rows))
            step = aim - used
            potential = potential + step
            if float((step.exp() - 1).abs().max()) < TOLERANCE:
                break
        codebook.potentials[int(group)] = (potential - potential.mean()).to(codebook.potentials)


def weights_of(codebook: Codebook, mean: NDArray[np.float32], groups: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return how often all rows together use each codeword, shape (K,)."""
    points = codebook.points
    used = codebook.log_probabilities(torch.from_numpy(mean).to(points), torch.from_numpy(groups).to(points.device))
    return np.asarray(used.exp().double().mean(dim=0).cpu().numpy())


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

    train(decoder.parameters(), batch_loss, examples, optimisation, stage="codebook", seed=seed, listener=listener)


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
