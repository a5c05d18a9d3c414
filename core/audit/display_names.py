"""What people read in place of the short names in records. The glossary gives the field's terms beside them."""

from __future__ import annotations

from typing import Final

from core.audit import repair_level
from core.audit.glossary import PROTOCOLS
from core.audit.records import Status
from core.data.groups import CROSS

_SOURCES: Final = {"constant": "always-the-same guess", "teacher": "full model", "student": "compact model"}
_SEES, _BLIND = "model sees the group", "model does not see the group"
_PROTOCOLS: Final = {
    "data": "the data",
    "A": _SEES,
    "B": _BLIND,
    "C": "latent features",
    "D": "self-test",
    "change": f"change, {_SEES}",
    "change B": f"change, {_BLIND}",
    "generators": f"draws of the generator, {_SEES}",
    "generators B": f"draws of the generator, {_BLIND}",
    repair_level.PROTOCOLS["A"]: f"search for the repair level, {_SEES}",
    repair_level.PROTOCOLS["B"]: f"search for the repair level, {_BLIND}",
    "file": "the file itself",
    "explanation": "drivers",
    "overlay": "similarity map",
    "local_law_144": "NYC bias audit",
}
_STATUSES: Final = {
    Status.SMALL_N: "too few rows",
    Status.DEGENERATE: "no better than guessing",
}


def source_name(source: str) -> str:
    """Return the name of a source for people; a file from elsewhere keeps its own.

    >>> source_name("student"), source_name("other.csv")
    ('compact model', 'other.csv')
    """
    return _SOURCES.get(source, source)


def protocol_name(protocol: str) -> str:
    """Return the name of a protocol for people; one that is not known keeps its own.

    >>> protocol_name("A"), protocol_name("C"), protocol_name("fidelity")
    ('model sees the group', 'latent features', 'fidelity')
    """
    return _PROTOCOLS.get(protocol, protocol)


def protocol_heading(protocol: str) -> str:
    """Return the name of a protocol as a heading.

    >>> protocol_heading("overlay")
    'Similarity map'
    """
    name = protocol_name(protocol)
    return f"{name[:1].upper()}{name[1:]}"


def protocol_entry(protocol: str) -> str:
    """Return the glossary's head for a protocol: its name for people, and its letter or name in records.

    >>> protocol_entry("A"), protocol_entry("fidelity")
    ('model sees the group (protocol A)', 'fidelity')
    """
    name = protocol_name(protocol)
    return name if name == protocol or protocol not in PROTOCOLS else f"{name} (protocol {protocol})"


def source_entry(source: str) -> str:
    """Return the glossary's head for a source: its name for people, and that in records.

    >>> source_entry("teacher"), source_entry("original")
    ('full model (teacher)', 'original')
    """
    name = source_name(source)
    return name if name == source else f"{name} ({source})"


def attribute_title(sensitive: str) -> str:
    """Return the name of a sensitive attribute for people; crossed columns are joined in words.

    >>> attribute_title("sex"), attribute_title("race × sex")
    ('sex', 'race and sex combined')
    """
    columns = sensitive.split(CROSS)
    if len(columns) == 1:
        return sensitive
    return f"{', '.join(columns[:-1])} and {columns[-1]} combined"


def status_name(status: Status | str) -> str:
    """Return a status in words.

    >>> status_name(Status.DEGENERATE), status_name("undefined")
    ('no better than guessing', 'undefined')
    """
    return _STATUSES.get(Status(status), Status(status).value)


def split_name(split: str) -> str:
    """Return the name of a split for people.

    >>> split_name("holdout"), split_name("all")
    ('test rows', 'all rows')
    """
    return f"{'test' if split == 'holdout' else split} rows"
