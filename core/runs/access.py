"""Who may open which run. This is the one place that decides it, for every page, command and job.

A run, or a table that waits for its run, belongs to who made it: ``owner.json`` in its folder names them. Who acts is
told by the front end (:func:`act_for`). A command in a terminal acts for whoever runs the machine and opens everything.
The app acts for the person behind a page. What somebody may not open is to them as if it were not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from core.errors import RunError
from core.runs import files
from core.settings import Choice, Text

OPEN: Final = "open"
BROWSER: Final = "browser"
LOGIN: Final = "login"
ACCESS: Final = Choice("EVENHAND_ACCESS", (OPEN, BROWSER, LOGIN))
"""Whether everybody who reaches the app sees all runs, each browser its own, or each person who has logged in."""
REAL_ROWS: Final = Text("EVENHAND_REAL_ROWS")
"""Who may see rows and images of real people on the screen; if nobody is named, everybody those of their own runs."""
OWNER: Final = "owner.json"
GENERATED: Final = "generated"


@dataclass(frozen=True)
class Viewer:
    """Who acts.

    Args:
        name: Name in ``owner.json`` and in the log; empty for somebody unknown, who may open nothing.
        opens_all: Whether they may open all runs, and what they make belongs to nobody in particular.
    """

    name: str
    opens_all: bool = False

    @property
    def is_known(self) -> bool:
        """Whether they may make and open runs of their own."""
        return bool(self.name)

    @property
    def sees_real_rows(self) -> bool:
        """Whether rows and images of real people may be shown to them."""
        named = REAL_ROWS.items()
        return self.opens_all or not named or self.name in named


OPERATOR: Final = Viewer("operator", opens_all=True)
"""Whoever runs the machine: the command line, its jobs, and the app while access is open."""
NOBODY: Final = Viewer("")
_acting: list[Callable[[], Viewer]] = [lambda: OPERATOR]
_for_now: ContextVar[Viewer | None] = ContextVar("viewer", default=None)


class Owner(BaseModel):
    """The content of ``owner.json``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str


def act_for(who: Callable[[], Viewer]) -> None:
    """Let this process act for whom ``who`` returns, which is asked anew at each decision."""
    _acting[0] = who


@contextmanager
def acting_as(who: Viewer) -> Iterator[None]:
    """Act for somebody in this context, in a thread that would not know who asked."""
    token = _for_now.set(who)
    try:
        yield
    finally:
        _for_now.reset(token)


def viewer() -> Viewer:
    """Return who acts now."""
    return OPERATOR if ACCESS.value() == OPEN else _for_now.get() or _acting[0]()


def check_known() -> None:
    """Check that somebody known acts.

    Raises:
        RunError: Nobody known does.
    """
    if not viewer().is_known:
        raise RunError("Only somebody who has logged in can keep a table or make a run here. Log in, and try again.")


def claim(folder: Path) -> None:
    """Record who acts as the owner of what is made in a folder.

    Raises:
        RunError: Nobody known acts.
    """
    check_known()
    acting = viewer()
    if not acting.opens_all:
        files.write_json(folder / OWNER, Owner(name=acting.name).model_dump(), private=True)


def owner_of(folder: Path) -> str:
    """Return who owns a run, a later generation of it, or a table; empty if it belongs to nobody in particular."""
    try:
        return Owner.model_validate_json((run_of(folder) / OWNER).read_bytes()).name
    except (OSError, ValueError):  # without a readable owner, only whoever opens all may open it
        return ""


def run_of(folder: Path) -> Path:
    """Return the folder of the run that a later generation is of; any other folder as it is."""
    return folder.parents[1] if folder.parent.name == GENERATED else folder


def may_open(folder: Path) -> bool:
    """Return whether who acts may open what is in a folder."""
    acting = viewer()
    return acting.opens_all or (acting.is_known and owner_of(folder) == acting.name)
