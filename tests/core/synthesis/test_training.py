"""The training loop, the teacher's and the student's objectives."""

import pytest
import torch
from torch import nn

from core.events import Event
from core.synthesis.distillation import distil
from core.synthesis.settings import PRESETS, Optimisation, StudentSettings, paper_weight
from core.synthesis.training import choose_device, epochs_within, train
from core.synthesis.training_data import TrainingData
from models.losses import hsic
from models.optimiser import seeded


def epochs(events: list[Event]) -> list[Event]:
    """The ends of epochs; a slow machine also reports progress within one."""
    return [event for event in events if event.losses]


FAST = Optimisation(epochs=30, batch_size=64, learning_rate=0.02)


def test_events_tell_every_epoch_and_the_loss_falls() -> None:
    weight = nn.Parameter(torch.zeros(1))
    events: list[Event] = []
    data = torch.randn(200, 1, generator=torch.Generator().manual_seed(0)) + 3.0
    train(
        [weight],
        lambda batch, _g: {"loss": (batch.data - weight).square().mean()},
        TrainingData(data, torch.zeros(200, dtype=torch.long), 1),
        FAST.model_copy(update={"learning_rate": 0.2}),
        stage="test",
        seed=0,
        listener=events.append,
    )
    assert [event.step for event in epochs(events)] == list(range(1, 31))
    assert epochs(events)[-1].losses["loss"] < 0.5 * epochs(events)[0].losses["loss"]
    assert float(weight.detach()) == pytest.approx(3.0, abs=0.2)


@pytest.mark.parametrize(
    ("limits", "passes"), [({"min_steps": 35}, 7), ({"max_steps": 5}, 1), ({"max_steps": 12, "epochs": 9}, 2)]
)
def test_small_tables_are_passed_more_often_and_large_ones_less(limits: dict[str, int], passes: int) -> None:
    weight = nn.Parameter(torch.zeros(1))
    events: list[Event] = []
    train(
        [weight],
        lambda _batch, _g: {"loss": weight.square().sum()},
        TrainingData(torch.zeros(80, 1), torch.zeros(80, dtype=torch.long), 1),
        Optimisation(**{"epochs": 2, "batch_size": 16} | limits),
        stage="t",
        seed=0,
        listener=events.append,
    )
    assert [event.step for event in epochs(events)] == list(range(1, passes + 1))


@pytest.mark.parametrize(("steps", "most"), [(9_000, 6_000), (6_000, 6_000)])
def test_all_rows_are_seen_once_even_if_that_takes_more_than_the_most_steps(steps: int, most: int) -> None:
    assert epochs_within(30, steps, most=most) == 1


class _Encoder(nn.Module):
    """An encoder of flat vectors that no other test has seen."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.net = nn.Sequential(nn.Linear(6, width), nn.Tanh(), nn.Linear(width, 4))

    def forward(self, x: torch.Tensor, groups: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        mean, log_variance = self.net(torch.cat([x, groups[:, None].float()], dim=1)).chunk(2, dim=1)
        return mean, log_variance


@pytest.mark.parametrize("quality", ["l1", "mse", "huber", "md", "wasserstein", "gaussian_kl"])
def test_distillation_brings_the_student_nearer_and_leaves_the_teacher_alone(quality: str) -> None:
    teacher, student = seeded(lambda: _Encoder(16), 0), seeded(lambda: _Encoder(6), 1)
    data = torch.randn(256, 5, generator=torch.Generator().manual_seed(2))
    groups = torch.arange(256) % 2
    frozen = [parameter.detach().clone() for parameter in teacher.parameters()]
    events: list[Event] = []
    settings = StudentSettings(hidden=6, quality=quality, kl_weight=0.0, independence_weight=0.0, optimisation=FAST)
    distil(teacher, student, TrainingData(data, groups, 2), settings, seed=0, listener=events.append)
    assert epochs(events)[-1].losses["quality"] < 0.8 * epochs(events)[0].losses["quality"]
    assert all(torch.equal(old, new) for old, new in zip(frozen, teacher.parameters(), strict=True))


def test_the_papers_lambda_pulls_the_student_to_the_prior() -> None:
    data, groups = torch.randn(256, 5, generator=torch.Generator().manual_seed(2)), torch.arange(256) % 2
    kl = []
    for weight in (0.0, 10.0):
        teacher, student = seeded(lambda: _Encoder(16), 0), seeded(lambda: _Encoder(6), 1)
        events: list[Event] = []
        settings = StudentSettings(hidden=6, quality="l1", kl_weight=weight, independence_weight=0.0, optimisation=FAST)
        distil(teacher, student, TrainingData(data, groups, 2), settings, seed=0, listener=events.append)
        kl.append(epochs(events)[-1].losses["kl"])
    assert kl[1] < 0.5 * kl[0]


def test_the_student_is_kept_from_telling_the_groups_apart_where_its_teacher_does() -> None:
    groups = torch.arange(256) % 2
    data = torch.randn(256, 5, generator=torch.Generator().manual_seed(2)) + 1.5 * groups[:, None]
    dependence = []
    for weight in (0.0, 100.0):
        teacher, student = seeded(lambda: _Encoder(16), 0), seeded(lambda: _Encoder(6), 1)
        settings = StudentSettings(hidden=6, kl_weight=0.0, independence_weight=weight, optimisation=FAST)
        distil(teacher, student, TrainingData(data, groups, 2), settings, seed=0)
        with torch.no_grad():
            dependence.append(hsic(student(data, groups)[0], groups, 2).item())
    assert dependence[0] > 0.02
    assert dependence[1] < 0.5 * dependence[0]


def test_the_paper_preset_has_the_authors_settings() -> None:
    paper = PRESETS["paper"]
    teacher = paper.teacher
    assert (teacher.latent, teacher.hidden, teacher.independence) == (8, 64, "v_squared")
    assert (teacher.optimisation.epochs, teacher.optimisation.batch_size) == (1000, 2048)
    assert teacher.optimisation.learning_rate == pytest.approx(1e-3)
    assert teacher.independence_weight == pytest.approx(paper_weight(1e7, 8))
    assert (paper.student.quality, paper.student.kl_weight) == ("l1", 1.0)
    assert paper.encoding.bins == 8
    assert paper.student.hidden < teacher.hidden


def test_the_named_device_is_taken() -> None:
    assert choose_device("cpu").type == "cpu"
    assert choose_device("auto").type in {"cpu", "cuda", "mps"}


def test_a_gpu_computes_convolutions_in_full_precision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.backends.cudnn, "allow_tf32", True)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert choose_device("cpu").type == "cpu"
    assert torch.backends.cudnn.allow_tf32
    assert choose_device("cuda").type == "cuda"
    assert not torch.backends.cudnn.allow_tf32
