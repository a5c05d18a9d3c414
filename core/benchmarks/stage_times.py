"""Seconds by stage of a run, from its events."""

from __future__ import annotations

import time

from core.events import Event


class StageTimes:
    """A listener that measures each stage, from its first event to the first event of the next.

    What comes before the first event is the stage ``prepare``. A stage that is begun again is added up.

    Example:
        >>> times = StageTimes()
        >>> times(Event("audit", 0, 1))
        >>> sorted(times.seconds())
        ['audit', 'prepare']
    """

    def __init__(self) -> None:
        self._begun = [("prepare", time.perf_counter())]

    def __call__(self, event: Event) -> None:
        """Hear an event."""
        if event.stage != self._begun[-1][0]:
            self._begun.append((event.stage, time.perf_counter()))

    def seconds(self) -> dict[str, float]:
        """Return the seconds by stage until now."""
        ends = [*(at for _, at in self._begun[1:]), time.perf_counter()]
        found: dict[str, float] = {}
        for (stage, start), end in zip(self._begun, ends, strict=True):
            found[stage] = found.get(stage, 0.0) + end - start
        return found
