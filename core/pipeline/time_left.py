"""How far a run is as a whole, and how long it still takes: by the seconds that an earlier run of its kind took.

Stages differ widely in length, and one that has not begun says nothing of its own. So there is an estimate only where a
run with the same method, preset and stages was finished before.
"""

from __future__ import annotations

import time
from collections.abc import Container, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from core.errors import RunError
from core.events import Event, Listener
from core.runs.run_folder import RunFolder
from core.runs.state import Status


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is.

    Args:
        position: Number of its current stage, from 1.
        count: How many stages it has.
        share: Share of the work that is done, 0 to 1; ``None`` if it is not known how long later stages take.
        seconds_left: Estimated seconds to the end of the run; ``None`` if that is not known.
    """

    position: int
    count: int
    share: float | None = None
    seconds_left: float | None = None


def timed(folder: RunFolder, listener: Listener) -> Listener:
    """Return a listener that also saves how many seconds each stage has taken when it ends."""
    taken = {name: float(seconds) for name, seconds in folder.stage_seconds.read().items()}
    began: dict[str, float] = {}

    def on_event(event: Event) -> None:
        now = time.monotonic()
        began.setdefault(event.stage, now)
        if event.step >= event.total:
            taken[event.stage] = now - began[event.stage]
            folder.stage_seconds.save(taken)
        listener(event)

    return on_event


def usual_seconds(folder: RunFolder, stages: Sequence[str], earlier: Iterable[RunFolder]) -> dict[str, float]:
    """Return the seconds of each stage of the first earlier run of the same kind, in order; empty if there is none.

    It may have stages that no page names.

    Args:
        folder: The run.
        stages: Its stages.
        earlier: Other runs, the newest first.
    """
    kind = _kind(folder)
    for one in earlier:
        with suppress(RunError):  # an unreadable run tells nothing
            if one.path == folder.path or one.job.state().status is not Status.DONE or _kind(one) != kind:
                continue
            seconds = one.stage_seconds.read()
            if all(name in seconds for name in stages):
                return {name: float(value) for name, value in seconds.items()}
    return {}


def progress(
    stages: Sequence[str], events: Sequence[Event], taken: Mapping[str, float], usual: Mapping[str, float]
) -> Progress:
    """Return how far a run is.

    Args:
        stages: All its stages in order.
        events: Its events so far.
        taken: Seconds of its finished stages.
        usual: Seconds of each stage of an earlier run of its kind; empty if there is none.

    >>> events = [Event("learn", 4, 4), Event("audit", 1, 2, seconds_left=30.0)]
    >>> progress(["learn", "audit"], events, {"learn": 20.0}, {"learn": 10.0, "audit": 30.0})
    Progress(position=2, count=2, share=0.625, seconds_left=30.0)
    >>> progress(["learn", "audit"], events, {"learn": 20.0}, {})
    Progress(position=2, count=2, share=None, seconds_left=None)
    """
    last = {event.stage: event for event in events}
    position = _latest(stages, last) + 1
    if not usual:
        return Progress(position, len(stages))
    names = list(usual)
    at = _latest(names, last)
    current, before, after = names[at], names[:at], names[at + 1 :]
    event = last.get(current)
    inside = 0.0 if event is None else min(event.step / max(event.total, 1), 1.0)
    known = [name for name in before if name in taken and usual[name] > 0]
    pace = sum(taken[name] for name in known) / sum(usual[name] for name in known) if known else 1.0
    own = None if event is None else event.seconds_left
    rest = pace * usual[current] * (1 - inside) if own is None else own
    if own is not None and not known and inside < 1 and usual[current] > 0:
        pace = own / (1 - inside) / usual[current]
    done = sum(usual[name] for name in before) + inside * usual[current]
    left = rest + pace * sum(usual[name] for name in after)
    return Progress(position, len(stages), done / max(sum(usual.values()), 1e-9), left)


def _latest(names: Sequence[str], begun: Container[str]) -> int:
    """Return the index of the last stage that has begun; 0 if none has."""
    return max((number for number, name in enumerate(names) if name in begun), default=0)


def _kind(folder: RunFolder) -> tuple[object, ...]:
    config = folder.config.read()
    names = ("preset", "method", "pictures", "epochs", "target_dpr", "epsilon", "epsilon_dp")
    return (folder.schema.read().data_kind, *(config.get(name) for name in names))
