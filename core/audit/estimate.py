"""The estimate of a figure, before it becomes a record: value, interval, n, status and a note."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import isfinite

from core.audit.records import Record, Status
from core.audit.statistics.confidence import confidence

_IN_WORDS = {
    Status.SMALL_N: "Too few rows",
    Status.DEGENERATE: "No better than guessing",
    Status.UNDEFINED: "Undefined",
}
ONE_CLASSIFIER = "this classifier"
"""Stands in the name of an interval that holds for the trained classifier alone, not for the training procedure."""
SEVERITY = (Status.OK, Status.SMALL_N, Status.DEGENERATE, Status.UNDEFINED)


@dataclass(frozen=True, slots=True)
class Estimate:
    """The result of a metric function.

    Args:
        value: The figure; ``None`` when undefined.
        low: Lower bound of its interval, if it has one.
        high: Upper bound.
        interval: How the interval was made.
        n: Rows behind the figure (the denominator of a rate).
        status: How far it can be trusted.
        note: One sentence, without any value of a row.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    interval: str | None = None
    n: int | None = None
    status: Status = Status.OK
    note: str = ""


@dataclass(frozen=True, slots=True)
class Tag:
    """The fields of a record that say where its figure comes from; see `Record` for each."""

    source: str
    protocol: str
    sensitive: str | None = None
    positive: str | None = None
    seed: int | None = None
    split: str = "holdout"

    def record(self, metric: str, estimate: Estimate, *, group: str | None = None) -> Record:
        """Return the record of ``estimate`` under this tag."""
        return Record(
            source=self.source,
            protocol=self.protocol,
            metric=metric,
            sensitive=self.sensitive,
            group=group,
            positive=self.positive,
            seed=self.seed,
            split=self.split,
            value=estimate.value,
            low=estimate.low,
            high=estimate.high,
            interval=estimate.interval,
            confidence=confidence(),
            n=estimate.n,
            status=estimate.status,
            note=estimate.note,
        )


def undefined(note: str, n: int | None = None) -> Estimate:
    """Return an estimate without a value. The note says why."""
    return Estimate(None, n=n, status=Status.UNDEFINED, note=note)


def estimate(
    value: float, low: float, high: float, interval: str, n: int, *, why: str = "its denominator is 0"
) -> Estimate:
    """Return an estimate from floats in which NaN means undefined: no value, or no bounds.

    >>> estimate(float("nan"), 0, 1, "wilson", 0).status.value
    'undefined'
    """
    if not isfinite(value):
        return undefined(f"Undefined: {why}.", n)
    if not (isfinite(low) and isfinite(high)):
        return Estimate(float(value), n=n, note="Too few rows for an interval.")
    return Estimate(float(value), float(min(low, value)), float(max(high, value)), interval, n)


def sentence(*parts: str) -> str:
    """Join notes into one. Empty notes are left out."""
    return " ".join(part for part in parts if part)


def mean_over_seeds(records: Sequence[Record]) -> Record:
    """Return one record for the same figure under several classifier seeds: mean value and mean bounds.

    The bounds give the uncertainty for one trained classifier. The records of the single seeds show how much seeds
    differ. If the figure is undefined for one seed, its mean is undefined. The mean has the worst status of the seeds.
    """
    first = records[0]
    status = max((record.status for record in records), key=SEVERITY.index)
    notes = {record.note for record in records}
    note = notes.pop() if len(notes) == 1 else ""
    affected = [str(record.seed) for record in records if record.status is status]
    if status is not Status.OK and len(affected) < len(records):
        which = f"{len(affected)} of {len(records)} classifier seeds (seed {', '.join(affected)})"
        note = sentence(f"{_IN_WORDS[status]} with {which}.", note)
    values = {name: _mean([getattr(record, name) for record in records]) for name in ("value", "low", "high")}
    if values["value"] is None:
        values = dict.fromkeys(values)
    bounded = values["low"] is not None and values["high"] is not None
    numbers = {record.n for record in records}
    return first.model_copy(
        update={
            **values,
            "seed": None,
            "status": status,
            "note": note,
            "interval": f"mean over {len(records)} seeds of {first.interval}" if bounded and first.interval else None,
            "n": numbers.pop() if len(numbers) == 1 else round(_mean([record.n or 0 for record in records]) or 0),
        }
    )


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(values) else None


def degenerate(figure: Estimate, note: str) -> Estimate:
    """Return the estimate marked as degenerate: its predictions are not measurably better than a constant."""
    return (
        replace(figure, status=Status.DEGENERATE, note=sentence(note, figure.note))
        if figure.status is Status.OK
        else figure
    )
