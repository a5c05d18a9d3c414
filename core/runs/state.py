"""The state of a run: the content of ``state.json``."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from core.errors import Problem


class Status(StrEnum):
    """The status of a run.

    ``interrupted`` is never written, because a killed process writes nothing. Readers derive it.
    """

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


ENDED = frozenset({Status.DONE, Status.FAILED, Status.CANCELLED})


CANCELLED = "Cancelled. Finished stages are kept."


class State(BaseModel):
    """The state of a run at one moment."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status = Status.RUNNING
    stage: str = Field(default="", description="The current stage, or the last one.")
    message: str = Field(default="", description="One sentence for the user. It contains no value of a row.")
    problem: Problem | None = Field(
        default=None, description="The error as data, if the run failed for a reason that the user can correct."
    )
    started: str = Field(description="ISO time, UTC.")
    finished: str | None = Field(default=None, description="ISO time, UTC; null while queued or running.")


def now() -> str:
    """Return the current time in UTC as ISO text, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
