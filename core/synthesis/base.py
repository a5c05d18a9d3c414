"""The interface of all synthesizers: fit on typed train rows, then produce rows, a representation, or decisions.

The table synthesizer, the image synthesizer and every compared method implement it. A synthesizer declares its products
(`Synthesizer`); its settings declare the conditions that its samples can meet (`Settings.accepts`). A run fits a
synthesizer and saves its products; it never checks the method's name or the kind of data. One entry in the methods of a
kind of data (`core.synthesis.methods.catalog` for tables) makes a synthesizer available to the command line, the
app, the benchmarks and the contract tests.

This module does not import torch.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, Self, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.data.schema import Schema
from core.events import Listener, ignore
from core.runs.run_folder import RunFolder
from core.synthesis.conditions import NO_CONDITIONS, Conditions
from core.synthesis.evaluation import Measurement, Posterior
from core.synthesis.settings import Settings

if TYPE_CHECKING:
    import torch

Product = Literal["rows", "representation", "decisions"]
SOURCES: dict[Product, str] = {"rows": "synthetic", "representation": "representation", "decisions": "decisions"}
"""Name of each product in the run folder and in the audit."""
TEACHER, STUDENT = "teacher", "student"
ENCODERS = (TEACHER, STUDENT)
"""The networks of Evenhand's own method, in the order of their training; names of stages and of sources of an audit."""
CODEBOOK = "codebook"
"""Name of the stage, in events, that trains the decoder on the teacher's codewords."""
LEARN = "learn"
"""Name of the training stage, in events, of methods without teacher and student."""
LEARNING = "learning"
"""Name under which a run stores the training time of such methods."""

S = TypeVar("S", bound=Settings)


@dataclass(frozen=True)
class Observations:
    """Rows to fit on or to encode.

    Args:
        frame: Typed rows, shape (n, columns).
        content: Data of each row that is not in its columns, such as the pixels of its image; shape (n, ...), aligned
            with the rows.
    """

    frame: pd.DataFrame
    content: NDArray[Any] | None = None

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.frame)


@dataclass(frozen=True)
class Sample:
    """Synthetic rows.

    Args:
        frame: Typed rows, shape (n, columns).
        content: See `Observations`.
        changed: Whether the row's outcome is another than the decoder drew, shape (n,); ``None`` without label repair.
        corrected: Whether it is another than was drawn from the fair code, shape (n,); ``None`` likewise.
        flipped: Whether it became positive, or no longer is, shape (n,); ``None`` likewise. Two outcomes: ``changed``.
        notes: Notes for the reader of the report; one sentence each.
    """

    frame: pd.DataFrame
    content: NDArray[Any] | None = None
    changed: NDArray[np.bool_] | None = None
    corrected: NDArray[np.bool_] | None = None
    flipped: NDArray[np.bool_] | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Decisions:
    """Predictions of a classifier.

    Args:
        scores: Scores of the positive outcome, shape (n,); a higher score is more likely. If decisions depend on the
            group, a selected row may score lower than a row that is not selected.
        selected: 1 where the positive outcome is predicted, else 0; shape (n,).
    """

    scores: NDArray[np.float64]
    selected: NDArray[np.int8]


class Synthesizer(ABC, Generic[S]):
    """A method with its settings. The same settings, rows, seed, device and thread count give the same bytes.

    The optional products (latents, decisions, reconstructions, counterfactuals, measurements, notes) are empty unless a
    subclass overrides them.

    Args:
        settings: All hyperparameters.
    """

    def __init__(self, settings: S) -> None:
        self.settings = settings

    @abstractmethod
    def fit(
        self, data: Observations, schema: Schema, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Fit on typed train rows.

        Args:
            data: Typed rows with the columns of the schema.
            schema: Kinds, roles and groups of the columns.
            seed: Seed of all random numbers.
            device: Device of the networks.
            listener: Receives an event at least twice a second while networks train; may raise to cancel.

        Raises:
            ConfigError: A setting does not fit the table; the sentence names it.
            SchemaError: The method cannot handle the roles of the table.
        """

    def fit_resumable(
        self, folder: RunFolder, data: Observations, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Fit like `fit`, save finished parts in the run folder, and load them after an interruption.

        Interruptions do not change the result: it is the same to the bit.
        """
        started = time.perf_counter()
        self.fit(data, folder.schema.read(), seed=seed, device=device, listener=listener)
        folder.seconds.save({LEARNING: time.perf_counter() - started})
        return self

    def latents(self, data: Observations) -> dict[str, Posterior]:
        """Return the latents of rows by name of the encoder."""
        del data
        return {}

    def decisions(self, data: Observations) -> Decisions | None:
        """Return the method's own decisions on rows; ``None`` if it makes none."""
        del data
        return None

    def reconstructions(self, data: Observations, *, seed: int) -> Any:
        """Return the rows decoded from their own latents; ``None`` if the method has no decoder to compare.

        Their type depends on the kind of data; `core.modalities.base.Modality.reconstruction_records` measures them.
        """
        del data, seed
        return None

    def counterfactuals(self, *, seed: int) -> Observations | None:
        """Return a few train rows decoded with every group: columns ``row`` and ``group``, and the content."""
        del seed
        return None

    def measurements(self) -> list[Measurement]:
        """Return the measurements of the fitted networks, such as size and time."""
        return []

    def notes(self) -> list[str]:
        """Return notes on this fit for the reader of the report; one sentence each."""
        return []


class Generator(Synthesizer[S]):
    """A method that generates rows."""

    @abstractmethod
    def sample(
        self, rows: int, *, seed: int, conditions: Conditions = NO_CONDITIONS, listener: Listener = ignore
    ) -> Sample:
        """Generate rows with the columns of the schema; the same seed gives the same rows.

        Args:
            rows: Number of rows, at least 1.
            seed: Seed of all random numbers.
            conditions: Conditions on the rows.
            listener: Receives progress; may raise to cancel.

        Raises:
            ConfigError: ``rows`` is below 1, or a condition cannot be met.
        """

    def sample_parts(
        self,
        rows: int,
        *,
        seed: int,
        conditions: Conditions = NO_CONDITIONS,
        cluster: str | None = None,
        listener: Listener = ignore,
    ) -> Iterator[Sample]:
        """Yield the rows of `sample` in parts, so that memory does not grow with their number; by default in one part.

        The notes of a part are about all rows so far. ``cluster`` is the address of a Ray cluster that makes them, if
        the method can make them on one.
        """
        del cluster
        yield self.sample(rows, seed=seed, conditions=conditions, listener=listener)

    def intermediate_samples(self, rows: int, *, seed: int, conditions: Conditions) -> Iterator[tuple[str, Sample]]:
        """Yield the rows of the intermediate networks (teacher, student) by name; the audit compares them."""
        del rows, seed, conditions
        return iter(())

    def fit_resumable(
        self, folder: RunFolder, data: Observations, *, seed: int, device: torch.device, listener: Listener = ignore
    ) -> Self:
        """Fit and save, or load a saved fit; see `Synthesizer.fit_resumable`."""
        if LEARNING in folder.seconds.read():
            return self.load(folder, seed=seed, device=device)
        started = time.perf_counter()
        self.fit(data, folder.schema.read(), seed=seed, device=device, listener=listener)
        seconds = time.perf_counter() - started
        self.save(folder)
        folder.seconds.save({LEARNING: seconds})
        return self

    @abstractmethod
    def save(self, folder: RunFolder) -> None:
        """Save the fit in a run folder, which already holds the schema and the train rows."""

    @abstractmethod
    def load(self, folder: RunFolder, *, seed: int, device: torch.device) -> Self:
        """Load a saved fit; each seed then gives the same rows as before.

        Args:
            folder: The run folder.
            seed: Seed of the fit.
            device: Device of the networks.

        Raises:
            RunError: A file is missing or does not match the settings.
        """

    @abstractmethod
    def parameter_count(self) -> int:
        """Return the number of trained parameters of the networks that sampling needs."""


class Representation(Synthesizer[S]):
    """A method that maps rows to vectors that should reveal little of the groups."""

    @abstractmethod
    def encode(self, frame: pd.DataFrame) -> NDArray[np.float32]:
        """Return the representation of typed rows, shape (n, d); the target is not used."""

    def posterior(self, frame: pd.DataFrame) -> Posterior:
        """Return the representation, with its spread if it has one."""
        return Posterior(self.encode(frame))

    def latents(self, data: Observations) -> dict[str, Posterior]:
        """Return the representation; it is the only latent."""
        return {SOURCES["representation"]: self.posterior(data.frame)}


class Classifier(Synthesizer[S]):
    """A method that makes decisions and no data."""

    decides_with_groups: ClassVar[bool]
    """Whether decisions need the sensitive columns; the fit always does."""

    @abstractmethod
    def decide(self, frame: pd.DataFrame) -> Decisions:
        """Return scores and decisions for typed rows; the target is not used."""

    def decisions(self, data: Observations) -> Decisions | None:
        """Return the decisions of `decide`."""
        return self.decide(data.frame)
