"""The image model, and the distillation of any encoder and decoder."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from core.data.column import Column, Kind, Role
from core.data.encoding.table import target_texts
from core.data.schema import Schema
from core.errors import ConfigError
from core.synthesis.distillation import distil
from core.synthesis.image.model import ImageModel, untrained_image_model
from core.synthesis.image.settings import IMAGE_PRESETS, ImageSettings, ImageStudentSettings, ImageTeacherSettings
from core.synthesis.settings import DistillationSettings, FairnessSettings, Optimisation
from core.synthesis.teacher import fit_teacher
from core.synthesis.teacher_student import train_student, train_teacher
from core.synthesis.training_data import TrainingData
from models.losses import hsic
from models.optimiser import seeded

SCHEMA = Schema(
    columns=(
        Column(name="image", kind=Kind.IMAGE, role=Role.IGNORED),
        Column(name="shape", kind=Kind.CATEGORICAL, role=Role.TARGET),
        Column(name="color", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
    ),
    positive="bar",
)
COLORS = {"red": (255, 0, 0), "blue": (0, 0, 255)}
SHORT = Optimisation(epochs=80, batch_size=64, learning_rate=6e-3, balance=0.8)
SETTINGS = ImageSettings(
    teacher=ImageTeacherSettings(latent=6, channels=8, independence_weight=100.0, kl_weight=0.1, optimisation=SHORT),
    student=ImageStudentSettings(channels=4, optimisation=SHORT),
)


def tied(count: int = 600, size: int = 8, seed: int = 0) -> tuple[pd.DataFrame, NDArray[np.uint8]]:
    """Bars and squares at one of a few places, of which nine in ten bars are red and nine in ten squares blue."""
    rng = np.random.default_rng(seed)
    bars = rng.random(count) < 0.5
    red = bars ^ (rng.random(count) < 0.1)
    pixels = np.zeros((count, size, size, 3), dtype=np.uint8)
    for place in range(count):
        left, top = rng.choice([0, 4]), rng.choice([0, 5])
        color = COLORS["red" if red[place] else "blue"]
        if bars[place]:
            pixels[place, :, left] = color
        else:
            pixels[place, top : top + 3, left : left + 3] = color
    frame = pd.DataFrame(
        {
            "image": [f"{place}" for place in range(count)],
            "shape": np.where(bars, "bar", "square"),
            "color": np.where(red, "red", "blue"),
        }
    ).astype("str")
    return frame, pixels


@pytest.fixture(scope="module")
def made() -> ImageModel:
    frame, pixels = tied()
    found = untrained_image_model(frame, pixels, SCHEMA, SETTINGS, seed=0, device=torch.device("cpu"))
    train_teacher(found, seed=0)
    train_student(found, seed=0)
    return found


def is_red(pixels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    light = pixels.astype(float).sum(axis=(1, 2))
    return np.asarray(light[:, 0] > light[:, 2])


def test_target_and_group_are_independent_in_generated_and_dependent_in_train_images(
    made: ImageModel,
) -> None:
    def gap(frame: pd.DataFrame) -> float:
        shares = frame.groupby("color")["shape"].apply(lambda one: (one == "bar").mean())
        return float(abs(shares["red"] - shares["blue"]))

    fair, plain = made.sample(600, seed=1), made.sample(600, seed=1, own_groups=True)
    assert gap(made.rows) > 0.7
    assert gap(plain.frame) > 0.7
    assert gap(fair.frame) < 0.12


def test_images_have_the_colour_of_their_group(made: ImageModel) -> None:
    found = made.sample(400, seed=2)
    assert (is_red(found.pixels) == (found.frame["color"] == "red").to_numpy()).mean() > 0.98


def test_one_target_in_one_group_can_be_requested(made: ImageModel) -> None:
    found = made.sample(100, seed=3, target="bar", proportions={"blue": 1.0})
    assert set(found.frame["shape"]) == {"bar"}
    assert set(found.frame["color"]) == {"blue"}
    assert not is_red(found.pixels).any()
    # a bar fills a column from top to bottom; a square of three does not
    assert (found.pixels.max(axis=3).astype(float).mean(axis=1).max(axis=1) > 100).mean() > 0.9


def test_counterfactuals_differ_in_the_effect_of_the_group(made: ImageModel) -> None:
    by_group = made.counterfactuals(np.arange(50))
    assert is_red(by_group["red"]).all()
    assert not is_red(by_group["blue"]).any()
    light = {name: pixels.max(axis=3).astype(float) for name, pixels in by_group.items()}
    same = np.abs(light["red"] - light["blue"]).mean()
    others = np.abs(light["red"] - np.roll(light["blue"], 1, axis=0)).mean()
    assert same < 0.5 * others


def test_the_same_seed_gives_the_same_images_and_another_others(made: ImageModel) -> None:
    one, two, other = (made.sample(50, seed=seed) for seed in (4, 4, 5))
    assert np.array_equal(one.pixels, two.pixels)
    pd.testing.assert_frame_equal(one.frame, two.frame)
    assert not np.array_equal(one.pixels, other.pixels)


def test_training_again_gives_the_same_weights() -> None:
    frame, pixels = tied(200)
    short = SETTINGS.model_copy(
        update={"teacher": ImageTeacherSettings(latent=4, channels=4, optimisation=Optimisation(epochs=2))}
    )
    weights = []
    for _ in range(2):
        found = untrained_image_model(frame, pixels, SCHEMA, short, seed=3, device=torch.device("cpu"))
        train_teacher(found, seed=3)
        weights.append(torch.cat([part.flatten() for part in found.networks["decoder"].state_dict().values()]))
    assert torch.equal(*weights)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"count": 0}, "at least 1"),
        ({"count": 5, "target": "circle"}, "no train image has the shape 'circle'"),
        ({"count": 5, "proportions": {"green": 1.0}}, "no group 'green'"),
    ],
)
def test_unknown_groups_and_targets_are_named(made: ImageModel, asked: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=f"(?i){said}"):
        made.sample(**{"seed": 0, **asked})  # type: ignore[arg-type]


def test_a_threshold_makes_two_targets() -> None:
    columns = (Column(name="age", kind=Kind.INTEGER, role=Role.TARGET),)
    frame = pd.DataFrame({"age": pd.array([10, 50], dtype="Int64")})
    assert target_texts(frame, Schema(columns=columns, threshold=40)).tolist() == ["not ≥ 40", "≥ 40"]


def test_presets_of_images_have_a_student_smaller_than_its_teacher() -> None:
    for one in IMAGE_PRESETS.values():
        assert one.student.channels < one.teacher.channels
    assert IMAGE_PRESETS["paper"].teacher.latent == 10


# A third kind of data that teacher and student have never seen: sequences of numbers, encoded by a recurrent network.


class SequenceEncoder(nn.Module):
    """(n, steps) numbers and groups to two (n, 2)."""

    def __init__(self, hidden: int) -> None:
        super().__init__()
        self.reader = nn.GRU(1, hidden, batch_first=True)
        self.head = nn.Linear(hidden + 2, 4)

    def forward(self, data: Tensor, groups: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.reader(data[:, :, None])[1][0]
        told = nn.functional.one_hot(groups, 2).float()
        mean, log_variance = self.head(torch.cat([seen, told], dim=1)).chunk(2, dim=1)
        return mean, log_variance


class SequenceDecoder(nn.Module):
    """Back, with unit normal errors."""

    def __init__(self, steps: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, steps))

    def forward(self, latent: Tensor, groups: Tensor) -> Tensor:
        found: Tensor = self.layers(torch.cat([latent, nn.functional.one_hot(groups, 2).float()], dim=1))
        return found

    def reconstruction(self, output: Tensor, data: Tensor) -> Tensor:
        return 2.0 * (output - data).square().sum(dim=1)


def test_the_same_teacher_and_distillation_serve_a_third_encoder_and_decoder() -> None:
    torch_rng = torch.Generator().manual_seed(0)
    groups = torch.arange(600) % 2
    slope = torch.randn(600, generator=torch_rng)
    data = slope[:, None] * torch.linspace(-1, 1, 12) + 1.5 * groups[:, None]
    examples = TrainingData(data, groups, 2)
    optimisation = Optimisation(epochs=60, batch_size=100, learning_rate=0.02)
    teacher, student = seeded(lambda: SequenceEncoder(24), 0), seeded(lambda: SequenceEncoder(8), 1)
    decoder = seeded(lambda: SequenceDecoder(12), 2)
    fair = FairnessSettings(latent=2, independence_weight=100.0, kl_weight=0.1, optimisation=optimisation)
    fit_teacher(teacher, decoder, examples, fair, seed=0)
    with torch.no_grad():
        before = student(data, groups)[0]
    distil(teacher, student, examples, DistillationSettings(independence_weight=0.0, optimisation=optimisation), seed=0)
    with torch.no_grad():
        z, own = teacher(data, groups)[0], student(data, groups)[0]
        error = (decoder(own, groups) - data).square().mean()
    assert float((own - z).square().mean()) < 0.1 * float((before - z).square().mean())
    assert float(error) < 0.2 * float(data.var())
    assert float(hsic(own, groups, 2)) < 0.02
