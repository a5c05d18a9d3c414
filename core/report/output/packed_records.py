"""Records in a third of the space: column by column, texts once each and places for them.

As JSON::

    {"count": 2, "source": {"values": ["original"], "at": [0, 0]}, "value": [0.318, null], ...}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.audit.records import Record

_FIGURES: Final = ("value", "low", "high", "n")
"""Fields whose values hardly repeat."""


def packed(records: Sequence[Record]) -> dict[str, Any]:
    """Return the records as JSON values, nothing rounded."""
    rows = [record.model_dump(mode="json") for record in records]
    columns = {name: [row[name] for row in rows] for name in Record.model_fields}
    found = {name: column if name in _FIGURES else _coded(column) for name, column in columns.items()}
    return {"count": len(rows), **found}


def _coded(column: Sequence[Any]) -> dict[str, list[Any]]:
    place = {value: index for index, value in enumerate(dict.fromkeys(column))}
    return {"values": list(place), "at": [place[value] for value in column]}


def unpacked(payload: Mapping[str, Any]) -> list[Record]:
    """Return the records that :func:`packed` packed.

    Raises:
        KeyError: A column is missing.
        IndexError: A column is too short.
        ValueError: A value is none that a record can have.

    >>> record = Record(source="original", protocol="A", metric="accuracy", value=0.8)
    >>> unpacked(packed([record])) == [record]
    True
    """
    columns = {name: _values(payload[name]) for name in Record.model_fields}
    rows = range(int(payload["count"]))
    return [Record.model_validate({name: column[row] for name, column in columns.items()}) for row in rows]


def _values(column: Any) -> Sequence[Any]:
    if isinstance(column, Mapping):
        return [column["values"][place] for place in column["at"]]
    return list(column)
