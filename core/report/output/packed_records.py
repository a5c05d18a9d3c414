"""Records in a fifteenth of the space: column by column, texts once each and places for them, compressed.

The text is Base64 of zlib's compression of JSON::

    {"count": 2, "source": {"values": ["original"], "at": [0, 0]}, "value": [0.318, null], ...}
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.audit.records import Record

_FIGURES: Final = ("value", "low", "high", "n")
"""Fields whose values hardly repeat."""
_MOST_BYTES: Final = 2**28
"""Largest JSON that is unpacked; a report of ten thousand figures has a megabyte."""


def to_text(records: Sequence[Record]) -> str:
    """Return the records as letters, digits, ``+``, ``/`` and ``=``; nothing is rounded."""
    text = json.dumps(packed(records), ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode("utf-8"), 9)).decode("ascii")


def from_text(text: str) -> list[Record]:
    """Return the records that :func:`to_text` wrote.

    Raises:
        ValueError: It is no such text, or too large.
        KeyError: A column is missing.
        IndexError: A column is too short.

    >>> record = Record(source="original", protocol="A", metric="accuracy", value=0.8)
    >>> from_text(to_text([record])) == [record]
    True
    """
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(base64.b64decode(text, validate=True), _MOST_BYTES)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not reader.eof:
        raise ValueError("The text is cut off or too large.")
    return unpacked(json.loads(found))


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
