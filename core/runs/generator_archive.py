"""A generator as one zip file that can be handed on: a manifest and the files that it names with their checksums.

::

    manifest.json      format, version, origin, what the file holds and does not, SHA-256 by name of file
    NAME               the files of the generator

A file from elsewhere is not trusted: the names of its entries and their sizes are checked before anything is read, and
nothing is unpacked on disk. Nothing is pickled.
"""

from __future__ import annotations

import hashlib
import io
import json
import lzma
import zipfile
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from core.errors import RunError, change
from core.runs import files

VERSION: Final = 3
MANIFEST: Final = "manifest.json"
MAX_BYTES: Final = 256 * 2**20
"""Maximum size of one entry, unpacked."""
_ENCRYPTED: Final = 0x1
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the same generator gives the same bytes


class GeneratorManifest(BaseModel):
    """What a file with a generator is.

    Args:
        format: Marks the file.
        version: Version of the format.
        evenhand: Version of Evenhand that wrote it.
        name: Name of the dataset.
        settings: Settings of the run, as JSON values.
        columns: Headers of the generated columns.
        groups: Names of the groups.
        holds: What the file holds of the real rows; one sentence each.
        lacks: What it does not hold, or does not guarantee; one sentence each.
        sha256: SHA-256 (hex) of every other file, by name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["evenhand generator"] = "evenhand generator"
    version: int = VERSION
    evenhand: str
    name: str
    settings: dict[str, Any]
    columns: tuple[str, ...]
    groups: tuple[str, ...]
    holds: tuple[str, ...]
    lacks: tuple[str, ...]
    sha256: dict[str, str] = {}


def packed(manifest: GeneratorManifest, contents: Mapping[str, bytes]) -> bytes:
    """Return the bytes of a zip file with these files; the manifest gets their checksums."""
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in contents.items()}
    stated = manifest.model_copy(update={"sha256": digests})
    payload = files.nonfinite_to_none(stated.model_dump(mode="json"))
    text = json.dumps(payload, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in {MANIFEST: text.encode("utf-8"), **contents}.items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unpacked(path: Path, names: Collection[str]) -> tuple[GeneratorManifest, dict[str, bytes]]:
    """Return the manifest of a zip file and the content of each of its other files, by name.

    Args:
        path: The zip file.
        names: The files that it must hold, beside the manifest.

    Raises:
        RunError: It is no such file, was changed, or is of another version; the sentence says what to do.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            if MANIFEST in archive.namelist() and not archive.getinfo(MANIFEST).flag_bits & _ENCRYPTED:
                _check_version(path, _content(path, archive, MANIFEST))  # another version has other files
            _check_entries(path, archive, {MANIFEST, *names})
            contents = {name: _content(path, archive, name) for name in (MANIFEST, *names)}
    except FileNotFoundError as error:
        raise RunError(f"There is no file {str(path)!r}.", field="run", remedies=[change("run")]) from error
    except (zipfile.BadZipFile, NotImplementedError, EOFError, zlib.error, lzma.LZMAError, OSError) as error:
        raise RunError(
            f"{path} is not a generator: it is no readable zip file. Write it again with `evenhand export`."
        ) from error
    manifest = _manifest(path, contents.pop(MANIFEST))
    for name, content in contents.items():
        if manifest.sha256.get(name) != hashlib.sha256(content).hexdigest():
            raise RunError(f"{name} in {path} is not the file that was exported: its checksum differs. {_AGAIN}")
    return manifest, contents


_AGAIN = "Get the file again from where it came, or export the run again."


def _check_entries(path: Path, archive: zipfile.ZipFile, names: Collection[str]) -> None:
    """Check names and stated sizes of all entries, before any of them is read."""
    found = [entry.filename for entry in archive.infolist()]
    for name in found:
        if name not in names:
            kind = "a path that leads out of it" if _leads_out(name) else "a file that no generator has"
            raise RunError(f"{path} holds {kind}: {name!r}. Do not use it. {_AGAIN}")
    lacking = sorted(set(names) - set(found))
    if lacking or len(found) > len(names):
        problem = f"lacks {', '.join(lacking)}" if lacking else "holds a file twice"
        raise RunError(f"{path} is not a complete generator: it {problem}. {_AGAIN}")
    for entry in archive.infolist():
        if entry.file_size > MAX_BYTES:
            raise _too_large(path, entry.filename)
        if entry.flag_bits & _ENCRYPTED:
            raise RunError(f"{entry.filename} in {path} is encrypted. {_AGAIN}")


def _leads_out(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]


def _content(path: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    """Return the content of an entry, whose stated size may be wrong."""
    with archive.open(name) as stream:
        content = stream.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise _too_large(path, name)
    return content


def _too_large(path: Path, name: str) -> RunError:
    return RunError(
        f"{name} in {path} is larger than {MAX_BYTES // 2**20} MB, which no generator needs. Do not use it. {_AGAIN}"
    )


def _check_version(path: Path, content: bytes) -> None:
    """Raise a `RunError` unless a manifest is of this version."""
    try:
        version = json.loads(content).get("version")
    except (ValueError, AttributeError, RecursionError) as error:
        raise _damaged_manifest(path) from error
    if version != VERSION:
        raise RunError(
            f"{path} has version {version} of the format, and this Evenhand reads version {VERSION}. Install the "
            "version of Evenhand that the manifest names, or export the run again."
        )


def _manifest(path: Path, content: bytes) -> GeneratorManifest:
    try:
        return GeneratorManifest.model_validate_json(content)
    except ValidationError as error:
        raise _damaged_manifest(path) from error


def _damaged_manifest(path: Path) -> RunError:
    return RunError(f"{MANIFEST} in {path} is damaged. {_AGAIN}")
