"""The one form in which a figure leaves the audit. Screen, report and benchmark read these and compute none."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

# Named here, where nothing slow is imported: screens tell its records from those of the audit at once.
BIAS_AUDIT = "local_law_144"


class Status(StrEnum):
    """How far a figure can be trusted."""

    OK = "ok"
    UNDEFINED = "undefined"
    SMALL_N = "small_n"
    DEGENERATE = "degenerate"


class Record(BaseModel):
    """One figure with its interval, its n and where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(
        description="Whose rows: original, teacher, student, synthetic, constant, an external name, or "
        "‘repair level 0.80’ for rows that were only tried."
    )
    protocol: str = Field(
        description="data, A, B, C, D, change, generators, frontier, fidelity, privacy, independence, distillation, "
        "explanation, overlay or generation; change, generators and frontier are of A, those of B have its letter "
        "behind."
    )
    metric: str = Field(description="Name in the field's words, e.g. demographic_parity_ratio.")
    sensitive: str | None = Field(default=None, description="Sensitive attribute, crossed ones joined by ' × '.")
    group: str | None = Field(default=None, description="One group of it; null for a figure over all groups.")
    positive: str | None = Field(default=None, description="The target value counted as positive.")
    seed: int | None = Field(
        default=None,
        description="Classifier seed, of change and generators the generator's; null for a mean over seeds or none.",
    )
    split: str = Field(
        default="holdout", description="Rows on which it was measured: holdout, validation, train, source, all."
    )
    value: float | None = Field(default=None, description="The figure; null when undefined.")
    low: float | None = Field(default=None, description="Lower bound of the 95 % interval.")
    high: float | None = Field(default=None, description="Upper bound of the 95 % interval.")
    interval: str | None = Field(default=None, description="How the interval was made, e.g. wilson.")
    n: int | None = Field(default=None, description="Rows behind the figure.")
    status: Status = Status.OK
    note: str = Field(default="", description="One sentence that the reader of the figure needs.")


def find(records: Iterable[Record], **filters: object) -> list[Record]:
    """The records whose fields equal all ``filters``, in order.

    >>> rows = [Record(source="original", protocol="A", metric="accuracy", value=0.8, seed=seed) for seed in (0, 1)]
    >>> [record.seed for record in find(rows, metric="accuracy", seed=1)]
    [1]
    """
    unknown = set(filters) - set(Record.model_fields)
    if unknown:
        raise TypeError(f"A record has no field {sorted(unknown)[0]!r}.")
    return [record for record in records if all(getattr(record, name) == value for name, value in filters.items())]


def figure(records: Iterable[Record], **filters: object) -> Record:
    """The one record whose fields equal all ``filters``.

    Raises:
        LookupError: None does, or several do.
    """
    found = find(records, **filters)
    if len(found) != 1:
        raise LookupError(f"{len(found)} records match {filters}; exactly one was wanted.")
    return found[0]
