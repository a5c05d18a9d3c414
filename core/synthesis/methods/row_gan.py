"""The base class of GANs of whole rows: encoding of mixed columns, training against a critic, sampling and saving."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from typing import Self, TypeVar

import numpy as np
import pandas as pd
import torch
from torch import Tensor, nn

from core.data.encoding.mixed import MixedEncoding
from core.data.encoding.table import CodedRows, fill_schema_columns
from core.data.schema import Schema
from core.errors import RunError
from core.events import Listener
from core.runs.run_folder import RunFolder
from core.synthesis.costs import parameter_count
from core.synthesis.methods.adversarial import (
    AdversarialLoss,
    AdversarialNetworks,
    ExtraTerms,
    RealRows,
    no_extra_terms,
    train_adversarially,
)
from core.synthesis.methods.settings import DecafSettings, TabFairGanSettings
from core.synthesis.methods.shards import shard_generators, shard_sizes
from core.synthesis.sampling import SHARD_ROWS
from core.synthesis.unconditional import UnconditionalGenerator
from models.dense import dense
from models.optimiser import seeded

S = TypeVar("S", bound=TabFairGanSettings | DecafSettings)
GENERATOR = "generator"


class RowGan(UnconditionalGenerator[S]):
    """A generator of encoded rows, trained with the Wasserstein loss; the critic is not saved."""

    SLOPE = 0.0
    """Negative slope of the critic's leaky ReLU."""

    schema: Schema
    encoding: MixedEncoding
    network: nn.Module
    device: torch.device

    @abstractmethod
    def build(self, seed: int) -> nn.Module:
        """Build the untrained generator for this encoding; the same seed gives the same weights."""

    @abstractmethod
    def rows(self, count: int, torch_rng: torch.Generator) -> Tensor:
        """Generate encoded rows with near one-hot codes, shape (count, width), differentiable."""

    def sample_rows(self, count: int, torch_rng: torch.Generator) -> Tensor:
        """Generate the encoded rows of a sample; a subclass may sample other rows than the critic sees."""
        return self.rows(count, torch_rng)

    def train_on(
        self,
        rows: CodedRows,
        *,
        seed: int,
        listener: Listener,
        extra_epochs: int = 0,
        extra_terms: ExtraTerms = no_extra_terms,
    ) -> None:
        """Build the generator and train it on coded rows; see `train_adversarially` for the last two arguments."""
        self.network = self.build(seed)
        width, hidden = self.encoding.width, self.settings.hidden
        critic = seeded(lambda: dense([width, hidden, hidden, 1], slope=self.SLOPE), seed + 1).to(self.device)
        encoded = torch.from_numpy(self.encoding.encode(rows, np.random.default_rng([seed, 2]))).to(self.device)
        train_adversarially(
            AdversarialNetworks(self.network, critic, self.rows),
            RealRows(encoded, torch.from_numpy(rows.groups)),
            AdversarialLoss("wgan_gp", self.settings.penalty, extra_terms),
            self.settings.optimisation,
            seed=seed,
            extra_epochs=extra_epochs,
            listener=listener,
        )

    def sample_frames(self, rows: int, *, seed: int) -> Iterator[pd.DataFrame]:
        """Generate rows from noise."""
        for shard, size in enumerate(shard_sizes(rows)):
            rng, torch_rng = shard_generators(seed, shard)
            with torch.inference_mode():
                matrix = self.sample_rows(size, torch_rng).cpu().numpy()
            yield fill_schema_columns(self.encoding.decode(matrix, rng), self.schema, before=shard * SHARD_ROWS)

    def save(self, folder: RunFolder) -> None:
        """Save the encoding and the generator."""
        folder.encoding.save(self.encoding)
        folder.artifacts.save_tensors(GENERATOR, self.network.state_dict())

    def load(self, folder: RunFolder, *, seed: int, device: torch.device) -> Self:
        """Load a saved fit."""
        self.schema, self.encoding, self.device = folder.schema.read(), folder.encoding.read(MixedEncoding), device
        self.network = self.build(seed)
        try:
            self.network.load_state_dict(folder.artifacts.tensors(GENERATOR))
        except RuntimeError as error:
            raise RunError(f"The weights of the generator in {folder.path} do not match its settings.") from error
        return self

    def parameter_count(self) -> int:
        """Count the parameters of the generator."""
        return parameter_count(self.network)
