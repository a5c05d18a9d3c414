"""Fair distillation: a smaller encoder learns the latent of a fair teacher (the method of the paper).

Source: Sikder, Ramachandranpillai, de Leng, Heintz, "Generating Synthetic Fair Syntax-agnostic Data by Learning and
Distilling Fair Representation". Student's loss: ``Q(z, z') + lambda * KL(q'(z'|x,s) || N(0, I))``, with L1, Huber, MSE
or mean difference as Q and lambda = 1, the paper's best value. The teacher is FairDisCo with FairDisCo's settings.

The paper does not say where outcomes come from. Here each row keeps the outcome of its source train row, as in the
authors' code. Evenhand's method (`core.synthesis.methods.evenhand`) repairs the outcomes instead. Several groups and
several sensitive columns are one attribute, their intersection.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Self, TypeVar

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.base import STUDENT, Generator, Representation
from core.synthesis.costs import parameter_count
from core.synthesis.evaluation import Posterior
from core.synthesis.methods.fairdisco import FairDisCo, TeacherBased
from core.synthesis.methods.settings import DistillationSettings
from core.synthesis.settings import Settings, SynthesisSettings
from core.synthesis.table import persistence
from core.synthesis.table.fitting import build_networks, fit_labels
from core.synthesis.table.model import TableModel
from core.synthesis.teacher_student import train_student
from core.synthesis.unconditional import UnconditionalGenerator

S = TypeVar("S", bound=Settings)


class StudentBased(TeacherBased[S], Generator[S], Representation[S]):
    """A student, the teacher's decoder, and the label channel if it is on."""

    model: TableModel

    def fit_from_teacher(self, teacher: FairDisCo, *, seed: int, listener: Listener = ignore) -> Self:
        """Distil the student, then fit the label channel."""
        teacher_model = teacher.model
        untrained = build_networks(
            teacher_model.encoding, self.synthesis, teacher_model.device, seed, len(teacher_model.rows)
        )
        networks = {**untrained, **teacher_model.networks, STUDENT: untrained[STUDENT]}
        self.model = replace(
            teacher_model, settings=self.synthesis, networks=networks, seconds=dict(teacher_model.seconds)
        )
        train_student(self.model, seed=seed, listener=listener)
        fit_labels(self.model, seed=seed, listener=listener)
        return self

    def encode(self, frame: pd.DataFrame) -> NDArray[np.float32]:
        """Return the student's posterior means, shape (n, d)."""
        return self.model.encode(frame, "student")

    def posterior(self, frame: pd.DataFrame) -> Posterior:
        """Return posterior means and standard deviations, each of shape (n, d)."""
        return self.model.posterior_of(frame, "student")

    def save(self, folder: RunFolder) -> None:
        """Save coded rows, networks and the label channel."""
        persistence.save(self.model, folder)

    def load(self, folder: RunFolder, *, seed: int, device: torch.device) -> Self:
        """Load a saved fit."""
        self.model = persistence.load(folder, self.synthesis, seed=seed, device=device)
        return self

    def parameter_count(self) -> int:
        """Count the parameters of student and decoder."""
        return sum(parameter_count(self.model.networks[name]) for name in ("student", "decoder"))


class FairDistillation(UnconditionalGenerator[DistillationSettings], StudentBased[DistillationSettings]):
    """The paper's method: rows decoded from the student's latents, with the outcomes of the source rows."""

    @property
    def synthesis(self) -> SynthesisSettings:
        """Settings of teacher and student."""
        return self.settings.synthesis

    def sample_frames(self, rows: int, *, seed: int) -> Iterator[pd.DataFrame]:
        """Generate rows from the student's latents."""
        return (shard.frame for shard in self.model.sample_shards(rows, seed=seed))
