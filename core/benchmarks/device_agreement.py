"""One training step on two devices: does a loss agree, and its gradient, and how many steps does each do a second?

The step is that of the product: the teacher's loss or the student's, the same parameters, the same batch, the same
noise, which is drawn on the CPU for every device.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from core.synthesis.base import ENCODERS, STUDENT, TEACHER
from core.synthesis.distillation import distillation_loss
from core.synthesis.image.model import ImageModel
from core.synthesis.table.model import TableModel
from core.synthesis.teacher import teacher_loss
from core.synthesis.training import BatchLoss
from core.synthesis.training_data import TrainingData
from models.optimiser import Adam

TOLERANCE = 1e-4
"""Largest relative difference of a loss and of its gradient between two devices."""
SEED = 0


@dataclass(frozen=True)
class Agreement:
    """How far one step differs between two devices.

    Args:
        network: ``teacher`` or ``student``.
        loss: Relative difference of the losses.
        gradient: Norm of the difference of the gradients over the norm of the gradient; all parameters together.
    """

    network: str
    loss: float
    gradient: float

    @property
    def holds(self) -> bool:
        """Whether both lie within the tolerance; a figure that is not a number does not."""
        return self.loss <= TOLERANCE and self.gradient <= TOLERANCE


@dataclass(frozen=True)
class Step:
    """A training step of one network.

    Args:
        loss: The loss of a batch.
        batch: The batch, on the device of the networks.
        parameters: What is trained.
    """

    loss: BatchLoss
    batch: TrainingData
    parameters: list[nn.Parameter]

    def loss_and_gradient(self) -> tuple[Tensor, Tensor]:
        """Return the loss, and the gradient of all parameters as one vector, in double precision on the CPU."""
        value = self.loss(self.batch, torch.Generator().manual_seed(SEED))["loss"]
        parts = torch.autograd.grad(value, self.parameters, allow_unused=True)
        vectors = [part.detach().cpu().double().flatten() for part in parts if part is not None]
        return value.detach().cpu().double(), torch.cat(vectors)

    def updates_per_second(self, seconds: float) -> float:
        """Return how many updates of the parameters the device makes in a second, timed for about so many."""
        optimiser, generator = Adam(self.parameters), torch.Generator().manual_seed(SEED)
        done, started = -1, time.perf_counter()
        while True:
            losses = self.loss(self.batch, generator)
            losses["loss"].backward()  # type: ignore[no-untyped-call]
            optimiser.step(1e-4, 0.9)
            float(losses["loss"].detach())  # waits for the device, as training does to report losses
            done += 1
            if done == 0:  # the first one compiles and allocates
                started = time.perf_counter()
            elif time.perf_counter() - started >= seconds:
                return done / (time.perf_counter() - started)


def steps(model: TableModel | ImageModel, device: torch.device) -> Iterator[tuple[str, Step]]:
    """Yield one step of the teacher and one of the student on a device, with copies of the model's networks.

    The batch has the first rows of the train rows, as many as a batch of the training.
    """
    networks = {name: copy.deepcopy(network).to(device) for name, network in model.networks.items()}
    examples, settings = model.examples(), model.settings
    losses = {
        TEACHER: teacher_loss(networks[TEACHER], networks["decoder"], settings.teacher, len(examples)),
        STUDENT: distillation_loss(networks[TEACHER], networks[STUDENT], settings.student),
    }
    trained = {TEACHER: (TEACHER, "decoder"), STUDENT: (STUDENT,)}
    sizes = {TEACHER: settings.teacher.optimisation.batch_size, STUDENT: settings.student.optimisation.batch_size}
    for name in ENCODERS:
        rows = torch.arange(min(sizes[name], len(examples)), device=examples.data.device)
        batch = moved(examples.take(rows), device)
        parameters = [one for part in trained[name] for one in networks[part].parameters() if one.requires_grad]
        yield name, Step(losses[name], batch, parameters)


def moved(examples: TrainingData, device: torch.device) -> TrainingData:
    """Return the rows on another device."""
    classes = None if examples.classes is None else examples.classes.to(device)
    return replace(examples, data=examples.data.to(device), groups=examples.groups.to(device), classes=classes)


def agreements(model: TableModel | ImageModel, first: torch.device, second: torch.device) -> list[Agreement]:
    """Return how far the steps of teacher and student differ between two devices."""
    pairs = zip(steps(model, first), steps(model, second), strict=True)
    return [Agreement(name, *relative_differences(one, other)) for (name, one), (_, other) in pairs]


def relative_differences(one: Step, other: Step) -> tuple[float, float]:
    """Return the relative differences of loss and gradient; those of ``other`` are the measure."""
    (loss, gradient), (true_loss, true_gradient) = one.loss_and_gradient(), other.loss_and_gradient()
    apart = (gradient - true_gradient).norm() / true_gradient.norm()
    return float((loss - true_loss).abs() / true_loss.abs()), float(apart)
