"""The simulated device computes what the CPU computes and refuses what a GPU refuses, also in our own training step."""

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.synthesis import teacher
from core.synthesis.settings import Optimisation, TeacherSettings
from core.synthesis.training_data import TrainingData
from models.table import TableDecoder, TableEncoder
from tests.simulated_device import DEVICE, SimulatedDevice, WrongDeviceError

HERE = torch.arange(6.0).view(2, 3)
FAULTS: dict[str, Callable[[Tensor], object]] = {
    "a tensor made without a device": lambda x: x + torch.zeros(3),
    "a result that is written to the CPU": lambda x: torch.zeros(2, 3).add_(x),
    "an index on the device of a tensor on the CPU": lambda x: torch.zeros(9)[x.long()],
    "values on the CPU for places on the device": lambda x: x.index_put((torch.tensor([0]),), torch.zeros(1, 3)),
    "a generator of the CPU": lambda x: torch.randn(3, generator=torch.Generator(), device=x.device),
    "numpy without cpu": lambda x: x.numpy(),
    "an array of a tensor on the device": np.asarray,
    "a network on the CPU": nn.Linear(3, 1),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_fails_on_a_gpu_fails(fault: str) -> None:
    with SimulatedDevice():
        there = HERE.to(DEVICE)
        with pytest.raises(RuntimeError):
            FAULTS[fault](there)


def test_what_a_gpu_accepts_is_computed() -> None:
    with SimulatedDevice():
        there = HERE.to(DEVICE)
        assert there.device == torch.zeros(2, device=there.device).device == DEVICE
        assert torch.equal((there * torch.tensor(2.0)).cpu(), HERE * 2)
        assert torch.equal(there[torch.tensor([1, 0])].cpu(), HERE[[1, 0]])
        assert torch.equal((there[0] @ there.T).cpu(), HERE[0] @ HERE.T)  # changes a shape in place
        assert float(there.sum()) == 15.0
        made = torch.zeros(2, 3).to(DEVICE)
        made[1] = HERE[1]
        made[0].copy_(HERE[0])
        assert made.cpu().equal(HERE)
        network = nn.Linear(3, 1).to(DEVICE)
        network(there).sum().backward()
        assert network.weight.grad is not None
        assert torch.equal(network.weight.grad.cpu(), HERE.sum(dim=0, keepdim=True))


def fit_teacher() -> None:
    """Train a small teacher on the device."""
    sizes, groups = [3, 2], torch.tensor([0, 1] * 20)
    settings = TeacherSettings(latent=2, hidden=4, optimisation=Optimisation(epochs=1, batch_size=20))
    encoder = TableEncoder(sizes, [0, 1], 2, 4, 2).to(DEVICE)
    decoder = TableDecoder(sizes, torch.ones(2, 5, dtype=torch.bool), 4, 2, autoregressive=True).to(DEVICE)
    codes = torch.stack([torch.arange(40) % 3, torch.arange(40) % 2], dim=1)
    teacher.fit_teacher(encoder, decoder, TrainingData(codes.to(DEVICE), groups.to(DEVICE), 2), settings, seed=0)


def test_a_fault_that_is_planted_in_the_training_step_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def noise_on_the_cpu(like: Tensor, generator: torch.Generator) -> Tensor:
        return torch.randn(like.shape, generator=generator)

    with SimulatedDevice():
        fit_teacher()
        monkeypatch.setattr(teacher, "normal_noise", noise_on_the_cpu)
        with pytest.raises(WrongDeviceError, match=r"mul.Tensor mixes tensors on lazy:0 with tensors of shape .* CPU"):
            fit_teacher()


def test_a_tensor_of_the_device_is_of_no_use_outside() -> None:
    with SimulatedDevice():
        there = HERE.to(DEVICE)
    with pytest.raises(AssertionError, match="only defined inside"):
        there + 1.0
