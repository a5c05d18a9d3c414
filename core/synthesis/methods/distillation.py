"""Fair distillation: a smaller encoder that learns a fair teacher's latent (the paper's own method, and ours).

Source: Sikder, Ramachandranpillai, de Leng, Heintz, "Generating Synthetic Fair Syntax-agnostic Data by Learning and
Distilling Fair Representation". Student's loss: ``Q(z, z') + lambda * KL(q'(z'|x,s) || N(0, I))``, with L1, Huber, MSE
or mean difference as Q and lambda = 1, the paper's best; its teacher is that of FairDisCo, also in its settings.

The paper does not say where outcomes come from. In its settings each row keeps the outcome of the train row that it
was made from, as the authors' code does; Evenhand's own settings pass outcomes through the fair label channel. Several
groups and several sensitive columns are one crossed attribute.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Self

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis import persistence
from core.synthesis.fitting import build_networks, fit_labels, train_student
from core.synthesis.methods.base import Representation
from core.synthesis.methods.fairdisco import FairDisCo, Taught
from core.synthesis.methods.settings import DistillationSettings
from core.synthesis.settings import SynthesisSettings
from core.synthesis.table import TableSynthesizer, parameter_count


class FairDistillation(Taught[DistillationSettings], Representation):
    """A student, the teacher's decoder, and the label channel if its settings have one."""

    made: TableSynthesizer

    @property
    def synthesis(self) -> SynthesisSettings:
        """All dials."""
        return self.settings.synthesis

    def learn_from(self, teacher: FairDisCo, *, seed: int, listener: Listener = ignore) -> Self:
        """Distil the student, then fit the label channel."""
        there = teacher.made
        student = build_networks(there.encoding, self.synthesis, there.device, seed)["student"]
        networks = {**there.networks, "student": student}
        self.made = replace(there, settings=self.synthesis, networks=networks, seconds=dict(there.seconds))
        train_student(self.made, seed=seed, listener=listener)
        fit_labels(self.made, seed=seed, listener=listener)
        return self

    def sample(self, rows: int, *, seed: int) -> pd.DataFrame:
        """Rows decoded from the student's latents."""
        return self.made.sample(rows, seed=seed).frame

    def encode(self, frame: pd.DataFrame) -> NDArray[np.float32]:
        """The student's posterior means, shape (n, d)."""
        return self.made.encode(frame, "student")

    def save(self, folder: RunFolder) -> None:
        """Keep coded rows, networks and what the label channel found."""
        persistence.save(self.made, folder)

    def load(self, folder: RunFolder, *, seed: int, device: torch.device) -> Self:
        """Take what `save` kept."""
        self.made = persistence.load(folder, self.synthesis, seed=seed, device=device)
        return self

    def parameter_count(self) -> int:
        """Of student and decoder."""
        return sum(parameter_count(self.made.networks[name]) for name in ("student", "decoder"))
