"""Adversarial mitigation: a network predicts the outcome; an adversary predicts the group from its output.

Source: Zhang, Lemoine, Mitchell, "Mitigating Unwanted Biases with Adversarial Learning", AIES 2018, as
`AdversarialFairnessClassifier` of fairlearn 0.15 on torch. `paper` has the predictor of AIF360's implementation (200
hidden units, weight 0.1, 50 epochs at batch 128). The adversary has a hidden layer in every preset. The predictor does
not see the sensitive columns, so only the fit needs the groups.

Corrections to fairlearn:

- The paper projects the predictor's gradient on the adversary's. Fairlearn sums the products of all pairs of rows of a
  weight matrix, where the projection needs those of equal rows. This code makes the paper's step. Accuracy on
  validation rows of Adult, three seeds: .39 to .76 with fairlearn's step, .73 to .85 with the paper's (learning rate
  .0003, batches of 512, adversary of 3 units). With `default`: .83 to .85 at ratios of selection rates of .50 to .84,
  and .83 to .84 at .80 to .91. Neither is stable: other settings give other gaps.
- Fairlearn seeds torch with a number below 1, which torch reads as 0, so every seed gives the same network. Here the
  seed decides the initial weights and the order of rows, and torch's global state does not change.
- Adam is torch's function and not its class, which would import the compiler for seconds. At weight 0 the projection
  stays.

All computation is on the CPU: fairlearn's callbacks, through which listeners can cancel after each step, do not work
on other devices.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Self

import numpy as np
import pandas as pd
import torch
from fairlearn.adversarial import AdversarialFairnessClassifier
from fairlearn.adversarial._pytorch_engine import PytorchEngine
from torch import Tensor, nn

from core.data.encoding.feature_matrix import Features, fit_features
from core.data.schema import Schema
from core.events import Listener, ignore
from core.synthesis.base import LEARN, Classifier, Decisions, Observations
from core.synthesis.methods.labelled_rows import LabelledRows, labelled_rows, report_progress
from core.synthesis.methods.settings import AdversarialMitigationSettings
from core.synthesis.training import ProgressReporter
from models.dense import dense
from models.optimiser import Adam, seeded

MOMENTUM, SLOPE, THRESHOLD = 0.9, 0.01, 0.5


class AdversarialMitigation(Classifier[AdversarialMitigationSettings]):
    """A predictor whose scores reveal little about the groups to an adversary."""

    decides_with_groups: ClassVar[bool] = False
    features: Features
    predictor: nn.Module

    def fit(
        self,
        data: Observations,
        schema: Schema,
        *,
        seed: int,
        device: torch.device,  # noqa: ARG002 runs on the CPU
        listener: Listener = ignore,
    ) -> Self:
        """Train predictor and adversary in alternation; see `Synthesizer.fit`."""
        report_progress(listener, 0, self.settings.epochs)
        self.features = fit_features(data.frame, schema, with_sensitive=False)
        rows = _shuffled(labelled_rows(data.frame, self.features), seed)
        self.predictor, adversary = self._networks(rows, seed)
        learner = AdversarialFairnessClassifier(
            backend=Engine,
            predictor_model=self.predictor,
            adversary_model=adversary,
            predictor_optimizer=self._optimizer,
            adversary_optimizer=self._optimizer,
            constraints=self.settings.constraint,
            alpha=self.settings.weight,
            epochs=self.settings.epochs,
            batch_size=self.settings.batch_size,
            shuffle=True,
            random_state=seed,
            callbacks=self._progress_callback(len(rows.labels), listener),
        )
        with torch.random.fork_rng(devices=[]):
            learner.fit(rows.matrix, rows.labels, sensitive_features=rows.codes)
        self.predictor.eval()
        return self

    def decide(self, frame: pd.DataFrame) -> Decisions:
        """Return the predictor's probabilities and the decisions at a threshold of .5, as in fairlearn."""
        matrix = torch.from_numpy(self.features.matrix(frame)).float()
        with torch.inference_mode():
            scores = self.predictor(matrix).squeeze(1).double().numpy()
        return Decisions(scores, np.asarray(scores >= THRESHOLD, dtype=np.int8))

    def _networks(self, rows: LabelledRows, seed: int) -> tuple[nn.Module, nn.Module]:
        """Build predictor and adversary; the adversary has one output for two groups, else one per group."""
        hidden, adversary_hidden = self.settings.hidden, self.settings.adversary_hidden
        inputs = 2 if self.settings.constraint == "equalized_odds" else 1
        groups = len(np.unique(rows.codes))
        output_layer: list[nn.Module] = [nn.Sigmoid()] if groups == 2 else []
        outputs = 1 if groups == 2 else groups
        return (
            seeded(lambda: nn.Sequential(dense([rows.matrix.shape[1], hidden, 1], slope=SLOPE), nn.Sigmoid()), seed),
            seeded(
                lambda: nn.Sequential(dense([inputs, adversary_hidden, outputs], slope=SLOPE), *output_layer), seed + 1
            ),
        )

    def _optimizer(self, network: nn.Module) -> _Optimizer:
        return _Optimizer(network, self.settings.learning_rate)

    def _progress_callback(self, rows: int, listener: Listener) -> Callable[..., None]:
        steps = -(-rows // self.settings.batch_size)
        reporter = ProgressReporter(listener, LEARN, self.settings.epochs, steps)

        def after_step(_learner: object, *, step: int, **_rows: object) -> None:
            reporter.step({})
            if step % steps == 0:
                reporter.epoch(step // steps)

        return after_step


class Engine(PytorchEngine):  # type: ignore[misc]
    """Fairlearn's training engine with the paper's gradient step."""

    def train_step(self, X: Tensor, Y: Tensor, A: Tensor) -> tuple[float, float]:  # noqa: N803 fairlearn's names
        """Update both networks with one batch.

        The predictor follows g - proj_h(g) - alpha h, where g is the gradient of its loss and h the adversary's.

        Args:
            X: Features, shape (n, d).
            Y: Outcomes, shape (n, 1).
            A: Groups, shape (n, 1), or one-hot.

        Returns:
            The losses of predictor and adversary.
        """
        predictor_parameters, adversary_parameters = (
            list(self.predictor_model.parameters()),
            list(self.adversary_model.parameters()),
        )
        predictions = self.predictor_model(X)
        loss = self.predictor_loss(predictions, Y)
        predictor_gradients = torch.autograd.grad(loss, predictor_parameters, retain_graph=True)
        adversary_input = torch.cat((predictions, Y), dim=1) if self.base.pass_y_ else predictions
        adversary_loss = self.adversary_loss(self.adversary_model(adversary_input), A)
        adversary_gradients = torch.autograd.grad(adversary_loss, [*predictor_parameters, *adversary_parameters])
        for parameter, gradient, adversary_gradient in zip(
            predictor_parameters, predictor_gradients, adversary_gradients, strict=False
        ):
            unit = adversary_gradient / (adversary_gradient.norm() + torch.finfo(adversary_gradient.dtype).tiny)
            parameter.grad = gradient - (unit * gradient).sum() * unit - self.base.alpha * adversary_gradient
        for parameter, gradient in zip(
            adversary_parameters, adversary_gradients[len(predictor_parameters) :], strict=True
        ):
            parameter.grad = gradient
        self.predictor_optimizer.step()
        self.adversary_optimizer.step()
        return loss.item(), adversary_loss.item()


class _Optimizer:
    """Adam with the interface that fairlearn expects."""

    def __init__(self, network: nn.Module, rate: float) -> None:
        self._rate = rate
        self._adam = Adam(network.parameters())

    def step(self) -> None:
        """Update the parameters and clear the gradients."""
        self._adam.step(self._rate, MOMENTUM)


def _shuffled(rows: LabelledRows, seed: int) -> LabelledRows:
    """Shuffle the rows by the seed, because fairlearn shuffles alike for every seed."""
    order = np.random.default_rng(seed).permutation(len(rows.labels))
    return LabelledRows(rows.matrix[order], rows.labels[order], rows.codes[order])
