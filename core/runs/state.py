"""How far a run has come: the content of ``state.json``."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from core.errors import Problem


class Status(StrEnum):
    """Where a run stands.

    ``interrupted`` is never written: a process that is killed writes nothing. It is what the others see.
    """

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"


ENDED = frozenset({Status.DONE, Status.FAILED, Status.CANCELLED})


CANCELLED = "Cancelled. What was finished is kept."


class State(BaseModel):
    """One moment of a run."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    status: Status = Status.RUNNING
    stage: str = Field(default="", description="The stage being worked on, or the last one reached.")
    message: str = Field(default="", description="One sentence for a person, without any value of a row.")
    problem: Problem | None = Field(
        default=None, description="The same as data, if the run failed for a reason that a person can mend."
    )
    started: str = Field(description="ISO time, UTC.")
    finished: str | None = Field(default=None, description="ISO time, UTC; null while queued or running.")


def now() -> str:
    """The present moment as ISO text in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
