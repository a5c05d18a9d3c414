"""What a compared system is: it is fitted on typed train rows, and then makes rows, a representation, or decisions.

A system is one file here, its settings are one class in `settings`, and one line in `catalog` makes it known to the
command line, the app, the benchmark and the contract tests.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Generic, Self, TypeVar

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from core.data.schema import Schema
from core.errors import ConfigError
from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.settings import Settings

SHARD_ROWS = 8192
LEARN = "learn"
"""The stage of a compared system's training in the events."""

S = TypeVar("S", bound=Settings)


class Method(ABC, Generic[S]):
    """A system with its settings; the same settings, rows, seed, device and threads give the same bytes.

    Args:
        settings: All its dials.
    """

    def __init__(self, settings: S) -> None:
        self.settings = settings

    @abstractmethod
    def fit(
        self, frame: pd.DataFrame, schema: Schema, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Learn from typed train rows.

        Args:
            frame: Typed rows, as many columns as the schema has.
            schema: Kinds, roles and groups.
            seed: Seeds everything that is drawn.
            device: Where networks run.
            listener: Receives events twice a second at least while networks train; may raise to cancel.

        Raises:
            ConfigError: A setting does not fit the table; the sentence says which.
            SchemaError: The table's roles are not of a kind that the system can learn.
        """


class Generator(Method[S]):
    """A system that makes rows."""

    @abstractmethod
    def sample(self, rows: int, *, seed: int) -> pd.DataFrame:
        """Typed synthetic rows with the schema's columns; the same seed gives the same rows.

        Raises:
            ConfigError: Fewer than one row is asked for.
        """

    @abstractmethod
    def save(self, folder: RunFolder) -> None:
        """Keep what `load` needs in a run's folder; its schema is kept there already."""

    @abstractmethod
    def load(self, folder: RunFolder, *, seed: int, device: torch.device) -> Self:
        """Take what `save` kept: the rows of every seed are then the same as before.

        Args:
            folder: The run.
            seed: The seed it was fitted with.
            device: Where networks run.

        Raises:
            RunError: A file is missing or does not fit the settings.
        """

    @abstractmethod
    def parameter_count(self) -> int:
        """Trained numbers of the networks that sampling needs."""


class Representation(ABC):
    """A system that maps rows to numbers in which the groups are hard to tell apart."""

    @abstractmethod
    def encode(self, frame: pd.DataFrame) -> NDArray[np.float32]:
        """The representation of typed rows, shape (n, d); the target is not looked at."""


@dataclass(frozen=True)
class Decisions:
    """What a classifier says of rows.

    Args:
        scores: Of the positive outcome, shape (n,): higher is likelier. Where decisions depend on the group, the order
            of scores need not be that of the decisions.
        selected: 1 where the positive outcome is predicted, shape (n,).
    """

    scores: NDArray[np.float64]
    selected: NDArray[np.int8]


class Classifier(ABC):
    """A system that makes no data but decides itself."""

    decides_with_groups: ClassVar[bool]
    """Whether the sensitive columns are needed when it decides, and not only when it learns."""

    @abstractmethod
    def decide(self, frame: pd.DataFrame) -> Decisions:
        """Scores and decisions for typed rows; the target is not looked at."""


def shard_sizes(rows: int) -> list[int]:
    """Rows of each shard, so that memory is bounded and shard i depends on the seed and i alone.

    Raises:
        ConfigError: Fewer than one row.
    """
    if rows < 1:
        raise ConfigError(f"The number of rows must be at least 1, not {rows}.", field="rows")
    return [min(SHARD_ROWS, rows - start) for start in range(0, rows, SHARD_ROWS)]


def shard_chance(seed: int, shard: int) -> tuple[np.random.Generator, torch.Generator]:
    """A shard's own sources of chance, for arrays and for tensors."""
    rng = np.random.default_rng([seed, 1, shard])
    return rng, torch.Generator().manual_seed(int(rng.integers(2**62)))
