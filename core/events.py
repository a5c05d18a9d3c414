"""Progress events: what long work reports while it runs. The command line draws a bar from them, the app a chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """One report of progress.

    Args:
        stage: What is being done, e.g. ``teacher``, ``student``, ``generate``, ``audit``.
        step: Steps done so far, 0 to ``total``.
        total: Steps in the stage, at least 1.
        losses: Named loss terms of the last step, if the stage trains something.
        seconds_left: Estimated seconds to the end of the stage, if known.
        message: One sentence for a person, without any value of a row.
        updates: Steps of the optimiser in the stage so far, if it trains something.
    """

    stage: str
    step: int
    total: int
    losses: dict[str, float] = field(default_factory=dict)
    seconds_left: float | None = None
    message: str = ""
    updates: int = 0


Listener = Callable[[Event], None]


def ignore(event: Event) -> None:
    """A listener that does nothing, for callers who do not watch."""
