"""What an audit takes in, and what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.protocols import tabular
from core.audit.protocols.image import image_column
from core.audit.statistics.confidence import DEFAULT_CONFIDENCE, MAX_CONFIDENCE, MIN_CONFIDENCE
from core.data.images import Images
from core.data.schema import Schema
from core.errors import ConfigError, DataError
from core.learning.catalog import DEFAULT_CLASSIFIER, ClassifierName

ORIGINAL, CONSTANT = "original", "constant"


@dataclass(frozen=True)
class Latents:
    """An encoder's latents of the real rows.

    Args:
        train: Shape (n, d), rows aligned with the train frame.
        holdout: Shape (m, d), rows aligned with the hold-out frame.
    """

    train: NDArray[np.floating]
    holdout: NDArray[np.floating]


@dataclass(frozen=True)
class AuditInput:
    """What is audited.

    Args:
        schema: Roles, positive value, groups.
        train: Real rows that a generator may have seen, typed.
        holdout: Real rows that it has not, typed; every classifier is tested on these.
        sources: Typed rows to compare with them, by name, e.g. ``teacher``, ``student``, ``synthetic``.
        latents: Latents of the real rows by encoder, e.g. ``teacher``, ``student``; may be empty.
        draws: All draws of a source that was generated with several seeds, by source and generator seed; the one among
            ``sources`` is one of them.
        decisions: What classifiers that are made elsewhere say of the hold-out rows, by name: columns ``score`` (of the
            positive outcome) and ``selected`` (0 or 1), rows aligned with the hold-out frame. They stand under protocol
            A: they learned from real rows and saw the groups.
        holdout_independent: Whether it is known that the sources were made without the hold-out.
        seeds: Classifier seeds; figures are given for each and as their mean.
        classifier: Which classifier the protocols train on rows of a table.
        intermediate: Names of sources that are no product but stages on the way to it; the first seed alone serves
            them.
        images: Of rows that are images: those of ``train``, ``holdout`` and every source, by the names in the schema's
            image column. Empty: the rows are a table.
        draw_images: The same for each of the ``draws``.
        confidence: Nominal coverage of all intervals, above 0 and below 1.
    """

    schema: Schema
    train: pd.DataFrame
    holdout: pd.DataFrame
    sources: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    latents: Mapping[str, Latents] = field(default_factory=dict)
    draws: Mapping[str, Mapping[int, pd.DataFrame]] = field(default_factory=dict)
    decisions: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    holdout_independent: bool = True
    seeds: tuple[int, ...] = tabular.SEEDS
    classifier: ClassifierName = DEFAULT_CLASSIFIER
    intermediate: frozenset[str] = frozenset()
    images: Mapping[str, Images] = field(default_factory=dict)
    draw_images: Mapping[str, Mapping[int, Images]] = field(default_factory=dict)
    confidence: float = DEFAULT_CONFIDENCE

    def seeds_of(self, source: str) -> tuple[int, ...]:
        """The classifier seeds of one source."""
        return self.seeds[:1] if source in self.intermediate else self.seeds

    def images_of(self, source: str) -> Images | None:
        """The images of one source's rows; nothing if the rows are a table."""
        return self.images["train" if source == ORIGINAL else source] if self.images else None


def check(inputs: AuditInput) -> None:
    """Refuse what cannot be audited; errors as in `core.audit.run.audit`."""
    for name, frame in {"train": inputs.train, "hold-out": inputs.holdout, **inputs.sources}.items():
        if frame.empty:
            raise DataError(f"The {name!r} table has no rows, so there is nothing to audit.")
    for name in (ORIGINAL, CONSTANT):
        if name in inputs.sources:
            raise ConfigError(f"A source may not be called {name!r}; the audit adds that one itself.")
    if not inputs.seeds:
        raise ConfigError("The audit needs at least one classifier seed.")
    if not MIN_CONFIDENCE <= inputs.confidence <= MAX_CONFIDENCE:
        raise ConfigError(
            f"A confidence level lies between {MIN_CONFIDENCE:g} and {MAX_CONFIDENCE:g}, not {inputs.confidence:g}."
        )
    for name, decided in inputs.decisions.items():
        if len(decided) != len(inputs.holdout):
            raise DataError(f"{name!r} has {len(decided)} decisions, but the hold-out has {len(inputs.holdout)} rows.")
    _check_latents(inputs)
    if inputs.images:
        _check_images(inputs)


def _check_images(inputs: AuditInput) -> None:
    if inputs.classifier != DEFAULT_CLASSIFIER:
        raise ConfigError("The classifier can be chosen for tables only, and these are images; leave it out.")
    column = image_column(inputs.schema)
    for name, frame in {"train": inputs.train, "holdout": inputs.holdout, **inputs.sources}.items():
        if name not in inputs.images:
            raise DataError(f"The rows of {name!r} have no images; give them beside the others.")
        inputs.images[name].places(frame[column])
    for source, draws in inputs.draws.items():
        for seed, frame in draws.items():
            if seed not in inputs.draw_images.get(source, {}):
                raise DataError(f"Draw {seed} of {source!r} has no images; give them beside the others.")
            inputs.draw_images[source][seed].places(frame[column])


def _check_latents(inputs: AuditInput) -> None:
    for name, latents in inputs.latents.items():
        if len(latents.train) != len(inputs.train) or len(latents.holdout) != len(inputs.holdout):
            raise DataError(
                f"The latents of {name!r} have {len(latents.train)} train and {len(latents.holdout)} hold-out rows, "
                f"but the tables have {len(inputs.train)} and {len(inputs.holdout)}."
            )
