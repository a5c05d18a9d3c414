"""What GANs of whole rows share: the encoding of mixed columns, training against a critic of rows, drawing, keeping."""

from __future__ import annotations

from abc import abstractmethod
from typing import Self, TypeVar

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from core.data.encoding.mixed import MixedEncoding
from core.data.encoding.table import CodedRows, fill_schema_columns
from core.data.schema import Schema
from core.errors import RunError
from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.base import UnconditionalGenerator
from core.synthesis.costs import parameter_count
from core.synthesis.methods.adversarial import AdversarialLoss, Extra, Players, RealRows, no_more, train_adversarially
from core.synthesis.methods.settings import DecafSettings, TabFairGanSettings
from core.synthesis.methods.shards import shard_chance, shard_sizes
from models.dense import dense
from models.optimiser import seeded

S = TypeVar("S", bound=TabFairGanSettings | DecafSettings)
GENERATOR = "generator"


class RowGan(UnconditionalGenerator[S]):
    """A generator of encoded rows, trained with the Wasserstein loss; its critic is not kept."""

    SLOPE = 0.0
    """Of the critic's leaky ReLU on its negative side."""

    schema: Schema
    encoding: MixedEncoding
    network: nn.Module
    device: torch.device

    @abstractmethod
    def build(self, seed: int) -> nn.Module:
        """The untrained network for this encoding, the same for the same seed."""

    @abstractmethod
    def rows(self, count: int, chance: torch.Generator) -> Tensor:
        """Encoded rows with near one-hot codes, shape (count, width), through which gradients flow."""

    def drawn(self, count: int, chance: torch.Generator) -> Tensor:
        """Encoded rows as they are handed out, if those are other than the ones that the critic sees."""
        return self.rows(count, chance)

    def train_on(
        self, rows: CodedRows, *, seed: int, listener: Listener, further_epochs: int = 0, extra: Extra = no_more
    ) -> None:
        """Build the network and train it on coded rows; the last two as in `train_adversarially`."""
        self.network = self.build(seed)
        width, hidden = self.encoding.width, self.settings.hidden
        critic = seeded(lambda: dense([width, hidden, hidden, 1], slope=self.SLOPE), seed + 1).to(self.device)
        encoded = torch.from_numpy(self.encoding.encode(rows, np.random.default_rng([seed, 2]))).to(self.device)
        train_adversarially(
            Players(self.network, critic, self.rows),
            RealRows(encoded, torch.from_numpy(rows.groups)),
            AdversarialLoss("wgan_gp", self.settings.penalty, extra),
            self.settings.optimisation,
            seed=seed,
            further_epochs=further_epochs,
            listener=listener,
        )

    def draw(self, rows: int, *, seed: int) -> pd.DataFrame:
        """Rows from noise."""
        frames = []
        for shard, size in enumerate(shard_sizes(rows)):
            rng, chance = shard_chance(seed, shard)
            with torch.inference_mode():
                matrix = self.drawn(size, chance).cpu().numpy()
            frames.append(self.encoding.decode(matrix, rng))
        return fill_schema_columns(pd.concat(frames, ignore_index=True), self.schema)

    def save(self, folder: RunFolder) -> None:
        """Keep the encoding and the generator."""
        folder.encoding.save(self.encoding)
        folder.artifacts.save_tensors(GENERATOR, self.network.state_dict())

    def load(self, folder: RunFolder, *, seed: int, device: torch.device, listener: Listener = ignore) -> Self:
        """Take what `save` kept."""
        del listener
        self.schema, self.encoding, self.device = folder.schema.read(), folder.encoding.read(MixedEncoding), device
        self.network = self.build(seed)
        try:
            self.network.load_state_dict(folder.artifacts.tensors(GENERATOR))
        except RuntimeError as error:
            raise RunError(f"The weights of the generator in {folder.path} do not fit its settings.") from error
        return self

    def parameter_count(self) -> int:
        """Of the generator."""
        return parameter_count(self.network)
