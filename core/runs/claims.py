"""The folders that this process works on, and which of its threads does."""

from __future__ import annotations

import threading
from pathlib import Path

_claims: dict[Path, tuple[int, str]] = {}


def take(path: Path, claim: str) -> None:
    """Record that this thread works on the folder, under the claim of its process file."""
    _claims[path.resolve()] = (threading.get_ident(), claim)


def release(path: Path) -> None:
    """Record that no thread works on the folder."""
    _claims.pop(path.resolve(), None)


def is_taken(path: Path) -> bool:
    """Return whether a thread of this process works on the folder."""
    return path.resolve() in _claims


def is_mine(path: Path) -> bool:
    """Return whether this thread works on the folder."""
    return path.resolve() in _claims and _claims[path.resolve()][0] == threading.get_ident()


def of(path: Path) -> str | None:
    """Return the claim under which this process works on the folder."""
    return _claims[path.resolve()][1] if path.resolve() in _claims else None
