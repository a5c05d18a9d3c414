"""Tables that somebody chose and has not run yet: saved with kinds, roles and decisions, and read again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from core.data.checks.issue import Change
from core.data.dataset import Dataset
from core.data.decision_roles import DecisionRoles
from core.data.examples import Examples
from core.data.schema import Schema
from core.errors import RunError
from core.modalities.catalog import modality_of
from core.pipeline.bias_audit import BiasAuditRequest
from core.runs.draft_folder import DraftFolder

_LOADED, _HOLDOUT = "loaded", "holdout"


@dataclass(frozen=True)
class Draft:
    """A table and what a person chose for it.

    Args:
        loaded: The table as it was loaded, with all its rows.
        schema: Its schema as edited since.
        roles: What its columns are for, if it holds decisions of a model.
        decides: Whether it holds decisions of a model, though perhaps no column with them is chosen yet.
        counts: What its columns record, if it holds counts of people by group.
    """

    loaded: Dataset
    schema: Schema
    roles: DecisionRoles
    decides: bool
    counts: BiasAuditRequest | None


class _About(BaseModel):
    """What is known of the table of a draft. Once a run is made of it, only the run's name is kept."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    run: str = ""
    name: str = ""
    official: bool = True
    notes: tuple[str, ...] = ()
    changes: tuple[Change, ...] = ()
    options: dict[str, str] = Field(default_factory=dict)
    loaded: Schema | None = None
    edited: Schema | None = None
    roles: dict[str, Any] = Field(default_factory=dict)
    decides: bool = False
    counts: dict[str, Any] | None = None


def save_draft(folder: DraftFolder, draft: Draft) -> None:
    """Save a table with its rows.

    Raises:
        OSError: It cannot be written.
    """
    loaded = draft.loaded
    modality = modality_of(loaded.schema)
    for name, frame in _parts(loaded):
        modality.save(folder, loaded.schema, name, Examples(frame, loaded.attachments))
    save_choices(folder, draft)


def save_choices(folder: DraftFolder, draft: Draft) -> None:
    """Save what a person chose for the table of a draft; its rows are as they were.

    Raises:
        OSError: It cannot be written.
    """
    loaded = draft.loaded
    folder.save(
        _About(
            name=loaded.name,
            official=loaded.official,
            notes=loaded.notes,
            changes=loaded.changes,
            options=dict(loaded.options),
            loaded=loaded.schema,
            edited=draft.schema,
            roles=draft.roles.as_json(),
            decides=draft.decides,
            counts=None if draft.counts is None else asdict(draft.counts),
        )
    )


def save_run_of(folder: DraftFolder, run: str) -> None:
    """Record that a run was made of the table, and remove its rows: the run keeps them.

    Raises:
        OSError: It cannot be written.
    """
    folder.save(_About(run=run))
    folder.artifacts.remove()


def run_of(folder: DraftFolder) -> str:
    """Return the name of the run that was made of the table; empty if there is none.

    Raises:
        RunError: The draft is damaged.
    """
    return folder.about.read(_About).run


def read_draft(folder: DraftFolder) -> Draft:
    """Return the table and what a person chose for it.

    Raises:
        RunError: A file is missing or damaged, or a run was made of it.
    """
    about = folder.about.read(_About)
    if about.loaded is None or about.edited is None:
        raise RunError("This draft holds no table.")
    frames = {_LOADED: folder.artifacts.table(_LOADED)}
    if folder.artifacts.has_table(_HOLDOUT):
        frames[_HOLDOUT] = folder.artifacts.table(_HOLDOUT)
    loaded = Dataset(
        name=about.name,
        frame=frames[_LOADED],
        schema=about.loaded,
        holdout=frames.get(_HOLDOUT),
        official=about.official,
        notes=about.notes,
        attachments=modality_of(about.loaded).attachments(folder, about.loaded, frames),
        changes=about.changes,
        options=about.options,
    )
    counts = None if about.counts is None else _counts(about.counts)
    return Draft(loaded, about.edited, DecisionRoles.from_json(about.roles), about.decides, counts)


def _parts(loaded: Dataset) -> Iterator[tuple[str, pd.DataFrame]]:
    yield _LOADED, loaded.frame
    if loaded.holdout is not None:
        yield _HOLDOUT, loaded.holdout


def _counts(saved: dict[str, Any]) -> BiasAuditRequest:
    return BiasAuditRequest(**{**saved, "unknown": tuple(saved["unknown"])})
