"""The files of a job: its state, its events, and the process that works on it.

::

    state.json events.jsonl     state and progress events
    process.json                the process that works on it; exists while one does, or after that one was killed
    queued.json                 exists while it waits; see core.runs.tickets
    cancel                      exists while a process elsewhere is asked to stop
    error.log                   exists only after an unexpected failure
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from dataclasses import asdict
from pathlib import Path

from core import service_log
from core.errors import Problem, RunError
from core.events import Event
from core.runs import files
from core.runs.access import run_of
from core.runs.lease import Lease
from core.runs.process import PROCESS, Worker
from core.runs.state import ENDED, State, Status, now
from core.runs.stored_files import ModelFile, StoredFile, TextFile
from core.runs.tickets import TICKET, remove_ticket, ticket_of

STATE = "state.json"
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
        self.lease = Lease(root / PROCESS)
        self.cancel_request = TextFile(root, "cancel")
        self._events = StoredFile(root, "events.jsonl")

    def check_exists(self, may_open: Callable[[Path], bool] = lambda _: True) -> None:
        """Raise a ``RunError`` if the folder has no state or the state is not readable.

        Args:
            may_open: Whether who acts may open the folder. If not, the error is as if there were no run.
        """
        allowed = may_open(self.root)
        try:
            self.state()
        except RunError:
            if allowed and self._state.exists():
                raise
            allowed = False
        if not allowed:
            raise RunError(f"{self.root} is not a run folder: it has no {STATE}.", field="run")

    def state(self) -> State:
        """Return the state that the job's process wrote last; see :func:`core.runs.jobs.status` for the live status.

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
        """Change the given fields of the state. A status that ends the job also sets the end time.

        The problem of the old state is not carried over, because it explains an earlier end.
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
        if status is not old.status:
            service_log.LOGGER.info("A job is %s.", status, extra={"run": run_of(self.root).name})
        return new

    def check_not_done(self) -> None:
        """Raise a ``RunError`` if the job is done."""
        if self.state().status is Status.DONE:
            raise RunError(f"{self.root} is finished; there is nothing to resume.")

    def process(self) -> Worker | None:
        """Return the process that works on the job, or that did until it was killed."""
        return self.lease.worker()

    def is_taken(self) -> bool:
        """Return whether a living process works on the job, or the job waits for one."""
        return self.lease.is_held() or ticket_of(self.root) is not None

    def save_process(self, worker: Worker) -> None:
        """Record the process that works on the job."""
        self.lease.save(worker)

    def clear_process(self) -> None:
        """Record that no process works on the job."""
        self.lease.clear()

    def append_event(self, event: Event) -> None:
        """Append an event to the file. This method is a `core.events.Listener`."""
        with self._events.path.open("a", encoding="utf-8") as stream:
            stream.write(_line(event))

    def events(self) -> list[Event]:
        """Return all complete events so far. A half-written last line is left for the next call.

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
        """Remove the events of all other stages, which are about to run again, and a half-written last line."""
        lines = [_line(event) for event in self.events() if event.stage in stages]
        files.write_text(self._events.path, "".join(lines))

    def remove_temporary_files(self) -> None:
        """Remove the temporary files of a killed process."""
        for pattern in _TEMPORARY:
            for path in self.root.glob(pattern):
                path.unlink(missing_ok=True)

    def clear(self) -> None:
        """Remove events, process, ticket and error log, but not the state."""
        for file in (self._events, self.cancel_request, self.error_log):
            file.remove()
        self.lease.clear()
        remove_ticket(self.root)

    def owns(self, name: str) -> bool:
        """Return whether a job writes a file of this name in its folder."""
        mine = (self.error_log, self._state, self._events, self.cancel_request)
        return name in {PROCESS, TICKET, *(file.name for file in mine)}

    def remove_state(self) -> None:
        """Remove the state. The folder is then no longer that of a job."""
        self._state.remove()


def _line(event: Event) -> str:
    return json.dumps(files.nonfinite_to_none(asdict(event)), ensure_ascii=False, allow_nan=False) + "\n"
