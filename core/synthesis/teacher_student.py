"""Train a teacher and its student, for any networks, and save both in a run folder stage by stage."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol

from torch import nn

from core.errors import RunError
from core.events import Event, Listener, Tell, ignore, telling
from core.runs.run_folder import RunFolder
from core.synthesis.base import STUDENT, TEACHER
from core.synthesis.codebook import codebook_name
from core.synthesis.costs import size_ratio
from core.synthesis.distillation import distil
from core.synthesis.evaluation import Measurement
from core.synthesis.settings import DistillationSettings, FairnessSettings
from core.synthesis.teacher import fit_teacher
from core.synthesis.training import epochs_of
from core.synthesis.training_data import TrainingData


class TeacherStudentSettings(Protocol):
    """Settings of teacher and student."""

    @property
    def teacher(self) -> FairnessSettings:
        """Settings of the teacher."""

    @property
    def student(self) -> DistillationSettings:
        """Settings of the student."""


class TeacherStudentModel(Protocol):
    """The networks ``teacher``, ``student`` and ``decoder``, and their train rows."""

    networks: dict[str, nn.Module]
    seconds: dict[str, float]

    @property
    def settings(self) -> TeacherStudentSettings:
        """Settings of teacher and student."""

    def fit_score(self, encoder: str, *, seed: int, tell: Tell) -> None:
        """Fit what the latent of ``teacher`` or ``student`` says of the outcome, before the encoder is trained."""

    def examples(self) -> TrainingData:
        """Return the train rows as input of the networks."""

    def fit_codes(self, encoder: str, *, seed: int, listener: Listener) -> None:
        """Fit the codewords of the trained ``teacher`` or ``student`` that all groups share, if it has any."""

    def encode_time_ratio(self) -> float:
        """Return the median time to encode train rows, student over teacher."""


def train_teacher(model: TeacherStudentModel, *, seed: int, listener: Listener = ignore) -> None:
    """Train teacher and decoder, in place."""
    networks = model.networks
    with timed(model.seconds, TEACHER):
        examples = model.examples()
        epochs = epochs_of(model.settings.teacher.optimisation, len(examples))
        listener(Event(TEACHER, 0, epochs))
        model.fit_score(TEACHER, seed=seed, tell=telling(listener, TEACHER, epochs))
        fit_teacher(
            networks["teacher"],
            networks["decoder"],
            examples,
            model.settings.teacher,
            seed=seed,
            listener=listener,
        )
        model.fit_codes(TEACHER, seed=seed, listener=listener)


def train_student(model: TeacherStudentModel, *, seed: int, listener: Listener = ignore) -> None:
    """Distil the student from the trained teacher, in place."""
    networks = model.networks
    with timed(model.seconds, STUDENT):
        examples = model.examples()
        tell = telling(listener, STUDENT, epochs_of(model.settings.student.optimisation, len(examples)))
        model.fit_score(STUDENT, seed=seed, tell=tell)
        distil(
            networks["teacher"],
            networks["student"],
            examples,
            model.settings.student,
            seed=seed + 1,
            listener=listener,
        )
        model.fit_codes(STUDENT, seed=seed, listener=listener)


_Training = Callable[..., None]
TRAININGS: dict[str, tuple[_Training, tuple[str, ...]]] = {
    TEACHER: (train_teacher, ("decoder", codebook_name(TEACHER), TEACHER)),
    STUDENT: (train_student, (codebook_name(STUDENT), STUDENT)),
}
"""By stage: the training function, and the networks to save, those that there are. The last one marks it as done."""


def train_resumable(model: TeacherStudentModel, folder: RunFolder, *, seed: int, listener: Listener) -> None:
    """Train both in place, save each network once it is trained, and load networks that are already saved."""
    for stage, (train, names) in TRAININGS.items():
        if folder.artifacts.has_tensors(stage):
            load_networks(model, folder, names)
            continue
        train(model, seed=seed, listener=listener)
        folder.seconds.save(model.seconds)
        save_networks(model, folder, names)


def save_networks(model: TeacherStudentModel, folder: RunFolder, names: tuple[str, ...]) -> None:
    """Save the weights of these networks."""
    for name in _present(model, names):
        folder.artifacts.save_tensors(name, model.networks[name].state_dict())


def load_networks(model: TeacherStudentModel, folder: RunFolder, names: tuple[str, ...]) -> None:
    """Load the weights of these networks.

    Raises:
        RunError: A file is missing or does not match the settings.
    """
    for name in _present(model, names):
        try:
            model.networks[name].load_state_dict(folder.artifacts.tensors(name))
        except RuntimeError as error:
            raise RunError(
                f"The weights of the {name} in {folder.path} do not match its settings. If an earlier version of "
                "Evenhand made the run, train it again."
            ) from error


def _present(model: TeacherStudentModel, names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name in model.networks]


def distillation_measurements(model: TeacherStudentModel) -> list[Measurement]:
    """Return the size and time of the student relative to the teacher, and the time of each stage of the fit."""
    return [
        Measurement(
            "student",
            "parameters_ratio",
            size_ratio(model.networks),
            "Parameters of the student's encoder over the teacher's.",
        ),
        Measurement(
            "student", "encode_time_ratio", model.encode_time_ratio(), "Median of 5 passes each, in alternation."
        ),
        *(
            Measurement("student", f"seconds_{stage}", elapsed, "Wall-clock seconds.")
            for stage, elapsed in model.seconds.items()
        ),
    ]


@contextmanager
def timed(seconds: dict[str, float], stage: str) -> Iterator[None]:
    """Record the wall-clock time of a stage."""
    started = time.perf_counter()
    yield
    seconds[stage] = time.perf_counter() - started
