"""The run folder: the only code that knows where in it a thing is kept.

::

    config.json schema.json environment.json state.json notes.json manifest.json   what was asked, and how it went
    encoding.json                                                                   how columns became codes
    events.jsonl                                                                    progress, one event a line
    metrics.json                                                                    the records of the audit
    weights/NAME.safetensors  tables/NAME.parquet                                   personal data: keep it as such
    synthetic.parquet synthetic.csv report.html                                     what is handed on
    error.log                                                                       only after an unexpected failure

Every file is written beside its place and then renamed. Nothing is pickled.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError

from core.data.schema import Schema, from_json
from core.errors import RunError, SchemaError
from core.events import Event
from core.runs import environment, files
from core.runs.folder import Folder
from core.runs.state import State, Status, now

if TYPE_CHECKING:
    import pandas as pd
    import torch

_Model = TypeVar("_Model", bound=BaseModel)
_STATE = "state.json"
_PRODUCTS = (
    "config.json",
    "schema.json",
    "encoding.json",
    "environment.json",
    "events.jsonl",
    "notes.json",
    "manifest.json",
    "metrics.json",
    "synthetic.parquet",
    "synthetic.csv",
    "report.html",
    "error.log",
)


class RunFolder(Folder):
    """One run on disk. Make it with :meth:`create`, come back to it with :meth:`open`.

    Args:
        path: The folder.
    """

    @classmethod
    def create(cls, path: Path) -> Self:
        """Start a run in a new or empty folder; an earlier run there is emptied first.

        Raises:
            RunError: ``path`` is a file, or a folder that holds something other than a run.
        """
        if path.exists() and not path.is_dir():
            raise RunError(f"{path} is a file; give a folder for the run with --out.")
        if path.is_dir() and any(path.iterdir()) and not (path / _STATE).is_file():
            raise RunError(f"{path} holds files that are not a run; give a new or empty folder with --out.")
        path.mkdir(parents=True, exist_ok=True)
        folder = cls(path)
        folder._write_state(State(started=now()))
        folder._remove_products()
        return folder

    @classmethod
    def open(cls, path: Path) -> Self:
        """Come back to a run.

        Raises:
            RunError: There is no run at ``path``, or its ``state.json`` cannot be read.
        """
        if not (path / _STATE).is_file():
            raise RunError(f"{path} is not a run folder: it has no {_STATE}. Give the folder named with --out.")
        folder = cls(path)
        folder.state()
        return folder

    # -- what was asked, and how it went -------------------------------------------------------------------------

    def save_config(self, config: BaseModel) -> None:
        """Keep the settings of the run."""
        self._write("config.json", config.model_dump(mode="json"))

    def config(self) -> dict[str, Any]:
        """The settings, as JSON values."""
        return self._mapping("config.json")

    def save_schema(self, schema: Schema) -> None:
        """Keep kinds, roles and groups of the table."""
        self._write("schema.json", schema.model_dump(mode="json"))

    def schema(self) -> Schema:
        """The table's schema."""
        try:
            return from_json(self._text("schema.json"))
        except SchemaError as error:
            raise self._damaged("schema.json") from error

    def save_encoding(self, encoding: BaseModel) -> None:
        """Keep how columns became codes."""
        self._write("encoding.json", encoding.model_dump(mode="json"))

    def encoding(self, model: type[_Model]) -> _Model:
        """How columns became codes, checked as a ``model``."""
        return self._parsed(model, "encoding.json")

    def save_environment(self, device: str, threads: int | None = None) -> None:
        """Keep versions, platform, device and threads."""
        self._write("environment.json", environment.describe(device, threads))

    def environment(self) -> dict[str, Any]:
        """Versions, platform, device and threads of the run."""
        return self._mapping("environment.json")

    def save_manifest(self, manifest: Mapping[str, Any]) -> None:
        """Keep facts about data and method that the report prints, e.g. data hash, row counts; JSON values only."""
        self._write("manifest.json", dict(manifest))

    def manifest(self) -> dict[str, Any]:
        """The facts kept by :meth:`save_manifest`; empty if there are none."""
        return self._mapping("manifest.json") if self._at("manifest.json").is_file() else {}

    def state(self) -> State:
        """Where the run stands."""
        return self._parsed(State, _STATE)

    def update_state(
        self, *, status: Status | None = None, stage: str | None = None, message: str | None = None
    ) -> State:
        """Change what is given, keep the rest; a status other than running sets the time of the end."""
        old = self.state()
        status = status or old.status
        new = State(
            status=status,
            stage=old.stage if stage is None else stage,
            message=old.message if message is None else message,
            started=old.started,
            finished=None if status is Status.RUNNING else old.finished or now(),
        )
        self._write_state(new)
        return new

    def append_event(self, event: Event) -> None:
        """Add one event to ``events.jsonl`` and hand it to the disk's reader at once; fits as a listener."""
        line = json.dumps(files.finite(asdict(event)), ensure_ascii=False, allow_nan=False)
        with self._at("events.jsonl").open("a", encoding="utf-8") as stream:
            stream.write(line + "\n")

    def events(self) -> list[Event]:
        """All whole events so far; a line that is still being written is left for the next call."""
        path = self._at("events.jsonl")
        if not path.is_file():
            return []
        lines = path.read_text(encoding="utf-8").split("\n")[:-1]
        try:
            return [Event(**json.loads(line)) for line in lines]
        except (ValueError, TypeError) as error:
            raise self._damaged("events.jsonl") from error

    # -- what was found ------------------------------------------------------------------------------------------

    def save_notes(self, notes: Sequence[str]) -> None:
        """Keep the sentences about what was left out, set aside or reinterpreted."""
        self._write("notes.json", list(notes))

    def notes(self) -> list[str]:
        """The sentences kept by :meth:`save_notes`; empty if there are none."""
        if not self._at("notes.json").is_file():
            return []
        found = self._json("notes.json")
        if not isinstance(found, list):
            raise self._damaged("notes.json")
        return [str(note) for note in found]

    def save_metrics(self, records: Sequence[BaseModel]) -> None:
        """Keep the audit's records, one a line; undefined figures are null."""
        files.write_json_lines(self._at("metrics.json"), [record.model_dump(mode="json") for record in records])

    def metrics(self, model: type[_Model]) -> list[_Model]:
        """The audit's records, each checked as a ``model``."""
        try:
            return TypeAdapter(list[model]).validate_json(self._text("metrics.json"))  # type: ignore[valid-type]
        except ValidationError as error:
            raise self._damaged("metrics.json") from error

    # -- weights and tables --------------------------------------------------------------------------------------

    def save_tensors(self, name: str, tensors: Mapping[str, torch.Tensor]) -> None:
        """Keep named tensors as ``weights/NAME.safetensors``."""
        from safetensors.torch import save

        content = save({key: tensor.detach().cpu().contiguous().clone() for key, tensor in tensors.items()})
        files.write_bytes(self._at(f"weights/{name}.safetensors"), content)

    def tensors(self, name: str) -> dict[str, torch.Tensor]:
        """The tensors kept under ``name``, on the CPU."""
        from safetensors import SafetensorError
        from safetensors.torch import load

        place = f"weights/{name}.safetensors"
        try:
            return dict(load(self._bytes(place)))
        except SafetensorError as error:
            raise self._damaged(place) from error

    def save_table(self, name: str, frame: pd.DataFrame) -> None:
        """Keep a table as ``tables/NAME.parquet``."""
        self._write_table(self._at(f"tables/{name}.parquet"), frame)

    def table(self, name: str) -> pd.DataFrame:
        """The table kept under ``name``."""
        return self._read_table(f"tables/{name}.parquet")

    def has_table(self, name: str) -> bool:
        """Whether a table is kept under ``name``."""
        return self._at(f"tables/{name}.parquet").is_file()

    def save_synthetic(self, frame: pd.DataFrame) -> None:
        """Keep the synthetic rows as ``synthetic.parquet``."""
        self._write_table(self.synthetic_parquet, frame)

    def synthetic(self) -> pd.DataFrame:
        """The synthetic rows."""
        return self._read_table("synthetic.parquet")

    # -- what is handed on ---------------------------------------------------------------------------------------

    @property
    def synthetic_parquet(self) -> Path:
        """Path of the synthetic rows, typed."""
        return self._at("synthetic.parquet")

    @property
    def synthetic_csv(self) -> Path:
        """Path of the synthetic rows, written like the source's own file."""
        return self._at("synthetic.csv")

    @property
    def report_html(self) -> Path:
        """Path of the report."""
        return self._at("report.html")

    @property
    def error_log(self) -> Path:
        """Path of the note that an unexpected failure leaves."""
        return self._at("error.log")

    def save_report(self, html: str) -> Path:
        """Keep the report; returns its path."""
        files.write_text(self.report_html, html)
        return self.report_html

    def save_error(self, text: str) -> Path:
        """Keep what is known about an unexpected failure; returns its path."""
        files.write_text(self.error_log, text)
        return self.error_log

    def hashes(self) -> dict[str, str]:
        """SHA-256 of schema, records, weights, tables and synthetic files, by their place in the folder."""
        names = ("schema.json", "encoding.json", "metrics.json", "synthetic.parquet", "synthetic.csv")
        kept = [self._at(name) for name in names if self._at(name).is_file()]
        kept += sorted(self.path.glob("weights/*.safetensors")) + sorted(self.path.glob("tables/*.parquet"))
        return {path.relative_to(self.path).as_posix(): files.sha256(path) for path in kept}

    def _write_state(self, state: State) -> None:
        self._write(_STATE, state.model_dump(mode="json"))

    def _remove_products(self) -> None:
        old = [self._at(name) for name in _PRODUCTS]
        old += [*self.path.glob("weights/*.safetensors"), *self.path.glob("tables/*.parquet")]
        for path in old:
            path.unlink(missing_ok=True)


def find(parent: Path) -> list[RunFolder]:
    """All runs directly under ``parent``, the newest first; folders that cannot be read are left out."""
    found = []
    for path in sorted(parent.iterdir()) if parent.is_dir() else []:
        try:
            folder = RunFolder.open(path)
            found.append((folder.state().started, folder))
        except RunError:
            continue
    return [folder for _, folder in sorted(found, key=lambda pair: pair[0], reverse=True)]
