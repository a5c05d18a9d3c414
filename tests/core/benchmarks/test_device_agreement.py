"""The comparison of one training step: the CPU agrees with itself, and other parameters or precision do not pass."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor

from core.benchmarks.device_agreement import TOLERANCE, Agreement, agreements, relative_differences, steps
from core.data.sources.demo import demo_table
from core.synthesis import distillation, teacher
from core.synthesis.image.model import ImageModel, untrained_image_model
from core.synthesis.image.settings import ImageSettings, ImageStudentSettings, ImageTeacherSettings
from core.synthesis.settings import StudentSettings, SynthesisSettings, TeacherSettings
from core.synthesis.table.fitting import untrained_model
from core.synthesis.table.model import TableModel
from tests.core.synthesis.test_image import SCHEMA, tied
from tests.simulated_device import DEVICE, SimulatedDevice

CPU = torch.device("cpu")


def table() -> TableModel:
    data = demo_table(rows=400, seed=1)
    settings = SynthesisSettings(teacher=TeacherSettings(latent=4, hidden=16), student=StudentSettings(hidden=6))
    return untrained_model(data.frame, data.schema, settings, seed=0, device=CPU)


def images() -> ImageModel:
    teacher_settings, student = ImageTeacherSettings(latent=4, channels=4), ImageStudentSettings(channels=2)
    settings = ImageSettings(teacher=teacher_settings, student=student)
    return untrained_image_model(*tied(100), SCHEMA, settings, seed=0, device=CPU)


@pytest.mark.parametrize("model", [table, images])
def test_the_cpu_agrees_with_itself_to_the_bit(model: object) -> None:
    assert agreements(model(), CPU, CPU) == [Agreement(name, 0.0, 0.0) for name in ("teacher", "student")]  # type: ignore[operator]


@pytest.mark.parametrize("model", [table, images])
def test_parameters_and_batch_go_to_the_device(model: object) -> None:
    with SimulatedDevice():
        assert all(one.holds and one.gradient == 0.0 for one in agreements(model(), DEVICE, CPU))  # type: ignore[operator]


def test_rounding_to_single_precision_is_seen_and_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    def single_noise(like: Tensor, generator: torch.Generator) -> Tensor:
        return torch.randn(like.shape, generator=generator).to(like)

    for module in (teacher, distillation):  # noise of double precision would be another draw
        monkeypatch.setattr(module, "normal_noise", single_noise)
    model = table()
    exact = copy.copy(model)
    exact.networks = {name: copy.deepcopy(network).double() for name, network in model.networks.items()}
    for (name, single), (_, double) in zip(steps(model, CPU), steps(exact, CPU), strict=True):
        found = Agreement(name, *relative_differences(single, double))
        assert 1e-12 < found.gradient < TOLERANCE
        assert found.holds


def test_less_than_single_precision_does_not_pass() -> None:
    model = table()
    coarse = copy.copy(model)
    coarse.networks = {name: copy.deepcopy(network).bfloat16().float() for name, network in model.networks.items()}
    for (name, rounded), (_, full) in zip(steps(coarse, CPU), steps(model, CPU), strict=True):
        assert not Agreement(name, *relative_differences(rounded, full)).holds


def test_what_is_not_a_number_does_not_pass() -> None:
    assert not Agreement("teacher", float("nan"), 0.0).holds


def test_updates_are_counted() -> None:
    _, step = next(steps(table(), CPU))
    before = step.parameters[-1].detach().clone()
    assert step.updates_per_second(0.05) > 0
    assert not torch.equal(before, step.parameters[-1])
