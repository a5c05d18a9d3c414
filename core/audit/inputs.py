"""The inputs of an audit, and their checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.data_kind import DataKind, Tabular
from core.audit.protocols import tabular
from core.audit.records import ORIGINAL
from core.audit.statistics.confidence import DEFAULT_CONFIDENCE, MAX_CONFIDENCE, MIN_CONFIDENCE
from core.data.examples import Examples
from core.data.schema import Schema
from core.errors import ConfigError, DataError

CONSTANT = "constant"
MEANS, MEANS_AND_SPREADS, SAMPLES, MEANS_GIVEN_TARGET = LATENT_VIEWS = (
    "means",
    "means_and_spreads",
    "samples",
    "means_given_target",
)
"""Views of latents: posterior means; means and standard deviations (as logarithms); one draw a row; and means that were
made with regard to the target, which are judged among rows with the same value of it."""
_TINY = 1e-12


@dataclass(frozen=True)
class Latents:
    """An encoder's latents of the real rows.

    Args:
        train: Posterior means, or the numbers of a representation without spread; shape (n, d), rows aligned with the
            train frame.
        holdout: Shape (m, d), rows aligned with the hold-out frame.
        train_spread: Standard deviations of the posteriors, above 0, shape (n, d); ``None`` if there are none.
        holdout_spread: The same, shape (m, d).
        holdout_codes: Codeword of each hold-out row, shape (m,), where it is all that the latent tells of the row.
        train_targets: Value of the target of each row, an index, shape (n,), where the latents were made with regard
            to it; what they tell of the group is then judged among rows with the same value.
        holdout_targets: The same, shape (m,).
    """

    train: NDArray[np.floating]
    holdout: NDArray[np.floating]
    train_spread: NDArray[np.floating] | None = None
    holdout_spread: NDArray[np.floating] | None = None
    holdout_codes: NDArray[np.int64] | None = None
    train_targets: NDArray[np.int64] | None = None
    holdout_targets: NDArray[np.int64] | None = None

    @property
    def given_target(self) -> bool:
        """Whether the latents were made with regard to the target, so that they cannot predict it."""
        return self.train_targets is not None

    def views(self, seed: int = 0) -> dict[str, tuple[NDArray[np.floating], NDArray[np.floating]]]:
        """Return what can be read of a row, for train and hold-out rows, by name of the view; see `LATENT_VIEWS`.

        Args:
            seed: Seed of the samples.
        """
        means = self.train, self.holdout
        if self.given_target:
            return {MEANS_GIVEN_TARGET: means}
        if self.train_spread is None or self.holdout_spread is None:
            return {MEANS: means}
        pairs = [(mean, spread) for mean, spread in zip(means, (self.train_spread, self.holdout_spread), strict=True)]
        rng = np.random.default_rng([seed, 23])
        both = [np.hstack([mean, np.log(np.maximum(spread, _TINY))]) for mean, spread in pairs]
        drawn = [mean + spread * rng.standard_normal(mean.shape) for mean, spread in pairs]
        return {MEANS: means, MEANS_AND_SPREADS: (both[0], both[1]), SAMPLES: (drawn[0], drawn[1])}


@dataclass(frozen=True)
class AuditInput:
    """What is audited.

    Args:
        schema: Roles, positive value, groups.
        train: Real rows that a generator may have seen.
        holdout: Real rows that it has not; every classifier is tested on these.
        sources: Rows to compare with them, by name, e.g. ``teacher``, ``student``, ``synthetic``.
        latents: Latents of the real rows by encoder, e.g. ``teacher``, ``student``; may be empty.
        draws: All draws of a source that was generated with several seeds, by source and generator seed; the one among
            ``sources`` is one of them.
        decisions: Decisions of other classifiers on the hold-out rows, by name: columns ``score`` (of the positive
            outcome) and ``selected`` (0 or 1), rows aligned with the hold-out frame. Their protocol is A: they learned
            from real rows and saw the groups.
        holdout_independent: Whether the sources are known to be made without the hold-out.
        seeds: Classifier seeds; there are figures for each seed and their mean.
        intermediate: Names of sources that are only stages of the synthesis; they are measured with the first seed.
        kind: The kind of data; a plain table by default.
        refits: Refits of each classifier on resampled training rows, whose variation widens its intervals; 0: the
            intervals hold for this classifier alone; ``None``: as many as the kind of data takes.
        confidence: Nominal coverage of all intervals, above 0 and below 1.
    """

    schema: Schema
    train: Examples
    holdout: Examples
    sources: Mapping[str, Examples] = field(default_factory=dict)
    latents: Mapping[str, Latents] = field(default_factory=dict)
    draws: Mapping[str, Mapping[int, Examples]] = field(default_factory=dict)
    decisions: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    holdout_independent: bool = True
    seeds: tuple[int, ...] = tabular.SEEDS
    intermediate: frozenset[str] = frozenset()
    kind: DataKind = field(default_factory=Tabular)
    refits: int | None = None
    confidence: float = DEFAULT_CONFIDENCE

    def seeds_of(self, source: str) -> tuple[int, ...]:
        """Return the classifier seeds of one source."""
        return self.seeds[:1] if source in self.intermediate else self.seeds

    def refits_of(self, source: str) -> int:
        """Return how often the classifiers of one source are refitted."""
        if source in self.intermediate:
            return 0
        return self.kind.refits if self.refits is None else self.refits

    @property
    def real_rows(self) -> pd.DataFrame:
        """All real rows: train rows, then hold-out."""
        return pd.concat([self.train.frame, self.holdout.frame], ignore_index=True)

    def named(self) -> dict[str, Examples]:
        """Return every source by name; the real train rows are ``original``."""
        return {ORIGINAL: self.train, **self.sources}


def check(inputs: AuditInput) -> None:
    """Raise the errors of `core.audit.run.audit` if the inputs cannot be audited."""
    for name, examples in {"train": inputs.train, "hold-out": inputs.holdout, **inputs.sources}.items():
        if examples.frame.empty:
            raise DataError(f"The {name!r} table has no rows, so there is nothing to audit.")
    for name in (ORIGINAL, CONSTANT):
        if name in inputs.sources:
            raise ConfigError(f"A source cannot be named {name!r}: the audit adds that source itself.")
    if not inputs.seeds:
        raise ConfigError("The audit needs at least one classifier seed.", field="audit_seeds")
    if not MIN_CONFIDENCE <= inputs.confidence <= MAX_CONFIDENCE:
        raise ConfigError(
            f"A confidence level lies between {MIN_CONFIDENCE:g} and {MAX_CONFIDENCE:g}, not {inputs.confidence:g}.",
            field="confidence",
        )
    for name, decided in inputs.decisions.items():
        if len(decided) != len(inputs.holdout.frame):
            raise DataError(
                f"{name!r} has {len(decided)} decisions, but the hold-out has {len(inputs.holdout.frame)} rows."
            )
    _check_latents(inputs)
    _check_attachments(inputs)


def _check_attachments(inputs: AuditInput) -> None:
    for name, examples in {"train": inputs.train, "holdout": inputs.holdout, **inputs.sources}.items():
        inputs.kind.check(inputs.schema, f"rows of {name!r}", examples)
    for source, draws in inputs.draws.items():
        for seed, examples in draws.items():
            inputs.kind.check(inputs.schema, f"rows of draw {seed} of {source!r}", examples)


def _check_latents(inputs: AuditInput) -> None:
    for name, latents in inputs.latents.items():
        if len(latents.train) != len(inputs.train.frame) or len(latents.holdout) != len(inputs.holdout.frame):
            raise DataError(
                f"The latents of {name!r} have {len(latents.train)} train and {len(latents.holdout)} hold-out rows, "
                f"but the tables have {len(inputs.train.frame)} and {len(inputs.holdout.frame)}."
            )
        for values, frame in (
            (latents.train_targets, inputs.train.frame),
            (latents.holdout_targets, inputs.holdout.frame),
            (latents.holdout_codes, inputs.holdout.frame),
        ):
            if values is not None and len(values) != len(frame):
                raise DataError(
                    f"The latents of {name!r} have {len(values)} codewords or targets, but the table has {len(frame)} "
                    "rows."
                )
        for mean, spread in ((latents.train, latents.train_spread), (latents.holdout, latents.holdout_spread)):
            if spread is not None and np.shape(spread) != np.shape(mean):
                raise DataError(f"The spreads of the latents of {name!r} do not have the shape of their means.")


def with_target(examples: Examples, schema: Schema) -> tuple[Examples, str]:
    """Return the rows that have a target, and a note on those without."""
    frame = examples.frame
    missing = frame[schema.target].isna().to_numpy(dtype=bool)
    if not missing.any():
        return examples, ""
    note = f"{int(missing.sum())} of {len(frame)} rows have no target and were left out."
    return examples.with_frame(frame[~missing]), note
