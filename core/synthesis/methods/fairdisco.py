"""FairDisCo: a variational autoencoder whose latent is penalised for depending on the sensitive attributes.

Source: Liu, Li, Yao, Xu, Ma, Xu, Tong, "Fair Representation Learning: An Alternative to Mutual Information", KDD 2022.
Settings of the authors (`paper`): 8 bins per number, 64 hidden units, 8 latent dimensions, V^2 with beta = 10^7,
1,000 epochs of Adam at batch 2,048. `default` has the same networks and losses, 60 epochs at batch 512 along a
one-cycle rate.

Differences from the paper: FairDisCo is a representation; the paper does not generate rows. Here rows are drawn from
p(x | z, s) with z ~ q(z | x, s) of a train row, and keep the outcome of that row, with its bias. Several groups and
several sensitive columns are one attribute, their intersection; the paper has one binary attribute.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Self, TypeVar

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from core.data.schema import Schema
from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.base import Observations, Representation, Synthesizer
from core.synthesis.costs import parameter_count
from core.synthesis.evaluation import Posterior
from core.synthesis.methods.settings import FairDisCoSettings, teacher_alone
from core.synthesis.settings import Settings, SynthesisSettings
from core.synthesis.table import persistence
from core.synthesis.table.fitting import untrained_model
from core.synthesis.table.model import TableModel
from core.synthesis.teacher_student import train_teacher
from core.synthesis.unconditional import UnconditionalGenerator

S = TypeVar("S", bound=Settings)


class FairDisCo(UnconditionalGenerator[FairDisCoSettings], Representation[FairDisCoSettings]):
    """The fair teacher and its decoder."""

    model: TableModel

    def fit(
        self, data: Observations, schema: Schema, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Train encoder and decoder; see `Synthesizer.fit`."""
        self.model = untrained_model(data.frame, schema, self.settings.synthesis, seed=seed, device=device)
        train_teacher(self.model, seed=seed, listener=listener)
        return self

    def sample_frames(self, rows: int, *, seed: int) -> Iterator[pd.DataFrame]:
        """Generate rows from the latents of train rows, with the outcomes of these rows."""
        made = self.model.sample_shards(rows, seed=seed, encoder="teacher", fair_labels=False)
        return (shard.frame for shard in made)

    def encode(self, frame: pd.DataFrame) -> NDArray[np.float32]:
        """Return the posterior means, shape (n, d)."""
        return self.model.encode(frame, "teacher")

    def posterior(self, frame: pd.DataFrame) -> Posterior:
        """Return posterior means and standard deviations, each of shape (n, d)."""
        return self.model.posterior_of(frame, "teacher")

    def save(self, folder: RunFolder) -> None:
        """Save coded rows and networks."""
        persistence.save(self.model, folder)

    def load(self, folder: RunFolder, *, seed: int, device: torch.device) -> Self:
        """Load a saved fit."""
        self.model = persistence.load(folder, self.settings.synthesis, seed=seed, device=device)
        return self

    def parameter_count(self) -> int:
        """Count the parameters of encoder and decoder."""
        return sum(parameter_count(self.model.networks[name]) for name in ("teacher", "decoder"))


class TeacherBased(Synthesizer[S]):
    """A method that is fitted on the latents of a fair teacher."""

    @property
    @abstractmethod
    def synthesis(self) -> SynthesisSettings:
        """Settings of the teacher."""

    @abstractmethod
    def fit_from_teacher(self, teacher: FairDisCo, *, seed: int, listener: Listener = ignore) -> Self:
        """Fit on a teacher that was trained with the settings of this method; the teacher does not change."""

    def fit(
        self, data: Observations, schema: Schema, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Train a teacher, then fit on its latents; see `Synthesizer.fit`."""
        teacher = FairDisCo(teacher_alone(self.synthesis))
        teacher.fit(data, schema, seed=seed, device=device, listener=listener)
        return self.fit_from_teacher(teacher, seed=seed, listener=listener)
