"""Atomic writes: after an interruption a file has either its old content or its new content, never a part of it."""

from __future__ import annotations

import hashlib
import json
import math
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

TEMPORARY = ".tmp"
PRIVATE = 0o600
"""Mode of a file that only its owner may read, whatever the umask."""


@contextmanager
def atomic_replace(path: Path, *, private: bool = False) -> Iterator[Path]:
    """Yield a temporary path in the same folder. On success it replaces ``path``; on failure ``path`` is unchanged.

    Args:
        path: The file to create or replace.
        private: Whether only its owner may read it. Otherwise the umask decides.

    Raises:
        OSError: The file cannot be written, e.g. the disk is full. The error names ``path``, not the temporary file.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid.uuid4().hex}{TEMPORARY}")
    try:
        if private:
            temporary.touch(mode=PRIVATE)
        yield temporary
        _flush(temporary)
        os.replace(temporary, path)  # noqa: PTH105  # a function of a module, so that tests can make it fail
    except OSError as error:
        if error.errno is not None:
            error.filename = os.fspath(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)
    _flush(path.parent)


@contextmanager
def private_replace(path: Path) -> Iterator[Path]:
    """Replace a file as :func:`atomic_replace` does. Only its owner may read it, or list its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.parent.chmod(0o700)
    with atomic_replace(path, private=True) as temporary:
        yield temporary


def write_bytes(path: Path, content: bytes, *, private: bool = False) -> None:
    """Replace a file's content atomically; see `atomic_replace`."""
    with atomic_replace(path, private=private) as temporary:
        temporary.write_bytes(content)


def write_text(path: Path, text: str, *, private: bool = False) -> None:
    """Replace a text file atomically. It is UTF-8, with the line ends of ``text``."""
    write_bytes(path, text.encode("utf-8"), private=private)


def write_json(path: Path, payload: Any, *, private: bool = False) -> None:
    """Replace a JSON file atomically. NaN and infinities become null, because JSON has no such numbers."""
    write_text(path, json_text(payload), private=private)


def json_text(payload: Any) -> str:
    """Return the text that :func:`write_json` writes."""
    return json.dumps(nonfinite_to_none(payload), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def write_json_lines(path: Path, rows: list[Any], *, private: bool = False) -> None:
    """Replace a JSON file of one list atomically. Each element has its own line, which makes versions easy to diff."""
    write_text(path, json_lines(rows), private=private)


def json_lines(rows: list[Any]) -> str:
    """Return the text that :func:`write_json_lines` writes."""
    lines = [json.dumps(nonfinite_to_none(row), ensure_ascii=False, allow_nan=False) for row in rows]
    return "[\n" + ",\n".join(lines) + "\n]\n" if lines else "[]\n"


def nonfinite_to_none(payload: Any) -> Any:
    """Return the same structure with every NaN and infinity replaced by ``None``.

    >>> nonfinite_to_none({"a": [1.0, float("nan")], "b": (float("inf"),)})
    {'a': [1.0, None], 'b': [None]}
    """
    if isinstance(payload, dict):
        return {str(key): nonfinite_to_none(value) for key, value in payload.items()}
    if isinstance(payload, list | tuple):
        return [nonfinite_to_none(value) for value in payload]
    if isinstance(payload, float) and not math.isfinite(payload):
        return None
    return payload


def sha256(path: Path) -> str:
    """Return the file's SHA-256 (hex)."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _flush(path: Path) -> None:
    """Flush a file or a folder to disk, if the system supports it."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except PermissionError:  # Windows does not open folders
        return
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
