"""Reading and writing inside one folder, where whatever is missing or damaged is said in a sentence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError

from core.errors import RunError
from core.runs import files

if TYPE_CHECKING:
    import pandas as pd

_Model = TypeVar("_Model", bound=BaseModel)


class Folder:
    """A folder whose files are named by their place in it, e.g. ``tables/train.parquet``.

    Args:
        path: The folder.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def _at(self, place: str) -> Path:
        return self.path / place

    def _write(self, place: str, payload: Any) -> None:
        files.write_json(self._at(place), payload)

    def _read_table(self, place: str) -> pd.DataFrame:
        import pandas as pd
        from pyarrow.lib import ArrowInvalid

        self._check_there(place)
        try:
            return pd.read_parquet(self._at(place))
        except (ArrowInvalid, OSError) as error:
            raise self._damaged(place) from error

    def _bytes(self, place: str) -> bytes:
        self._check_there(place)
        return self._at(place).read_bytes()

    def _text(self, place: str) -> str:
        try:
            return self._bytes(place).decode("utf-8")
        except UnicodeDecodeError as error:
            raise self._damaged(place) from error

    def _json(self, place: str) -> Any:
        try:
            return json.loads(self._text(place))
        except json.JSONDecodeError as error:
            raise self._damaged(place) from error

    def _mapping(self, place: str) -> dict[str, Any]:
        found = self._json(place)
        if not isinstance(found, dict):
            raise self._damaged(place)
        return found

    def _parsed(self, model: type[_Model], place: str) -> _Model:
        try:
            return model.model_validate_json(self._text(place))
        except ValidationError as error:
            raise self._damaged(place) from error

    def _check_there(self, place: str) -> None:
        if not self._at(place).is_file():
            raise RunError(
                f"The run in {self.path} has no {place}: it stopped before that was made, or is no such run."
            )

    def _damaged(self, place: str) -> RunError:
        return RunError(f"{place} of the run in {self.path} is damaged; restore the folder or repeat the run.")
