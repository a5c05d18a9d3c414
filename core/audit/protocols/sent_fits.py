"""Classifiers that a cluster trains ahead of the steps of an audit that measure them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, NamedTuple

import pandas as pd
from numpy.typing import NDArray

from core.audit.metrics import unawareness
from core.audit.protocols.tabular import Fit
from core.audit.protocols.trainable import ClassifierOutput
from core.cluster import Cluster


class Training(NamedTuple):
    """One training of a classifier.

    Args:
        rows: Its training rows as they are, a bootstrap resample of them, or with shuffled sensitive columns.
        seed: Its seed, and that of the resample or of the shuffle.
        direct: Whether rows with flipped attributes are scored too.
    """

    rows: Literal["all", "resampled", "shuffled"]
    seed: int
    direct: bool = False


@dataclass(frozen=True)
class SentFit:
    """A `core.audit.protocols.trainable.Trainable` whose trainings are under way.

    Args:
        fit: What is trained and tested.
        results: What waits for the output of each training.
    """

    fit: Fit
    results: Mapping[Training, Callable[[], Any]]

    @property
    def source(self) -> str:
        """Whose rows."""
        return self.fit.source

    @property
    def protocol(self) -> str:
        """A, B, C or D."""
        return self.fit.protocol

    @property
    def split(self) -> str:
        """Which rows are tested."""
        return self.fit.split

    @property
    def tested(self) -> pd.DataFrame:
        """The tested rows."""
        return self.fit.tested

    @property
    def flips(self) -> unawareness.AttributeFlips | None:
        """The values that replace the sensitive columns."""
        return self.fit.flips

    def why_untrainable(self) -> str:
        """Return why no classifier can be trained; empty if one can."""
        return self.fit.why_untrainable()

    def predict(self, seed: int, *, direct: bool) -> ClassifierOutput:
        """Return the output of the classifier with this seed."""
        found: ClassifierOutput = self.results[Training("all", seed, direct)]()
        return found

    def copies_by_chance(self, seed: int) -> NDArray[Any] | None:
        """Return the scores of rows with flipped attributes by a classifier that learned shuffled ones."""
        found: NDArray[Any] | None = self.results[Training("shuffled", seed)]()
        return found

    def resampled(self, seed: int) -> SentFit:
        """Return the same on a bootstrap resample of the training rows."""
        return SentFit(self.fit.resampled(seed), {Training("all", seed): self.results[Training("resampled", seed)]})


def sent(cluster: Cluster, fit: Fit, trainings: Sequence[Training]) -> SentFit:
    """Begin trainings on a cluster. The tested rows stay here: a classifier needs their features alone."""
    begin = cluster.sender(trained, replace(fit, tested=pd.DataFrame()))
    return SentFit(fit, {one: begin(one) for one in trainings})


def trained(fit: Fit, training: Training) -> ClassifierOutput | NDArray[Any] | None:
    """Train once and return the output for the tested rows."""
    if training.rows == "shuffled":
        return fit.copies_by_chance(training.seed)
    own = fit.resampled(training.seed) if training.rows == "resampled" else fit
    return None if own.why_untrainable() else own.predict(training.seed, direct=training.direct)
