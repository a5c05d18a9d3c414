"""Records of a generation: costs and repaired labels."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.audit.estimate import Tag
from core.audit.metrics.formulas import share
from core.audit.records import Record
from core.data.groups import (
    GroupedFrame,
    attribute_name,
    group_labels,
    group_order,
    negative_name,
    positive_name,
    target_labels,
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
    """Return the share of labels that label repair changed, overall and by group; empty without label repair."""
    if sample.changed is None:
        return []
    name = attribute_name(schema.sensitive)
    labels = group_labels(sample.frame, schema, schema.sensitive)
    parts: dict[str | None, np.ndarray] = {None: sample.changed}
    parts |= {
        str(group): sample.changed[labels == group]
        for group in sorted(set(labels), key=group_order(schema, schema.sensitive))
    }
    changed = [
        Record(
            source="synthetic",
            protocol=PROTOCOL,
            metric="labels_changed",
            sensitive=name if group else None,
            group=group,
            positive=positive_name(schema),
            split="all",
            value=float(part.mean()),
            n=len(part),
            note="Share of rows whose label was changed by label repair.",
        )
        for group, part in parts.items()
    ]
    return [*changed, *_moved_records(sample.frame, sample.changed, schema)]


def _moved_records(frame: pd.DataFrame, changed: NDArray[np.bool_], schema: Schema) -> list[Record]:
    """Return the shares of outcomes taken away and given, of those with and without it, in both polarities."""
    after = target_labels(frame, schema) == 1
    before = after ^ changed
    members: list[tuple[str | None, str | None, NDArray[np.bool_]]] = [(None, None, np.ones(len(frame), dtype=bool))]
    for name, grouping in GroupedFrame(frame, schema).groupings.items():
        members += [(name, group, grouping.mask(group)) for group in grouping.names]
    records = []
    for positive, had in ((positive_name(schema), before), (negative_name(schema, frame), ~before)):
        for attribute, group, inside in members:
            tag = Tag("synthetic", PROTOCOL, attribute, positive, split="all")
            for metric, among in (("outcomes_lowered", had & inside), ("outcomes_raised", ~had & inside)):
                moved = share(int(changed[among].sum()), int(among.sum()), why="no such row was drawn")
                records.append(tag.record(metric, moved, group=group))
    return records
