"""The files of a job: how far it has come, what it reported, which process works on it.

::

    state.json events.jsonl     how it went
    process.json                which process works on it; there only while one does, or after that process was killed
    error.log                   only after an unexpected failure
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict
from pathlib import Path

from core.errors import Problem, RunError
from core.events import Event
from core.runs import files
from core.runs.process import Worker
from core.runs.state import ENDED, State, Status, now
from core.runs.stored_files import ModelFile, StoredFile, TextFile

STATE = "state.json"
PROCESS = "process.json"
_TEMPORARY = (f".*{files.TEMPORARY}", f"*/.*{files.TEMPORARY}", ".*.part")


class JobFiles:
    """State, events, process and error log of a run or a generation.

    Args:
        root: The folder of the run or the generation.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.error_log = TextFile(root, "error.log")
        self._state = ModelFile(root, STATE)
        self._process = ModelFile(root, PROCESS)
        self._events = StoredFile(root, "events.jsonl")

    def check_exists(self) -> None:
        """Raise a ``RunError`` if the folder has no state or the state cannot be read."""
        if not self._state.exists():
            raise RunError(f"{self.root} is not a run folder: it has no {STATE}.", field="run")
        self.state()

    def state(self) -> State:
        """How far the job has come, as its process last wrote; :func:`core.runs.jobs.status` sees whether it lives.

        Raises:
            RunError: The state is missing or damaged.
        """
        return self._state.read(State)

    def save_state(self, state: State) -> None:
        """Replace the state."""
        self._state.save(state)

    def update_state(
        self,
        *,
        status: Status | None = None,
        stage: str | None = None,
        message: str | None = None,
        problem: Problem | None = None,
    ) -> State:
        """Change what is given, keep the rest; a status that ends the job sets the time of the end.

        The old problem is dropped: it belongs to the end that it explains.
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
        self.save_state(new)
        return new

    def check_not_done(self) -> None:
        """Raise a ``RunError`` if the job is done."""
        if self.state().status is Status.DONE:
            raise RunError(f"{self.root} is finished; there is nothing to resume.")

    def process(self) -> Worker | None:
        """The process that works on the job, or did until it was killed."""
        try:
            return self._process.read(Worker)
        except (RunError, FileNotFoundError):  # it may end at this moment
            return None

    def save_process(self, worker: Worker) -> None:
        """Record the process that works on the job."""
        self._process.save(worker)

    def clear_process(self) -> None:
        """Record that no process works on the job any more."""
        self._process.remove()

    def append_event(self, event: Event) -> None:
        """Add one event; a reader of the file sees it at once. Fits as a listener."""
        with self._events.path.open("a", encoding="utf-8") as stream:
            stream.write(_line(event))

    def events(self) -> list[Event]:
        """All whole events so far; a line that is still being written is left for the next call.

        Raises:
            RunError: The file is damaged.
        """
        if not self._events.exists():
            return []
        lines = self._events.path.read_bytes().split(b"\n")[:-1]
        try:
            return [Event(**json.loads(line)) for line in lines]
        except (ValueError, TypeError) as error:
            raise self._events.damaged_error() from error

    def keep_events(self, stages: Collection[str]) -> None:
        """Keep the events of these stages only: the other stages are about to run again. Drops a half-written line."""
        kept = [_line(event) for event in self.events() if event.stage in stages]
        files.write_text(self._events.path, "".join(kept))

    def remove_temporary_files(self) -> None:
        """Remove half-written files that a killed process left."""
        for pattern in _TEMPORARY:
            for path in self.root.glob(pattern):
                path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove events, process and error log; the state stays."""
        for file in (self._events, self._process, self.error_log):
            file.remove()

    def remove_state(self) -> None:
        """Remove the state: the folder is no longer a job's."""
        self._state.remove()


def _line(event: Event) -> str:
    return json.dumps(files.nonfinite_to_none(asdict(event)), ensure_ascii=False, allow_nan=False) + "\n"
