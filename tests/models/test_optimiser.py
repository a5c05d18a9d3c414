import subprocess
import sys

import pytest
import torch
from torch import nn

from models.optimiser import Adam, one_cycle, seeded


def test_adam_takes_the_steps_of_torch_s_own() -> None:
    start = torch.randn(7, 3, generator=torch.Generator().manual_seed(0))
    ours, theirs = nn.Parameter(start.clone()), nn.Parameter(start.clone())
    reference, optimiser = torch.optim.Adam([theirs], lr=0.1), Adam([ours])
    for _ in range(20):
        for parameter in (ours, theirs):
            (parameter**4).sum().backward()
        optimiser.step(0.1, 0.9)
        reference.step()
        reference.zero_grad()
    assert torch.allclose(ours, theirs, atol=1e-6)


def test_one_cycle_is_torch_s_own() -> None:
    total = 1000
    reference = torch.optim.Adam([nn.Parameter(torch.zeros(1))], lr=1.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(reference, max_lr=1.0, total_steps=total)
    reference.step()
    for step in range(total - 1):
        assert reference.param_groups[0]["lr"] == pytest.approx(one_cycle(step / total)[0], abs=0.01)
        assert reference.param_groups[0]["betas"][0] == pytest.approx(one_cycle(step / total)[1], abs=0.002)
        schedule.step()


def test_stepping_does_not_import_the_compiler() -> None:
    code = (
        "import sys, torch; from models.optimiser import Adam; p = torch.nn.Parameter(torch.ones(3)); "
        "p.sum().backward(); Adam([p]).step(0.1, 0.9); assert 'torch._dynamo' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603


def test_weights_depend_on_the_seed_alone() -> None:
    torch.manual_seed(1)
    first = seeded(lambda: nn.Linear(3, 2), 5)
    after = torch.rand(1)
    torch.manual_seed(1)
    assert torch.equal(after, torch.rand(1))
    torch.manual_seed(99)
    assert torch.equal(first.weight, seeded(lambda: nn.Linear(3, 2), 5).weight)
