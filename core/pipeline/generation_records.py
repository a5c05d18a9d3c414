"""Records of a generation: costs and repaired labels."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Tag
from core.audit.metrics.shares import rates
from core.audit.records import Record
from core.audit.statistics.confusion import count, polarities, single_group
from core.data.groups import (
    GroupedFrame,
    Grouping,
    attribute_name,
    group_labels,
    group_order,
    negative_name,
    positive_name,
)
from core.data.schema import Schema
from core.synthesis.base import Sample
from core.synthesis.evaluation import Measurement

PROTOCOL = "generation"


def measurement_records(measurements: Iterable[Measurement]) -> list[Record]:
    """Convert measurements of a synthesizer to records."""
    return [
        Record(
            source=item.source, protocol=PROTOCOL, metric=item.metric, split="train", value=item.value, note=item.note
        )
        for item in measurements
    ]


def learning_record(source: str, seconds: float) -> Record:
    """Return the wall-clock seconds of all stages of the fit."""
    return measurement_records([Measurement(source, "seconds_learning", seconds, "Wall-clock seconds.")])[0]


def sampling_records(source: str, rows: int, seconds: float, parameters: int) -> list[Record]:
    """Return the costs of generating the rows once: time and parameters."""
    return measurement_records(
        [
            Measurement(source, "seconds_generating", seconds, f"Wall-clock seconds for {rows:,} rows."),
            Measurement(source, "parameters", parameters, "Trained parameters of the networks that generate rows."),
        ]
    )


def repair_records(sample: Sample, schema: Schema) -> list[Record]:
    """Return what label repair changed, overall and by group; empty without label repair.

    The share of changed labels, and of those that calibration changed; and the shares of positive outcomes that became
    others and of others that became positive, each of those that had it, in both polarities and for every attribute.
    """
    if sample.changed is None or sample.corrected is None or sample.flipped is None:
        return []
    name = attribute_name(schema.sensitive)
    labels = group_labels(sample.frame, schema, schema.sensitive)
    groups = [None, *map(str, sorted(set(labels), key=group_order(schema, schema.sensitive)))]
    shares = [
        Record(
            source="synthetic",
            protocol=PROTOCOL,
            metric=metric,
            sensitive=name if group else None,
            group=group,
            positive=positive_name(schema),
            split="all",
            value=float(part.mean()),
            n=len(part),
            note=note,
        )
        for metric, marked, note in (
            ("labels_changed", sample.changed, "Share of rows with another label than the decoder drew."),
            ("labels_corrected", sample.corrected, "Share of rows with another label than was drawn from the code."),
        )
        for group in groups
        for part in (marked if group is None else marked[labels == group],)
    ]
    return shares + _moved_outcomes(GroupedFrame(sample.frame, schema), sample.flipped)


def _moved_outcomes(rows: GroupedFrame, flipped: NDArray[np.bool_]) -> list[Record]:
    schema = rows.schema
    before = np.where(flipped, 1 - rows.labels, rows.labels).astype(np.int8)
    names = positive_name(schema), negative_name(schema, rows.frame)
    everybody: list[tuple[str | None, Grouping]] = [(None, single_group(len(rows)))]
    found = []
    for attribute, grouping in [*everybody, *rows.groupings.items()]:
        for positive, counts in polarities(count(before, rows.labels, grouping), names):
            tag = Tag("synthetic", PROTOCOL, attribute, positive, split="all")
            for metric, moved, had in (
                ("outcomes_lowered", counts.fn, counts.tp + counts.fn),
                ("outcomes_raised", counts.fp, counts.tn + counts.fp),
            ):
                shares = rates(moved, had, minimum=schema.min_group_size, sizes=counts.n, why="no row had that outcome")
                found += [
                    tag.record(metric, share, group=None if attribute is None else group)
                    for group, share in zip(counts.names, shares, strict=True)
                ]
    return found
