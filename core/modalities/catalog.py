"""The modalities that there are. Another one is a package and an entry here."""

from __future__ import annotations

from typing import Final

from core.data.schema import Schema
from core.modalities.base import Modality
from core.modalities.image.modality import ImageModality
from core.modalities.table import TableModality

MODALITIES: Final[dict[str, Modality]] = {
    "image": ImageModality(),
    "table": TableModality(),  # last: it takes what no other one claims
}


def modality_of(schema: Schema) -> Modality:
    """The modality of data with this schema: the first one that matches it."""
    return next(one for one in MODALITIES.values() if one.matches(schema))
