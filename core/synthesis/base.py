"""What a synthesizer is: it is fitted on typed train rows, then makes rows, a representation, or decisions.

Tables, images and every compared method implement this one interface. Each says what it leaves (`Synthesizer`) and what
may be asked of its samples (`Generator.accepts`); a run fits it and keeps what it leaves, and asks neither for its name
nor for the kind of its data. One line in `core.synthesis.methods.catalog` makes a synthesizer known to the command
line, the app, the benchmark and the contract tests.

Importing this needs no torch.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Self, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.schema import Schema
from core.errors import ConfigError
from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.evaluation import Figure, Reconstructions
from core.synthesis.settings import Settings

if TYPE_CHECKING:
    import torch

Makes = Literal["rows", "representation", "decisions"]
SOURCES: dict[Makes, str] = {"rows": "synthetic", "representation": "representation", "decisions": "decisions"}
"""What each product is called in the run folder and in the audit."""
Condition = Literal["proportions", "target", "repair_level"]
LEARN = "learn"
"""Stage, in the events, of a training that has no teacher and student."""
LEARNING = "learning"
"""Under which name a run keeps the time that such a training took."""

S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Observations:
    """Rows to learn from or to encode.

    Args:
        frame: Typed rows, shape (n, columns).
        content: What each row describes, where that is more than its columns, e.g. the pixels of its image; shape
            (n, ...), aligned with the rows.
    """

    frame: pd.DataFrame
    content: NDArray[Any] | None = None

    def __len__(self) -> int:
        """Number of rows."""
        return len(self.frame)


@dataclass(frozen=True)
class Conditions:
    """What may be asked of a sample, beside its size and seed.

    Args:
        proportions: Share by group, crossed or of one sensitive column; the groups not named divide the rest.
        target: Rows with this value of the target alone.
        repair_level: Repair level of the outcomes, 0 to 1, if other than the one that was fitted.
    """

    proportions: Mapping[str, float] = field(default_factory=dict)
    target: str | None = None
    repair_level: float | None = None

    def given(self) -> list[str]:
        """Names of the conditions that are set."""
        return [name for name, value in vars(self).items() if value not in (None, {})]

    def check(self, accepted: Set[str]) -> None:
        """Raise a `ConfigError` if a condition is set that is not among the accepted ones."""
        for name in self.given():
            if name not in accepted:
                allowed = f"it takes: {', '.join(sorted(accepted))}" if accepted else "it takes no conditions"
                raise ConfigError(f"{name} cannot be asked of this synthesizer ({allowed}); leave it out.")


NO_CONDITIONS = Conditions()


@dataclass(frozen=True)
class Sample:
    """Synthetic rows.

    Args:
        frame: Typed rows, shape (n, columns).
        content: As in `Observations`.
        changed: Whether label repair changed the row's outcome, shape (n,); ``None`` where outcomes are not repaired.
        notes: What a reader should know of these rows; one sentence each.
    """

    frame: pd.DataFrame
    content: NDArray[Any] | None = None
    changed: NDArray[np.bool_] | None = None
    notes: tuple[str, ...] = ()


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


class Synthesizer(ABC, Generic[S]):
    """A system with its settings; the same settings, rows, seed, device and threads give the same bytes.

    What it leaves beside its product is nothing unless a subclass says otherwise.

    Args:
        settings: All its hyperparameters.
    """

    def __init__(self, settings: S) -> None:
        self.settings = settings

    @abstractmethod
    def fit(
        self, data: Observations, schema: Schema, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Learn from typed train rows.

        Args:
            data: Typed rows, with the schema's columns.
            schema: Kinds, roles and groups.
            seed: Seeds everything that is drawn.
            device: Where networks run.
            listener: Receives events twice a second at least while networks train; may raise to cancel.

        Raises:
            ConfigError: A setting does not fit the table; the sentence says which.
            SchemaError: The table's roles are not of a kind that the system can learn.
        """

    def fit_resumable(
        self, folder: RunFolder, data: Observations, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Fit as `fit` does, and keep in a run's folder what is fitted; what is kept there is not fitted again.

        The result is the same to the bit, however often it was interrupted.
        """
        started = time.perf_counter()
        self.fit(data, folder.schema(), seed=seed, device=device, listener=listener)
        folder.save_seconds({LEARNING: time.perf_counter() - started})
        return self

    def latents(self, data: Observations) -> dict[str, NDArray[np.float32]]:
        """Latents of rows by encoder, each of shape (n, d)."""
        del data
        return {}

    def decisions(self, data: Observations) -> Decisions | None:
        """Its own decisions about rows."""
        del data
        return None

    def reconstructions(self, data: Observations, *, seed: int) -> Reconstructions | None:
        """What rows decode to from their own latents."""
        del data, seed
        return None

    def counterfactuals(self, *, seed: int) -> Observations | None:
        """A few train rows decoded with every group: columns ``row`` and ``group``, and the content."""
        del seed
        return None

    def figures(self) -> list[Figure]:
        """What of its networks is measured after the fit."""
        return []

    def notes(self) -> list[str]:
        """What a reader should know of this fit; one sentence each."""
        return []


class Generator(Synthesizer[S]):
    """A system that makes rows."""

    accepts: ClassVar[frozenset[Condition]] = frozenset()
    """The conditions that its samples can meet."""

    @abstractmethod
    def sample(
        self, rows: int, *, seed: int, conditions: Conditions = NO_CONDITIONS, listener: Listener = ignore
    ) -> Sample:
        """Synthetic rows with the schema's columns; the same seed gives the same rows.

        Args:
            rows: How many.
            seed: Seeds everything that is drawn.
            conditions: What is asked of them.
            listener: Receives progress; may raise to cancel.

        Raises:
            ConfigError: Fewer than one row is asked for, or a condition cannot be met.
        """

    def intermediate_samples(self, rows: int, *, seed: int, conditions: Conditions) -> Iterator[tuple[str, Sample]]:
        """Rows of the networks behind the product, by their names, for the audit to compare."""
        del rows, seed, conditions
        return iter(())

    def fit_resumable(
        self, folder: RunFolder, data: Observations, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Fit and save, or load what was saved; see `Synthesizer.fit_resumable`."""
        if LEARNING in folder.seconds():
            return self.load(folder, seed=seed, device=device, listener=listener)
        started = time.perf_counter()
        self.fit(data, folder.schema(), seed=seed, device=device, listener=listener)
        spent = time.perf_counter() - started
        self.save(folder)
        folder.save_seconds({LEARNING: spent})
        return self

    @abstractmethod
    def save(self, folder: RunFolder) -> None:
        """Keep what `load` needs in a run's folder, where its schema and its train rows are already."""

    @abstractmethod
    def load(self, folder: RunFolder, *, seed: int, device: torch.device, listener: Listener = ignore) -> Self:
        """Take what `save` kept: the rows of every seed are then the same as before.

        Args:
            folder: The run.
            seed: The seed it was fitted with.
            device: Where networks run.
            listener: Receives progress, where loading takes a while.

        Raises:
            RunError: A file is missing or does not fit the settings.
        """

    @abstractmethod
    def parameter_count(self) -> int:
        """Trained parameters of the networks that sampling needs."""


class UnconditionalGenerator(Generator[S]):
    """A system that makes rows as it has learned them; nothing can be asked of them."""

    def sample(
        self, rows: int, *, seed: int, conditions: Conditions = NO_CONDITIONS, listener: Listener = ignore
    ) -> Sample:
        """Rows of the fitted distribution; see `Generator.sample`."""
        del listener
        conditions.check(self.accepts)
        return Sample(self.draw(rows, seed=seed))

    @abstractmethod
    def draw(self, rows: int, *, seed: int) -> pd.DataFrame:
        """Typed synthetic rows with the schema's columns."""


class Representation(Synthesizer[S]):
    """A system that maps rows to numbers in which the groups are hard to tell apart."""

    @abstractmethod
    def encode(self, frame: pd.DataFrame) -> NDArray[np.float32]:
        """The representation of typed rows, shape (n, d); the target is not looked at."""

    def latents(self, data: Observations) -> dict[str, NDArray[np.float32]]:
        """The representation is its only one."""
        return {SOURCES["representation"]: self.encode(data.frame)}


class Classifier(Synthesizer[S]):
    """A system that makes no data but decides itself."""

    decides_with_groups: ClassVar[bool]
    """Whether the sensitive columns are needed when it decides, and not only when it learns."""

    @abstractmethod
    def decide(self, frame: pd.DataFrame) -> Decisions:
        """Scores and decisions for typed rows; the target is not looked at."""

    def decisions(self, data: Observations) -> Decisions | None:
        """What `decide` says of the rows."""
        return self.decide(data.frame)
