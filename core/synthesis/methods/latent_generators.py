"""The base class of generators of latents: a fair teacher, and the decoding of a generated latent to a row.

A row is generated from a new latent z. Its group is drawn with the group shares of the train rows, independently of z.
Its outcome is drawn from p(y | z), a small separate network, and its features from the teacher's p(x | z, s). The
outcome depends on z alone, so it depends on the group as far as the teacher's latent does.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import replace
from typing import Self, TypeVar

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from core.data.encoding.table import fill_schema_columns
from core.errors import RunError
from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.costs import parameter_count
from core.synthesis.methods.fairdisco import FairDisCo, TeacherBased
from core.synthesis.methods.shards import shard_generators, shard_sizes
from core.synthesis.sampling import SHARD_ROWS
from core.synthesis.settings import Optimisation, Settings
from core.synthesis.table import persistence
from core.synthesis.table.model import TableModel
from core.synthesis.training import Losses, train
from core.synthesis.training_data import TrainingData
from core.synthesis.unconditional import UnconditionalGenerator
from models.dense import dense
from models.optimiser import seeded

S = TypeVar("S", bound=Settings)
LABEL_HIDDEN = 64
LABEL_OPTIMISATION = Optimisation(epochs=10, min_steps=300, learning_rate=2e-3)
NETWORKS = ("latents", "label")


class LatentGenerator(TeacherBased[S], UnconditionalGenerator[S]):
    """A teacher, a generator of latents, and a network that predicts the outcome of a latent."""

    model: TableModel
    networks: dict[str, nn.Module]
    centre: Tensor
    scale: Tensor

    @abstractmethod
    def build(self, size: int) -> nn.Module:
        """Build the untrained generator of latents of ``size`` dimensions."""

    @abstractmethod
    def learn_latents(self, network: nn.Module, *, seed: int, listener: Listener) -> None:
        """Train the generator on latents of the train rows; see `draw_latents`."""

    @abstractmethod
    def new_latents(self, rows: int, torch_rng: torch.Generator) -> Tensor:
        """Generate latents on the scale of `draw_latents`, shape (rows, d)."""

    def fit_from_teacher(self, teacher: FairDisCo, *, seed: int, listener: Listener = ignore) -> Self:
        """Fit the generator of latents and the network of outcomes on a trained teacher."""
        self.model = replace(teacher.model, settings=self.synthesis, seconds=dict(teacher.model.seconds))
        mean, deviation = self._posterior
        self.centre = mean.mean(dim=0)
        self.scale = (mean.var(dim=0) + deviation.square().mean(dim=0)).sqrt()
        self._build(seed)
        self._learn_labels(seed, listener)
        self.learn_latents(self.networks["latents"], seed=seed + 3, listener=listener)
        return self

    def draw_latents(self, torch_rng: torch.Generator) -> Tensor:
        """Draw one latent per train row from its posterior, centred and scaled; shape (n, d)."""
        mean, deviation = self._posterior
        noise = torch.randn(mean.shape, generator=torch_rng).to(mean.device)
        return (mean + deviation * noise - self.centre) / self.scale

    @property
    def groups(self) -> Tensor:
        """Groups of the train rows, shape (n,)."""
        return self.model.examples().groups

    def sample_frames(self, rows: int, *, seed: int) -> Iterator[pd.DataFrame]:
        """Generate rows from new latents; they have no source train row."""
        groups = self.model.rows.groups
        shares = np.bincount(groups, minlength=len(self.model.encoding.groups)) / len(groups)
        for shard, size in enumerate(shard_sizes(rows)):
            rng, torch_rng = shard_generators(seed, shard)
            latents, labels = self._sample(size, rng, torch_rng)
            frame = self.model.decode_latents(latents, rng.choice(len(shares), size, p=shares), labels, rng)
            yield fill_schema_columns(frame, self.model.schema, before=shard * SHARD_ROWS)

    def sample_labelled_latents(self, rows: int, *, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Generate the latents of `sample_frames`, shape (rows, d), and the codes of their outcomes, shape (rows,)."""
        parts = [self._sample(size, *shard_generators(seed, shard)) for shard, size in enumerate(shard_sizes(rows))]
        latents, labels = zip(*parts, strict=True)
        return np.concatenate(latents), np.concatenate(labels)

    def _sample(
        self, rows: int, rng: np.random.Generator, torch_rng: torch.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        with torch.inference_mode():
            scaled = self.new_latents(rows, torch_rng)
            outcome = self.networks["label"](scaled).double().softmax(dim=1).cpu().numpy()
        labels = (outcome.cumsum(axis=1) <= rng.random((rows, 1))).sum(axis=1).clip(max=outcome.shape[1] - 1)
        return (scaled * self.scale + self.centre).cpu().numpy(), labels

    def save(self, folder: RunFolder) -> None:
        """Save the teacher, both networks and the scale of the latents."""
        persistence.save(self.model, folder)
        for name in NETWORKS:
            folder.artifacts.save_tensors(name, self.networks[name].state_dict())
        folder.artifacts.save_tensors("scale", {"centre": self.centre, "scale": self.scale})

    def load(self, folder: RunFolder, *, seed: int, device: torch.device) -> Self:
        """Load a saved fit."""
        self.model = persistence.load(folder, self.synthesis, seed=seed, device=device)
        self._build(seed)
        for name in NETWORKS:
            try:
                self.networks[name].load_state_dict(folder.artifacts.tensors(name))
            except RuntimeError as error:
                raise RunError(f"The weights of {name!r} in {folder.path} do not match its settings.") from error
        tensors = folder.artifacts.tensors("scale")
        self.centre, self.scale = tensors["centre"].to(device), tensors["scale"].to(device)
        return self

    def parameter_count(self) -> int:
        """Count the parameters of the generator of latents, the network of outcomes and the decoder."""
        return sum(map(parameter_count, (*self.networks.values(), self.model.networks["decoder"])))

    def _build(self, seed: int) -> None:
        size = self.synthesis.teacher.latent
        labels = self.model.encoding.target.size
        self.networks = {
            "latents": seeded(lambda: self.build(size), seed + 4).to(self.model.device).eval(),
            "label": seeded(lambda: dense([size, LABEL_HIDDEN, labels]), seed + 5).to(self.model.device),
        }

    def _learn_labels(self, seed: int, listener: Listener) -> None:
        label = self.networks["label"]
        target = torch.from_numpy(self.model.rows.target).to(self.model.device)

        def batch_loss(batch: TrainingData, torch_rng: torch.Generator) -> Losses:
            rows = batch.data
            mean, deviation = (part[rows] for part in self._posterior)
            noise = torch.randn(mean.shape, generator=torch_rng).to(mean.device)
            scaled = (mean + deviation * noise - self.centre) / self.scale
            return {"loss": functional.cross_entropy(label(scaled), target[rows])}

        train(
            label.parameters(),
            batch_loss,
            self.row_indices(),
            LABEL_OPTIMISATION,
            stage="labels",
            seed=seed,
            listener=listener,
        )

    def row_indices(self) -> TrainingData:
        """Return the indices of the train rows as training data; the losses look up the rows by index."""
        rows = torch.arange(len(self.groups), device=self.groups.device)
        return TrainingData(rows, self.groups, len(self.model.encoding.groups))

    @property
    def _posterior(self) -> tuple[Tensor, Tensor]:
        if not hasattr(self, "_cached_posterior"):
            mean, deviation = self.model.posterior("teacher")[:2]
            device = self.model.device
            self._cached_posterior = torch.from_numpy(mean).to(device), torch.from_numpy(deviation).to(device)
        return self._cached_posterior
