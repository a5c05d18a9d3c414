"""Waiting jobs. Each is a file in its folder, so that any number of them takes neither memory nor processor.

::

    RUN/queued.json  RUN/generated/NAME/queued.json     one ticket for each waiting job
    .evenhand-queue.json                                the process that starts them; see core.runs.queue_runner
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.runs import files
from core.runs.lease import Lease
from core.runs.process import PROCESS

TICKET: Final = "queued.json"
ANY_DEVICE: Final = "auto"
_PLACES: Final = ("*", "*/generated/*")


class Ticket(BaseModel):
    """A waiting job."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    since: int = Field(description="Time in nanoseconds since 1970 when it began to wait; the order of the queue.")
    device: str = Field(default=ANY_DEVICE, description="The device of its settings. One job of each works at a time.")


def write_ticket(folder: Path, ticket: Ticket) -> None:
    """Let the job in this folder wait."""
    files.write_json(folder / TICKET, ticket.model_dump(mode="json"))


def ticket_of(folder: Path) -> Ticket | None:
    """Return the ticket of the job in this folder, if it waits."""
    try:
        return Ticket.model_validate_json((folder / TICKET).read_bytes())
    except (OSError, ValidationError):
        return None


def remove_ticket(folder: Path) -> None:
    """Let the job in this folder wait no longer."""
    (folder / TICKET).unlink(missing_ok=True)


def waiting(queue: Path) -> list[tuple[Path, Ticket]]:
    """Return the waiting jobs of a queue with their folders, the next one first."""
    found = [(path.parent, ticket_of(path.parent)) for place in _PLACES for path in queue.glob(f"{place}/{TICKET}")]
    return sorted(
        ((folder, ticket) for folder, ticket in found if ticket is not None),
        key=lambda one: (one[1].since, one[0].as_posix()),
    )


def jobs_in(queue: Path) -> list[Path]:
    """Return the folders of all jobs of a queue: those that wait, then those that a living process works on."""
    folders = [folder for folder, _ in waiting(queue)]
    for path in [path for place in _PLACES for path in queue.glob(f"{place}/{PROCESS}")]:
        with suppress(OSError):
            if Lease(path).is_held():
                folders.append(path.parent)
    return list(dict.fromkeys(folders))


def runner(queue: Path) -> Lease:
    """Return the lease of the process that starts the waiting jobs of a queue."""
    return Lease(queue / ".evenhand-queue.json")
