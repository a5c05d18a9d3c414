"""Training a teacher and its student, whatever their networks, and keeping both in a run folder stage by stage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from torch import nn

from core.errors import RunError
from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.costs import size_ratio
from core.synthesis.distillation import distil
from core.synthesis.evaluation import Figure
from core.synthesis.settings import DistillationSettings, FairnessSettings
from core.synthesis.teacher import fit_teacher
from core.synthesis.training_data import Examples

ENCODERS = ("teacher", "student")


class TeacherStudentSettings(Protocol):
    """Settings of both."""

    @property
    def teacher(self) -> FairnessSettings:
        """Of the teacher."""

    @property
    def student(self) -> DistillationSettings:
        """Of the student."""


class TeacherStudentModel(Protocol):
    """The networks ``teacher``, ``student`` and ``decoder``, and the rows that they learn."""

    networks: dict[str, nn.Module]
    seconds: dict[str, float]

    @property
    def settings(self) -> TeacherStudentSettings:
        """How both are trained."""

    def examples(self) -> Examples:
        """The train rows as the networks learn them."""

    def encode_time_ratio(self) -> float:
        """Median time to encode train rows, student over teacher."""


def train_teacher(model: TeacherStudentModel, *, seed: int, listener: Listener = ignore) -> None:
    """Train teacher and decoder, in place."""
    networks = model.networks
    with timed(model.seconds, "teacher"):
        fit_teacher(
            networks["teacher"],
            networks["decoder"],
            model.examples(),
            model.settings.teacher,
            seed=seed,
            listener=listener,
        )


def train_student(model: TeacherStudentModel, *, seed: int, listener: Listener = ignore) -> None:
    """Distil the student from the trained teacher, in place."""
    networks = model.networks
    with timed(model.seconds, "student"):
        distil(
            networks["teacher"],
            networks["student"],
            model.examples(),
            model.settings.student,
            seed=seed + 1,
            listener=listener,
        )


_Training = Callable[..., None]
TRAININGS: dict[str, tuple[_Training, tuple[str, ...]]] = {
    "teacher": (train_teacher, ("decoder", "teacher")),
    "student": (train_student, ("student",)),
}
"""By stage: what trains, and the networks that it leaves, the one that proves the stage done last."""


def train_resumable(model: TeacherStudentModel, folder: RunFolder, *, seed: int, listener: Listener) -> None:
    """Train both in place and keep each network as soon as it is trained; what is kept is not trained again."""
    for stage, (train, names) in TRAININGS.items():
        if folder.has_tensors(stage):
            load_networks(model, folder, names)
            continue
        train(model, seed=seed, listener=listener)
        folder.save_seconds(model.seconds)
        save_networks(model, folder, names)


def save_networks(model: TeacherStudentModel, folder: RunFolder, names: tuple[str, ...]) -> None:
    """Keep the weights of these networks."""
    for name in names:
        folder.save_tensors(name, model.networks[name].state_dict())


def load_networks(model: TeacherStudentModel, folder: RunFolder, names: tuple[str, ...]) -> None:
    """Take the kept weights of these networks.

    Raises:
        RunError: A file is missing or does not fit the settings.
    """
    for name in names:
        try:
            model.networks[name].load_state_dict(folder.tensors(name))
        except RuntimeError as error:
            raise RunError(f"The weights of the {name} in {folder.path} do not fit its settings.") from error


def distillation_figures(model: TeacherStudentModel) -> list[Figure]:
    """Size and time of the student beside its teacher, and the time that each stage of the fit took."""
    return [
        Figure(
            "student",
            "parameters_ratio",
            size_ratio(model.networks),
            "Parameters of the student's encoder over the teacher's.",
        ),
        Figure("student", "encode_time_ratio", model.encode_time_ratio(), "Median of 5 passes, in turn."),
        *(
            Figure("student", f"seconds_{stage}", spent, "Wall-clock seconds.")
            for stage, spent in model.seconds.items()
        ),
    ]


@contextmanager
def timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Note the wall-clock time of a stage."""
    started = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - started
