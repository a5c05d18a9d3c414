"""How well teacher and student reconstruct images."""

from __future__ import annotations

import numpy as np

from core.audit.metrics.distillation import PROTOCOL
from core.audit.records import Record
from core.synthesis.evaluation import PixelReconstructions


def pixel_records(images: PixelReconstructions) -> list[Record]:
    """Compare images with their reconstructions by teacher and student, and the reconstructions with each other."""
    real, decoded = images.real, images.decoded
    note = "Mean absolute difference of colours, 0 to 1, of hold-out images"
    pairs = [
        ("teacher", "decoded_error", real, decoded["teacher"], f"{note} and their reconstructions."),
        ("student", "decoded_error", real, decoded["student"], f"{note} and their reconstructions."),
        (
            "student",
            "decoded_difference",
            decoded["teacher"],
            decoded["student"],
            f"{note}, as reconstructed by teacher and by student.",
        ),
    ]
    return [
        Record(
            source=source,
            protocol=PROTOCOL,
            metric=metric,
            split="holdout",
            value=float(np.abs(first.astype(np.int16) - second).mean() / 255.0),
            n=len(real),
            note=text,
        )
        for source, metric, first, second, text in pairs
    ]
