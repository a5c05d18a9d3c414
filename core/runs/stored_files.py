"""The files of a run folder: one class for each kind of content.

Every write is atomic. Nothing is pickled. Errors name the missing or damaged file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from core.data.schema import Schema, from_json
from core.errors import RunError, SchemaError
from core.runs import environment, files

_Model = TypeVar("_Model", bound=BaseModel)
NO_FILE = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


class StoredFile:
    """One file of a run folder.

    Args:
        root: The run folder.
        name: The file's path in the folder, e.g. ``tables/train.parquet``.
        optional: Whether a missing file reads as empty.
        checksummed: Whether its checksum is recorded when the run ends; false for a file that may change later, or that
            differs between two equal runs.
        private: Whether it tells of single people, so that only its owner may read it.
        after_save: Called with ``name`` after each save.
    """

    def __init__(
        self,
        root: Path,
        name: str,
        *,
        optional: bool = False,
        checksummed: bool = True,
        private: bool = False,
        after_save: Callable[[str], None] | None = None,
    ) -> None:
        self.root = root
        self.name = name
        self.optional = optional
        self.checksummed = checksummed
        self.private = private
        self._after_save = after_save

    @property
    def path(self) -> Path:
        """Path of the file, which need not exist."""
        return self.root / self.name

    def exists(self) -> bool:
        """Return whether the file exists."""
        return self.path.is_file()

    def remove(self) -> None:
        """Remove the file if it exists."""
        self.path.unlink(missing_ok=True)

    def read_bytes(self) -> bytes:
        """Return the file's content.

        Raises:
            RunError: The file does not exist.
        """
        try:
            return self.path.read_bytes()
        except NO_FILE as error:
            raise self._missing_error() from error

    def read_text(self) -> str:
        """Return the file's content, decoded as UTF-8.

        Raises:
            RunError: The file does not exist or is not UTF-8.
        """
        try:
            return self.read_bytes().decode("utf-8")
        except UnicodeDecodeError as error:
            raise self.damaged_error() from error

    def check_exists(self) -> None:
        """Raise a ``RunError`` if the file does not exist."""
        if not self.exists():
            raise self._missing_error()

    def damaged_error(self) -> RunError:
        """Return the error to raise if the file's content is invalid."""
        return RunError(f"{self.name} of the run in {self.root} is damaged. Restore the folder or repeat the run.")

    def _missing_error(self) -> RunError:
        return RunError(
            f"The run in {self.root} has no {self.name}: it stopped too early, or it is another kind of run."
        )

    def _is_empty(self) -> bool:
        return self.optional and not self.exists()

    def _json(self) -> Any:
        try:
            return json.loads(self.read_text())
        except json.JSONDecodeError as error:
            raise self.damaged_error() from error

    def _json_object(self) -> dict[str, Any]:
        content = self._json()
        if not isinstance(content, dict):
            raise self.damaged_error()
        return content

    def _save_json(self, content: Any) -> None:
        files.write_json(self.path, content, private=self.private)
        self._saved()

    def _saved(self) -> None:
        if self._after_save is not None:
            self._after_save(self.name)


class TextFile(StoredFile):
    """A text, UTF-8."""

    def save(self, text: str) -> Path:
        """Save the text and return the file's path."""
        files.write_text(self.path, text, private=self.private)
        self._saved()
        return self.path


class BytesFile(StoredFile):
    """Binary content, e.g. a PDF."""

    def save(self, content: bytes) -> Path:
        """Save the bytes and return the file's path."""
        files.write_bytes(self.path, content, private=self.private)
        self._saved()
        return self.path


class JsonFile(StoredFile):
    """A JSON object, read as a dict."""

    def save(self, content: BaseModel | Mapping[str, Any]) -> None:
        """Save a model's fields or a mapping of JSON values."""
        self._save_json(content.model_dump(mode="json") if isinstance(content, BaseModel) else dict(content))

    def read(self) -> dict[str, Any]:
        """Return the object.

        Raises:
            RunError: The file is missing or damaged.
        """
        return {} if self._is_empty() else self._json_object()


class ModelFile(StoredFile):
    """A pydantic model, validated when it is read."""

    def save(self, content: BaseModel) -> None:
        """Save the model's fields."""
        self._save_json(content.model_dump(mode="json"))

    def read(self, model: type[_Model]) -> _Model:
        """Return the content, validated as a ``model``; its defaults if the file is optional and does not exist.

        Raises:
            RunError: The file is missing or damaged.
        """
        if self._is_empty():
            return model()
        try:
            return model.model_validate_json(self.read_text())
        except ValidationError as error:
            raise self.damaged_error() from error


class RecordsFile(StoredFile):
    """A list of pydantic models, one a line."""

    def save(self, records: Sequence[BaseModel]) -> None:
        """Save the records; NaN and infinities become null."""
        rows = [record.model_dump(mode="json") for record in records]
        files.write_json_lines(self.path, rows, private=self.private)
        self._saved()

    def read(self, model: type[_Model]) -> list[_Model]:
        """Return the records, each validated as a ``model``; none if the file is optional and does not exist.

        Raises:
            RunError: The file is missing or damaged.
        """
        if self._is_empty():
            return []
        try:
            return TypeAdapter(list[model]).validate_json(self.read_text())  # type: ignore[valid-type]
        except ValidationError as error:
            raise self.damaged_error() from error


class SchemaFile(StoredFile):
    """The schema: kinds, roles and groups of the table's columns."""

    def save(self, schema: Schema) -> None:
        """Save the schema."""
        self._save_json(schema.model_dump(mode="json"))

    def read(self) -> Schema:
        """Return the schema.

        Raises:
            RunError: The file is missing or damaged.
        """
        try:
            return from_json(self.read_text())
        except SchemaError as error:
            raise self.damaged_error() from error


class EnvironmentFile(StoredFile):
    """Versions, platform, device and threads of the run."""

    def save(self, device: str, threads: int | None = None) -> None:
        """Save the result of :func:`core.runs.environment.describe`."""
        self._save_json(environment.describe(device, threads))

    def read(self) -> dict[str, Any]:
        """Return versions, platform, device and threads.

        Raises:
            RunError: The file is missing or damaged.
        """
        return self._json_object()


class NotesFile(StoredFile):
    """Sentences about what was left out or reinterpreted."""

    def save(self, notes: Sequence[str]) -> None:
        """Save the sentences."""
        self._save_json(list(notes))

    def add(self, notes: Sequence[str]) -> None:
        """Add sentences, without duplicates."""
        self.save(list(dict.fromkeys([*self.read(), *notes])))

    def read(self) -> list[str]:
        """Return the sentences, if there are any.

        Raises:
            RunError: The file is damaged.
        """
        content = self._json() if self.exists() else []
        if not isinstance(content, list):
            raise self.damaged_error()
        return [str(note) for note in content]
