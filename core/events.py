"""Progress events of long work. The command line shows them as a bar, the app as a chart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Event:
    """One report of progress.

    Args:
        stage: The current stage, e.g. ``teacher``, ``student``, ``generate``, ``audit``.
        step: Steps done so far, 0 to ``total``.
        total: Steps in the stage, at least 1.
        losses: Loss terms of the last step by name, if the stage trains a network.
        seconds_left: Estimated seconds to the end of the stage, if known.
        message: One sentence for the user. It contains no value of a row.
        updates: Optimiser steps in the stage so far, if it trains a network.
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
    """Do nothing: the listener of callers that need no progress events."""


Tell = Callable[[str], None]
"""Receives one sentence on the work within a step; may raise to cancel."""


def telling(listener: Listener, stage: str, total: int) -> Tell:
    """Return what reports sentences on the work before the first step of a stage.

    >>> events = []
    >>> telling(events.append, "teacher", 5)("Predicting the outcome.")
    >>> events[0].step, events[0].total, events[0].message
    (0, 5, 'Predicting the outcome.')
    """
    return lambda message: listener(Event(stage, 0, total, message=message))


def tell_nobody(message: str) -> None:
    """Do nothing: what callers pass who need no sentences."""
