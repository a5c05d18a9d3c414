"""Learning fair representations (LFR): soft memberships of prototypes, with equal means in all groups.

Source: Zemel, Wu, Swersky, Pitassi, Dwork, "Learning Fair Representations", ICML 2013, as
`PrototypeRepresentationLearner` of fairlearn 0.15. The authors tuned their weights. Here they are those of AIF360's
implementation: 0.01 for the reconstruction, 1 for the target's cross-entropy, 50 for the gap between the
groups' mean memberships (the mean over prototypes, as in fairlearn, not the sum); ten prototypes. `paper` has
fairlearn's maximum of 1,000 iterations, on up to 50,000 rows; `default` has fewer of both.

Differences from fairlearn:

- Fairlearn approximates the gradient by finite differences: one evaluation for each of over a thousand parameters.
  Scipy stops such a search after 15,000 evaluations, a dozen iterations. Here the same loss from the same start has
  its exact gradient.
- The absolute value in the gap is smoothed within 0.001 of 0, because the search stops at the kink (on Adult after 33
  iterations, with a cross-entropy of .55, that of the base rate; smoothed: .38).
- The number of groups is not limited to two: the gap is the mean over all pairs of groups.
- The sensitive columns are not features.

The loss equalises mean memberships only. A forest can still predict the groups from combinations of memberships (on
Adult, sex with an AUC of .90; from the features with .93).

The listener receives an event twice a second, between two evaluations of the loss, and can cancel there.
"""

from __future__ import annotations

import time
from typing import Self

import numpy as np
import pandas as pd
import torch
from fairlearn.preprocessing import PrototypeRepresentationLearner
from numpy.typing import NDArray
from scipy.optimize import minimize
from torch import Tensor
from torch.nn import functional

from core.data.encoding.feature_matrix import Features, fit_features
from core.data.schema import Schema
from core.events import Listener, ignore
from core.synthesis.base import Observations, Representation
from core.synthesis.methods.labelled_rows import labelled_rows, report_progress, stratified_subsample
from core.synthesis.methods.settings import PrototypeSettings
from core.synthesis.training import ProgressReporter

Vector = NDArray[np.float64]
_SMOOTHING = 1e-3  # of the gap between two mean memberships, which lie in 0 .. 1
_TINY = 1e-12  # the derivative of a square root at 0 and the logarithm of 0 are not finite


class PrototypeLearner(Representation[PrototypeSettings]):
    """Soft memberships of prototypes, with equal means in all groups."""

    features: Features
    learner: Learner

    def fit(
        self,
        data: Observations,
        schema: Schema,
        *,
        seed: int,
        device: torch.device,  # noqa: ARG002 runs on the CPU
        listener: Listener = ignore,
    ) -> Self:
        """Fit the prototypes on the CPU; see `Synthesizer.fit`."""
        settings = self.settings
        report_progress(listener, 0, settings.iterations)
        self.features = fit_features(data.frame, schema, with_sensitive=False)
        rows = labelled_rows(stratified_subsample(data.frame, schema, settings.max_rows, seed), self.features)
        self.learner = Learner(
            n_prototypes=settings.prototypes,
            reconstruct_weight=settings.reconstruction_weight,
            target_weight=settings.target_weight,
            fairness_weight=settings.fairness_weight,
            random_state=seed,
            max_iter=settings.iterations,
        )
        self.learner.listener = listener
        self.learner.fit(rows.matrix, rows.labels, sensitive_features=rows.codes)
        self.learner.listener = ignore  # the learner must not hold a reference to the listener
        report_progress(listener, settings.iterations, settings.iterations)
        return self

    def encode(self, frame: pd.DataFrame) -> NDArray[np.float32]:
        """Return the memberships, shape (n, prototypes); each row sums to 1."""
        return np.asarray(self.learner.transform(self.features.matrix(frame)), dtype=np.float32)


class Learner(PrototypeRepresentationLearner):  # type: ignore[misc]
    """Fairlearn's learner with the exact gradient of its loss."""

    listener: Listener = staticmethod(ignore)

    def _optimize(
        self,
        X: Vector,  # noqa: N803 fairlearn's name
        y: Vector,
        sensitive_features: pd.Series,
        random_state: np.random.RandomState,
    ) -> Self:  # fairlearn's `fit` calls this after checking its input
        size = X.shape[1]
        draws = random_state.rand(self.n_prototypes, size), random_state.rand(self.n_prototypes)
        start = np.concatenate([draws[0].ravel(), draws[1], np.ones(size)])
        unbounded, shares, weights = [(None, None)], [(0.0, 1.0)], [(0.0, None)]
        loss = Loss(self, X, y, sensitive_features.to_numpy())
        result = minimize(
            loss,
            start,
            jac=True,
            bounds=unbounded * draws[0].size + shares * self.n_prototypes + weights * size,
            method="L-BFGS-B",
            tol=self.tol,
            callback=loss.on_iteration,
            options={"maxiter": self.max_iter, "maxfun": 20 * self.max_iter},
        )
        arrays = (part.numpy() for part in loss.parts(torch.from_numpy(result.x)))
        self._prototypes_, self.coef_, self._alpha_ = arrays
        self.n_iter_ = result.nit
        return self


class Loss:
    """Fairlearn's loss and its gradient; a point holds prototypes (k, d), predictions (k,) and feature weights (d,).

    Args:
        learner: Holds the weights of the three terms, the number of prototypes and the listener.
        features: Shape (n, d).
        labels: 0 or 1, shape (n,).
        groups: Codes, shape (n,).
    """

    def __init__(self, learner: Learner, features: Vector, labels: Vector, groups: NDArray[np.int64]) -> None:
        self._learner = learner
        self._features = torch.from_numpy(features)
        self._labels = torch.from_numpy(labels.astype(np.float64))
        members = (groups[:, None] == np.unique(groups)).astype(np.float64)
        self._averages = torch.from_numpy(members / members.sum(axis=0)).T  # (G, n): means over each group's rows
        self._pairs = torch.triu_indices(len(self._averages), len(self._averages), offset=1)
        self._iterations, self._last_report = 0, time.monotonic()

    def __call__(self, point: Vector) -> tuple[float, Vector]:
        """Return the value and the gradient."""
        if time.monotonic() - self._last_report > ProgressReporter.SECONDS:
            self._last_report = time.monotonic()
            report_progress(self._learner.listener, self._iterations, self._learner.max_iter)
        place = torch.from_numpy(point).requires_grad_()
        value = self._value(*self.parts(place))
        (gradient,) = torch.autograd.grad(value, place)
        return float(value.detach()), gradient.numpy()

    def on_iteration(self, _point: Vector) -> None:
        """Count an iteration."""
        self._iterations += 1

    def parts(self, point: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Split a point into prototypes, their predictions and the feature weights."""
        count, size = self._learner.n_prototypes, self._features.shape[1]
        return point[: count * size].reshape(count, size), point[count * size : -size], point[-size:]

    def _value(self, prototypes: Tensor, predictions: Tensor, weights: Tensor) -> Tensor:
        learner, features = self._learner, self._features
        weighted = prototypes * weights
        squares = features.square() @ weights[:, None] + (weighted * prototypes).sum(dim=1)
        distances = (squares - 2 * features @ weighted.T).clamp(min=_TINY).sqrt()
        members = functional.softmax(-distances, dim=1)
        reconstruction = (features - members @ prototypes).square().sum(dim=1).mean()
        predicted = (members @ predictions).clamp(_TINY, 1 - _TINY)
        cross_entropy = functional.binary_cross_entropy(predicted, self._labels)
        means = self._averages @ members
        differences = means[self._pairs[0]] - means[self._pairs[1]]
        gap = ((differences.square() + _SMOOTHING**2).sqrt() - _SMOOTHING).mean()
        total: Tensor = (
            learner.reconstruct_weight * reconstruction
            + learner.target_weight * cross_entropy
            + learner.fairness_weight * gap
        )
        return total
