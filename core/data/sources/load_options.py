"""What a person asks of a built-in dataset, beside its name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LoadOptions:
    """What is left ``None`` is the dataset's own default.

    Args:
        rows: How many rows are drawn.
        seed: Of all that is drawn.
        bias: Share of the images that have their class's own colour.
        image_size: Height and width of the images.
    """

    rows: int | None = None
    seed: int = 0
    bias: float | None = None
    image_size: int | None = None
