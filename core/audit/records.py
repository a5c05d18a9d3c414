"""The record: the form of every figure of the audit. App, report and benchmarks read records and compute none."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from core.audit.glossary import PROTOCOLS, SOURCES
from core.audit.statistics.confidence import DEFAULT_CONFIDENCE

# Defined here because this module imports nothing slow: the app tells a bias audit's records from the others by it.
BIAS_AUDIT = "local_law_144"
ORIGINAL = "original"  # the source of real rows
WHOLE = "all"  # the split of figures over all rows of a source


class Status(StrEnum):
    """How far a figure can be trusted."""

    OK = "ok"
    UNDEFINED = "undefined"
    SMALL_N = "small_n"
    DEGENERATE = "degenerate"
    WITHHELD = "withheld"


class Record(BaseModel):
    """One figure with its interval, its n and its origin."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(
        description=f"Whose rows: {', '.join(SOURCES)}, an external name, or "
        "‘repair level 0.80’ for a candidate of the repair-level search."
    )
    protocol: str = Field(
        description=f"How the rows are used: {', '.join(PROTOCOLS)}. change, generators and repair_level_search use "
        "protocol A; their variants under protocol B end in ' B'. Names that end in ' reference' are judged by the "
        "reference outcome. conditional is of the data, ‘conditional A’ and "
        "‘conditional B’ of predictions."
    )
    metric: str = Field(description="Name in the field's words, e.g. demographic_parity_ratio.")
    sensitive: str | None = Field(default=None, description="Sensitive attribute, crossed ones joined by ' × '.")
    group: str | None = Field(default=None, description="One group of it; null for a figure over all groups.")
    positive: str | None = Field(default=None, description="The target value counted as positive.")
    seed: int | None = Field(
        default=None,
        description="Classifier seed (for change and generators the generator's seed); null for a mean or none.",
    )
    split: str = Field(
        default="holdout", description="Rows it was measured on: holdout, validation, train, source, all."
    )
    value: float | None = Field(default=None, description="The figure; null when undefined.")
    low: float | None = Field(default=None, description="Lower bound of the interval.")
    high: float | None = Field(default=None, description="Upper bound of the interval.")
    interval: str | None = Field(default=None, description="How the interval was made, e.g. wilson.")
    confidence: float = Field(default=DEFAULT_CONFIDENCE, description="Nominal coverage of the interval, e.g. .95.")
    n: int | None = Field(default=None, description="Rows behind the figure.")
    status: Status = Status.OK
    note: str = Field(default="", description="What a reader of the figure must know, in a sentence.")
