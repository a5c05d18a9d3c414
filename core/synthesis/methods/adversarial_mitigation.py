"""Adversarial mitigation: a network that predicts the outcome, trained against one that reads groups off it.

Source: Zhang, Lemoine, Mitchell, "Mitigating Unwanted Biases with Adversarial Learning", AIES 2018, as
`AdversarialFairnessClassifier` of fairlearn 0.15 on torch. `paper` has the predictor of AIF360's implementation (200
hidden units, weight 0.1, 50 epochs at batch 128); its adversary, like `default`'s, has a hidden layer. The predictor
does not see the sensitive columns, so groups are needed only when it learns.

Mended: of a weight matrix fairlearn adds the products of all pairs of rows where the paper's projection wants those of
equal rows, so the step is made here. On validation rows of Adult, three seeds: accuracy .39 to .76 with fairlearn's
step and .73 to .85 with the paper's (rate .0003, batches of 512, adversary of 3 units); with `default`, .83 to .85 at
ratios of selection rates of .50 to .84, and .83 to .84 at .80 to .91. Neither is steady: other settings, other gaps.
Fairlearn also seeds torch with a number below 1, which torch reads as 0, so that every seed gives the same network;
here the seed draws first weights and the order of rows, and torch's own state is as it was. Adam is torch's function
and not its class, which would import the compiler for seconds. At weight 0 the projection stays.

It computes on the CPU whatever the device: fairlearn's callbacks, through which listeners can cancel after each step,
do not work elsewhere.
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
    """A predictor whose scores tell an adversary little of the groups."""

    decides_with_groups: ClassVar[bool] = False
    features: Features
    predictor: nn.Module

    def fit(
        self,
        data: Observations,
        schema: Schema,
        *,
        seed: int,
        device: torch.device,  # noqa: ARG002 all is done on the CPU
        listener: Listener = ignore,
    ) -> Self:
        """Train predictor and adversary in turn; see `Synthesizer.fit`."""
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
        """The predictor's probabilities, cut at a half as fairlearn does."""
        matrix = torch.from_numpy(self.features.matrix(frame)).float()
        with torch.inference_mode():
            scores = self.predictor(matrix).squeeze(1).double().numpy()
        return Decisions(scores, np.asarray(scores >= THRESHOLD, dtype=np.int8))

    def _networks(self, rows: LabelledRows, seed: int) -> tuple[nn.Module, nn.Module]:
        """Predictor and adversary; two groups are told apart by one probability, more by a score each."""
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
    """Fairlearn's trainer with the paper's step."""

    def train_step(self, X: Tensor, Y: Tensor, A: Tensor) -> tuple[float, float]:  # noqa: N803 fairlearn's names
        """Move both networks by one batch.

        The predictor moves along g - proj_h(g) - alpha h, where g is its loss's gradient and h the adversary's.

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
    """Adam as fairlearn calls it."""

    def __init__(self, network: nn.Module, rate: float) -> None:
        self._rate = rate
        self._adam = Adam(network.parameters())

    def step(self) -> None:
        """Move against the gradients, which are then dropped."""
        self._adam.step(self._rate, MOMENTUM)


def _shuffled(rows: LabelledRows, seed: int) -> LabelledRows:
    """Fairlearn shuffles alike for every seed; of rows in an order of the seed's own, that gives orders of its own."""
    order = np.random.default_rng(seed).permutation(len(rows.labels))
    return LabelledRows(rows.matrix[order], rows.labels[order], rows.codes[order])
