"""Starting a run: made ready here, carried out by a process of its own."""

from __future__ import annotations

from core.config import RunConfig
from core.data.dataset import Dataset
from core.errors import RunError
from core.pipeline import prepare
from core.runs import jobs
from core.runs.naming import new_run
from core.runs.store import RunFolder
from screens.parts import state


def under_way(folder: RunFolder | None) -> bool:
    """Whether this run waits or works."""
    return folder is not None and jobs.look(folder.path).alive


def start(dataset: Dataset, config: RunConfig) -> None:
    """Make a run of the session's own and hand it to a process that outlives tab and server.

    Raises:
        RunError: The session's run is still under way.
        EvenhandError: The table or a setting cannot be used.
    """
    if under_way(state.run()):
        raise RunError("Your last run is still under way; wait for its end or cancel it, then start another.")
    folder = prepare(dataset, config, new_run(state.home(), dataset.name))
    jobs.submit(folder.path)
    state.choose_run(folder.path.name)
