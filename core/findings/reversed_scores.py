"""Scores that rank people the wrong way round: a note, since the other figures of such a model mean the opposite."""

from __future__ import annotations

from collections.abc import Sequence

from core.audit.figure_text import interval, number
from core.audit.glossary import MODEL
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.data.groups import positive_name
from core.data.schema import Schema

_GUESSING = 0.5


def reversed_scores(records: Sequence[Record], schema: Schema) -> list[str]:
    """Return a sentence on each model whose AUC lies below one half with its whole interval.

    Args:
        records: Of an audit of decisions.
        schema: The positive value that the scores are of.
    """
    name = positive_name(schema)
    found = RecordSet(records).where(metric="auc", protocol=MODEL, sensitive=None, positive=name)
    return [
        f"The scores of {one.source!r} rank people with {name!r} below the others: AUC {number(one.value)} "
        f"{interval(one)}, where guessing has 0.5. They may be scores of the other outcome; if so, turn their sign."
        for one in found.without(source="constant")
        if one.value is not None and one.high is not None and one.high < _GUESSING
    ]
