"""Records of a generation, whatever was generated: costs, repaired outcomes, and how teacher and student decode."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from core.audit.metrics.distillation import agreement_records
from core.audit.records import Record
from core.data.groups import attribute_name, group_labels, group_order, positive_name
from core.data.schema import Schema
from core.synthesis.base import Sample
from core.synthesis.evaluation import CodeReconstructions, Measurement, PixelReconstructions, Reconstructions

PROTOCOL = "generation"


def measurement_records(figures: Iterable[Measurement]) -> list[Record]:
    """Figures of a synthesizer as records."""
    return [
        Record(source=one.source, protocol=PROTOCOL, metric=one.metric, split="train", value=one.value, note=one.note)
        for one in figures
    ]


def learning_record(source: str, seconds: float) -> Record:
    """How long the fit took, all stages together."""
    return measurement_records([Measurement(source, "seconds_learning", seconds, "Wall-clock seconds.")])[0]


def sampling_records(source: str, rows: int, seconds: float, parameters: int) -> list[Record]:
    """What it takes to generate so many rows once."""
    return measurement_records(
        [
            Measurement(source, "seconds_generating", seconds, f"Wall-clock seconds for {rows:,} rows."),
            Measurement(source, "parameters", parameters, "Trained numbers of the networks that make rows."),
        ]
    )


def repair_records(sample: Sample, schema: Schema) -> list[Record]:
    """Share of labels that label repair changed, overall and by group; nothing where labels are not repaired."""
    if sample.changed is None:
        return []
    name = attribute_name(schema.sensitive)
    labels = group_labels(sample.frame, schema, schema.sensitive)
    parts: dict[str | None, np.ndarray] = {None: sample.changed}
    parts |= {
        str(group): sample.changed[labels == group]
        for group in sorted(set(labels), key=group_order(schema, schema.sensitive))
    }
    return [
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
            note="Share of rows whose label the fair label channel changed.",
        )
        for group, part in parts.items()
    ]


def reconstruction_records(schema: Schema, found: Reconstructions | None) -> list[Record]:
    """How far teacher and student decode the same hold-out rows alike; nothing where nothing is decoded."""
    match found:
        case CodeReconstructions():
            return agreement_records(schema, found.frame, found.columns, found.sampled, found.most_likely)
        case PixelReconstructions():
            return _pixel_records(found)
        case None:
            return []


def _pixel_records(found: PixelReconstructions) -> list[Record]:
    """How far images are from what teacher and student decode them to, and those from one another."""
    real, decoded = found.real, found.decoded
    note = "Mean absolute difference of colours, 0 to 1, of hold-out images"
    pairs = [
        ("teacher", "decoded_error", real, decoded["teacher"], f"{note} and what they decode to."),
        ("student", "decoded_error", real, decoded["student"], f"{note} and what they decode to."),
        ("student", "decoded_difference", decoded["teacher"], decoded["student"], f"{note} by teacher and student."),
    ]
    return [
        Record(
            source=source,
            protocol="distillation",
            metric=metric,
            split="holdout",
            value=float(np.abs(one.astype(np.int16) - other).mean() / 255.0),
            n=len(real),
            note=text,
        )
        for source, metric, one, other, text in pairs
    ]
