"""All modalities. `core.modalities.base` says what a new one takes."""

from __future__ import annotations

from typing import Final

from core.data.schema import Schema
from core.modalities.base import Modality
from core.modalities.image.modality import ImageModality
from core.modalities.table import TableModality

MODALITIES: Final[dict[str, Modality]] = {"table": TableModality(), "image": ImageModality()}
"""By `core.data.schema.Schema.data_kind`."""


def modality_of(schema: Schema) -> Modality:
    """Return the modality of data with this schema."""
    return MODALITIES[schema.data_kind]
