"""Find the modality of data. `core.data.data_kinds` names all; `core.modalities.base` says what a new one takes."""

from __future__ import annotations

from core.data.data_kinds import DATA_KINDS
from core.data.schema import Schema
from core.location import imported
from core.modalities.base import Modality


def modality_of(schema: Schema) -> Modality:
    """Return the modality of data with this schema."""
    modality: Modality = imported(DATA_KINDS[schema.data_kind].modality)()
    return modality
