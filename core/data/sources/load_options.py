"""What a person may ask of data beside their name: the same from command line, app and Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

import pandas as pd

from core.data.schema import Schema


class LoadOptions(TypedDict, total=False):
    """Keyword options of `core.data.sources.catalog.load`; what is left out or ``None`` is the data's own default.

    Args:
        target: Header of the outcome; the default or the inferred one if left out.
        positive: Its positive value, as text.
        threshold: A numeric target is positive at or above it.
        sensitive: Headers of the sensitive columns; empty leaves the default or the inferred ones.
        bin_edges: Cut points by header of a numeric sensitive column.
        schema: An edited schema, instead of inference (roles given beside it still count).
        holdout: A file or frame of held-out rows; replaces the official one.
        encoding: Of the files, where they are CSV; found out if left out.
        rows: How many rows the demo draws.
        seed: Of all that is drawn here: the demo, colours and their hold-out, a sample of too many images. 0 if left
            out.
        bias: Share of the coloured digits in their own colour.
        image_size: Height and width that images get, 8 to 256.
        labels: The table of labels of a zip of images, where it is not in the zip.
    """

    target: str | None
    positive: str | None
    threshold: float | None
    sensitive: Sequence[str]
    bin_edges: Mapping[str, Sequence[float]] | None
    schema: Schema | None
    holdout: Path | pd.DataFrame | None
    encoding: str | None
    rows: int | None
    seed: int
    bias: float | None
    image_size: int | None
    labels: Path | None
