"""The one form in which a figure leaves the audit. Screen, report and benchmark read these and compute none of their own."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Status(StrEnum):
    """How far a figure can be trusted."""

    OK = "ok"
    UNDEFINED = "undefined"
    SMALL_N = "small_n"
    DEGENERATE = "degenerate"


class Record(BaseModel):
    """One figure with its interval, its n and where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(description="Whose rows: original, teacher, student, synthetic, constant, or an external name.")
    protocol: str = Field(description="data, A, B, C, D, fidelity, privacy or independence.")
    metric: str = Field(description="Name in the field's words, e.g. demographic_parity_ratio.")
    sensitive: str | None = Field(default=None, description="Sensitive attribute, crossed ones joined by ' × '.")
    group: str | None = Field(default=None, description="One group of it; null for a figure over all groups.")
    positive: str | None = Field(default=None, description="The target value counted as positive.")
    seed: int | None = Field(default=None, description="Classifier seed; null for a mean over seeds or a seedless figure.")
    split: str = Field(default="holdout", description="Rows on which it was measured: holdout, train, all.")
    value: float | None = Field(default=None, description="The figure; null when undefined.")
    low: float | None = Field(default=None, description="Lower bound of the 95 % interval.")
    high: float | None = Field(default=None, description="Upper bound of the 95 % interval.")
    interval: str | None = Field(default=None, description="How the interval was made, e.g. wilson.")
    n: int | None = Field(default=None, description="Rows behind the figure.")
    status: Status = Status.OK
    note: str = Field(default="", description="One sentence that the reader of the figure needs.")
