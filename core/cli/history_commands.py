"""The commands on the runs that are kept: ``runs``, ``delete``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.cli.failures import guarded
from core.cli.options import AsJson, json_text
from core.cli.printing import echo

if TYPE_CHECKING:
    from core.pipeline.run_list import ListedRun

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def _age(text: str) -> timedelta:
    """Return an age from its text.

    >>> _age("30d"), _age("2w")
    (datetime.timedelta(days=30), datetime.timedelta(days=14))
    """
    found = re.fullmatch(r"(\d{1,5})([hdw])", text.strip())
    if found is None:
        raise typer.BadParameter(f"{text!r} is no age; write it like 12h, 30d or 8w.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})


Home = Annotated[Path, typer.Option("--runs", envvar="EVENHAND_RUNS", help="Folder that holds the runs.")]
OlderThan = Annotated[
    timedelta | None,
    typer.Option(parser=_age, metavar="AGE", help="Only runs that ended longer ago than this: 12h, 30d or 8w."),
]


def runs(
    search: Annotated[
        str, typer.Option(help="Only runs with these words in a name, dataset, outcome, group or method.")
    ] = "",
    older_than: OlderThan = None,
    home: Home = Path("runs"),
    *,
    as_json: AsJson = False,
) -> None:
    """List the runs in a folder, the newest first, with what each is and what it found."""
    with guarded():
        from core.report.output.console import show

        found = [one for one in _listed(home, older_than) if one.matches(search)]
        if as_json:
            echo(json_text([_as_json(one) for one in found]))
        elif found:
            show([_table(found, home)])
        else:
            echo(f"No such run in {home}.")


def delete(
    run_folders: Annotated[
        list[Path] | None, typer.Argument(metavar="RUN...", help="Folders of runs; or none, with --older-than.")
    ] = None,
    older_than: OlderThan = None,
    home: Home = Path("runs"),
    *,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete runs with everything derived from them, also later generations. A run in progress is refused."""
    if bool(run_folders) == (older_than is not None):
        raise typer.BadParameter("Name runs, or give --older-than for all old ones in the folder --runs.")
    with guarded():
        from core.errors import RunError
        from core.runs.removal import contents, remove_leftovers
        from core.runs.removal import delete as delete_run
        from core.runs.run_folder import RunFolder

        remove_leftovers(home)
        paths = list(run_folders or ()) or [one.folder.path for one in _listed(home, older_than)]
        if not paths:
            echo(f"No run in {home} is that old.")
        for path in paths:
            folder = RunFolder.open(path)
            if not yes:
                echo(f"{folder.path}: {contents(folder).sentence}")
                if not typer.confirm("Delete it for good?"):
                    continue
            try:
                delete_run(folder.path)
            except RunError as error:  # of many, one that is in progress is told and left
                if older_than is None:
                    raise
                echo(error.sentence, err=True)
                continue
            echo(f"{path} is deleted.")


def _listed(home: Path, older_than: timedelta | None) -> list[ListedRun]:
    from core.pipeline.run_list import listed_runs
    from core.runs.run_folder import find_runs

    return [one for one in listed_runs(find_runs(home)) if older_than is None or one.is_older_than(older_than)]


def _table(found: Sequence[ListedRun], home: Path) -> Any:
    from core.report.tables.base import Cell, Table

    rows = tuple(
        tuple(map(Cell, (one.name, one.title, one.about, one.status.value, one.started[:16], one.headline.text)))
        for one in found
    )
    heads = ("run", "title", "what it is", "state", "started (UTC)", "found")
    return Table(f"Runs in {home}", "", heads, rows, labels=len(heads))


def _as_json(one: ListedRun) -> dict[str, Any]:
    return {
        "name": one.name,
        "title": one.title,
        "path": str(one.folder.path),
        "dataset": one.dataset,
        "outcome": one.outcome,
        "groups": list(one.groups),
        "method": one.method,
        "status": one.status.value,
        "started": one.started,
        "finished": one.finished,
        "headline": one.headline.model_dump(mode="json") if one.headline.sentence else None,
    }
