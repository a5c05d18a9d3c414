"""What every folder has in which a process works: how far it has come, what it said, who works there.

::

    state.json events.jsonl notes.json        how it went
    process.json                              who works on it; there only while someone does, or after he was killed
    error.log                                 only after an unexpected failure
    synthetic.parquet synthetic.csv           synthetic rows
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Self

from core.errors import Problem, RunError
from core.events import Event
from core.runs import files
from core.runs.folder import Folder
from core.runs.process import Worker
from core.runs.state import ENDED, State, Status, now

if TYPE_CHECKING:
    import pandas as pd

STATE = "state.json"
PROCESS = "process.json"
EVENTS = "events.jsonl"
NOTES = "notes.json"
LITTER = (f".*{files.TEMPORARY}", f"*/.*{files.TEMPORARY}", ".*.part")


class JobFolder(Folder):
    """A folder in which a process works.

    Args:
        path: The folder.
    """

    @classmethod
    def open(cls, path: Path) -> Self:
        """Come back to it.

        Raises:
            RunError: There is no run at ``path``, or its ``state.json`` cannot be read.
        """
        if not (path / STATE).is_file():
            raise RunError(f"{path} is not a run folder: it has no {STATE}.", field="run")
        folder = cls(path)
        folder.state()
        return folder

    @property
    def home(self) -> Path:
        """The folder beside whose runs this one waits for its turn."""
        return self.path.resolve().parent

    def state(self) -> State:
        """How far it has come, by its own word; :func:`core.runs.jobs.look` sees whether it still lives."""
        return self._parsed(State, STATE)

    def update_state(
        self,
        *,
        status: Status | None = None,
        stage: str | None = None,
        message: str | None = None,
        problem: Problem | None = None,
    ) -> State:
        """Change what is given, keep the rest; a status that ends the run sets the time of the end.

        A problem is not kept: it belongs to the end that it explains.
        """
        old = self.state()
        status = status or old.status
        new = State(
            status=status,
            stage=old.stage if stage is None else stage,
            message=old.message if message is None else message,
            problem=problem,
            started=old.started,
            finished=None if status not in ENDED else old.finished or now(),
        )
        self._write_state(new)
        return new

    def check_goes_on(self) -> None:
        """Whether there is anything to go on with.

        Raises:
            RunError: There is not; the sentence says why.
        """
        if self.state().status is Status.DONE:
            raise RunError(f"{self.path} is finished; there is nothing to resume.")

    def process(self) -> Worker | None:
        """Who works on it, or did until he was killed."""
        try:
            return self._parsed(Worker, PROCESS)
        except (RunError, FileNotFoundError):  # it may end at this moment
            return None

    def save_process(self, worker: Worker) -> None:
        """Keep who works on it."""
        self._write(PROCESS, worker.model_dump(mode="json"))

    def forget_process(self) -> None:
        """Nobody works on it any more."""
        self._at(PROCESS).unlink(missing_ok=True)

    def sweep(self) -> None:
        """Remove half-written files that a killed process left."""
        for pattern in LITTER:
            for path in self.path.glob(pattern):
                path.unlink(missing_ok=True)

    def append_event(self, event: Event) -> None:
        """Add one event to ``events.jsonl`` and hand it to the disk's reader at once; fits as a listener."""
        with self._at(EVENTS).open("a", encoding="utf-8") as stream:
            stream.write(_line(event))

    def events(self) -> list[Event]:
        """All whole events so far; a line that is still being written is left for the next call."""
        path = self._at(EVENTS)
        if not path.is_file():
            return []
        lines = path.read_bytes().split(b"\n")[:-1]
        try:
            return [Event(**json.loads(line)) for line in lines]
        except (ValueError, TypeError) as error:
            raise self._damaged(EVENTS) from error

    def keep_events(self, stages: Collection[str]) -> None:
        """Keep the events of these stages only: the others are about to be told again. Mends a half-written line."""
        kept = [_line(event) for event in self.events() if event.stage in stages]
        files.write_text(self._at(EVENTS), "".join(kept))

    def save_notes(self, notes: Sequence[str]) -> None:
        """Keep the sentences about what was left out, set aside or reinterpreted."""
        self._write(NOTES, list(notes))

    def add_notes(self, notes: Sequence[str]) -> None:
        """Keep further sentences; one that is there already is not said twice."""
        self.save_notes(list(dict.fromkeys([*self.notes(), *notes])))

    def notes(self) -> list[str]:
        """The sentences kept by :meth:`save_notes`; empty if there are none."""
        if not self._at(NOTES).is_file():
            return []
        found = self._json(NOTES)
        if not isinstance(found, list):
            raise self._damaged(NOTES)
        return [str(note) for note in found]

    def save_synthetic(self, frame: pd.DataFrame) -> None:
        """Keep the synthetic rows as ``synthetic.parquet``."""
        with files.replacing(self.synthetic_parquet) as temporary:
            frame.to_parquet(temporary, index=False)

    def synthetic(self) -> pd.DataFrame:
        """The synthetic rows."""
        return self._read_table("synthetic.parquet")

    @property
    def synthetic_parquet(self) -> Path:
        """Path of the synthetic rows, typed."""
        return self._at("synthetic.parquet")

    @property
    def synthetic_csv(self) -> Path:
        """Path of the synthetic rows, written like the source's own file."""
        return self._at("synthetic.csv")

    @property
    def synthetic_zip(self) -> Path:
        """Path of the synthetic images with their labels, where the rows are of images."""
        return self._at("synthetic.zip")

    @property
    def error_log(self) -> Path:
        """Path of the note that an unexpected failure leaves."""
        return self._at("error.log")

    def save_error(self, text: str) -> Path:
        """Keep what is known about an unexpected failure; returns its path."""
        files.write_text(self.error_log, text)
        return self.error_log

    def _write_state(self, state: State) -> None:
        self._write(STATE, state.model_dump(mode="json"))


def _line(event: Event) -> str:
    return json.dumps(files.finite(asdict(event)), ensure_ascii=False, allow_nan=False) + "\n"
