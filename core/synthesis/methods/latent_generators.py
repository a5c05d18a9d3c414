"""What generators of latents share: a fair teacher whose latents they learn, and the way from a latent to a row.

A row is made from a new latent z: its group is drawn from the train rows' shares (z is independent of it), its outcome
from p(y | z), a small network of its own, and its features from the teacher's p(x | z, s). As y' depends on z alone it
is as independent of s' as the teacher's latent is.
"""

from __future__ import annotations

from abc import abstractmethod
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
from core.synthesis.base import UnconditionalGenerator
from core.synthesis.costs import parameter_count
from core.synthesis.methods.fairdisco import FairDisCo, Taught
from core.synthesis.methods.shards import shard_chance, shard_sizes
from core.synthesis.settings import Optimisation, Settings
from core.synthesis.table import persistence
from core.synthesis.table.model import TableModel
from core.synthesis.training import Losses, train
from core.synthesis.training_data import Examples
from models.dense import dense
from models.optimiser import seeded

S = TypeVar("S", bound=Settings)
LABEL_UNITS = 64
LABELS = Optimisation(epochs=10, least_steps=300, learning_rate=2e-3)
PARTS = ("latents", "label")


class LatentGenerator(Taught[S], UnconditionalGenerator[S]):
    """A teacher, a network that makes latents, and one that gives latents an outcome."""

    made: TableModel
    networks: dict[str, nn.Module]
    centre: Tensor
    scale: Tensor

    @abstractmethod
    def build(self, size: int) -> nn.Module:
        """The untrained network that makes latents of ``size`` dimensions."""

    @abstractmethod
    def learn_latents(self, network: nn.Module, *, seed: int, listener: Listener) -> None:
        """Train it on latents of the train rows, which `draw_latents` draws."""

    @abstractmethod
    def new_latents(self, rows: int, chance: torch.Generator) -> Tensor:
        """New latents on the scale of `draw_latents`, shape (rows, d)."""

    def learn_from(self, teacher: FairDisCo, *, seed: int, listener: Listener = ignore) -> Self:
        """Learn the teacher's latents and the outcomes that go with them."""
        self.made = replace(teacher.made, settings=self.synthesis, seconds=dict(teacher.made.seconds))
        mean, deviation = self._posterior
        self.centre = mean.mean(dim=0)
        self.scale = (mean.var(dim=0) + deviation.square().mean(dim=0)).sqrt()
        self._build(seed)
        self._learn_labels(seed, listener)
        self.learn_latents(self.networks["latents"], seed=seed + 3, listener=listener)
        return self

    def draw_latents(self, chance: torch.Generator) -> Tensor:
        """One latent of each train row, drawn anew from its posterior; centred and scaled, shape (n, d)."""
        mean, deviation = self._posterior
        noise = torch.randn(mean.shape, generator=chance).to(mean.device)
        return (mean + deviation * noise - self.centre) / self.scale

    @property
    def groups(self) -> Tensor:
        """Groups of the train rows, shape (n,)."""
        return self.made.examples().groups

    def draw(self, rows: int, *, seed: int) -> pd.DataFrame:
        """Rows decoded from new latents; no train row stands behind any of them."""
        groups = self.made.rows.groups
        shares = np.bincount(groups, minlength=len(self.made.encoding.groups)) / len(groups)
        frames = []
        for shard, size in enumerate(shard_sizes(rows)):
            rng, chance = shard_chance(seed, shard)
            latents, labels = self._draw(size, rng, chance)
            frames.append(self.made.decode_latents(latents, rng.choice(len(shares), size, p=shares), labels, rng))
        return fill_schema_columns(pd.concat(frames, ignore_index=True), self.made.schema)

    def labelled_latents(self, rows: int, *, seed: int) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """New latents as `draw` decodes them, shape (rows, d), and the codes of their outcomes, shape (rows,)."""
        parts = [self._draw(size, *shard_chance(seed, shard)) for shard, size in enumerate(shard_sizes(rows))]
        latents, labels = zip(*parts, strict=True)
        return np.concatenate(latents), np.concatenate(labels)

    def _draw(
        self, rows: int, rng: np.random.Generator, chance: torch.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        with torch.inference_mode():
            scaled = self.new_latents(rows, chance)
            outcome = self.networks["label"](scaled).double().softmax(dim=1).cpu().numpy()
        labels = (outcome.cumsum(axis=1) <= rng.random((rows, 1))).sum(axis=1).clip(max=outcome.shape[1] - 1)
        return (scaled * self.scale + self.centre).cpu().numpy(), labels

    def save(self, folder: RunFolder) -> None:
        """Keep the teacher, both networks and the scale of the latents."""
        persistence.save(self.made, folder)
        for name in PARTS:
            folder.artifacts.save_tensors(name, self.networks[name].state_dict())
        folder.artifacts.save_tensors("scale", {"centre": self.centre, "scale": self.scale})

    def load(self, folder: RunFolder, *, seed: int, device: torch.device, listener: Listener = ignore) -> Self:
        """Take what `save` kept."""
        self.made = persistence.load(folder, self.synthesis, seed=seed, device=device, listener=listener)
        self._build(seed)
        for name in PARTS:
            try:
                self.networks[name].load_state_dict(folder.artifacts.tensors(name))
            except RuntimeError as error:
                raise RunError(f"The weights of {name!r} in {folder.path} do not fit its settings.") from error
        kept = folder.artifacts.tensors("scale")
        self.centre, self.scale = kept["centre"].to(device), kept["scale"].to(device)
        return self

    def parameter_count(self) -> int:
        """Of the networks that make latents and outcomes, and the decoder."""
        return sum(map(parameter_count, (*self.networks.values(), self.made.networks["decoder"])))

    def _build(self, seed: int) -> None:
        size = self.synthesis.teacher.latent
        labels = self.made.encoding.target.size
        self.networks = {
            "latents": seeded(lambda: self.build(size), seed + 4).to(self.made.device).eval(),
            "label": seeded(lambda: dense([size, LABEL_UNITS, labels]), seed + 5).to(self.made.device),
        }

    def _learn_labels(self, seed: int, listener: Listener) -> None:
        label = self.networks["label"]
        target = torch.from_numpy(self.made.rows.target).to(self.made.device)

        def batch_loss(batch: Examples, chance: torch.Generator) -> Losses:
            rows = batch.data
            mean, deviation = (part[rows] for part in self._posterior)
            noise = torch.randn(mean.shape, generator=chance).to(mean.device)
            scaled = (mean + deviation * noise - self.centre) / self.scale
            return {"loss": functional.cross_entropy(label(scaled), target[rows])}

        train(label.parameters(), batch_loss, self.places(), LABELS, stage="labels", seed=seed, listener=listener)

    def places(self) -> Examples:
        """Where each train row stands: what is learned from is looked up by it."""
        rows = torch.arange(len(self.groups), device=self.groups.device)
        return Examples(rows, self.groups, len(self.made.encoding.groups))

    @property
    def _posterior(self) -> tuple[Tensor, Tensor]:
        if not hasattr(self, "_kept_posterior"):
            mean, deviation = self.made.posterior("teacher")
            device = self.made.device
            self._kept_posterior = torch.from_numpy(mean).to(device), torch.from_numpy(deviation).to(device)
        return self._kept_posterior
