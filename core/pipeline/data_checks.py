"""What the checks of the data found and what a person decided, as a run keeps it and tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core.data.checks.check import check_data
from core.data.checks.issue import IssueSummary
from core.data.dataset import Dataset

FOUND: Final = "data_checks"
CHANGED: Final = "data_changes"


def checked(dataset: Dataset, *, trains: bool = True, weighted: bool = False) -> list[IssueSummary]:
    """Return what a person should decide on; see `core.data.checks.check.check_data`.

    Args:
        dataset: Its rows that are not held out are checked.
        trains: Whether classifiers learn from the features.
        weighted: Whether weights are used.
    """
    issues = check_data(dataset.frame, dataset.schema, trains=trains, weighted=weighted)
    return [IssueSummary.of(issue) for issue in issues]


def check_facts(dataset: Dataset, issues: Sequence[IssueSummary]) -> dict[str, object]:
    """Return what the manifest keeps: what was found and is undecided, and what was changed in how many rows."""
    changes = [
        {"name": change.edit.name, "sentence": change.sentence, "rows": change.rows} for change in dataset.changes
    ]
    return {FOUND: [issue.model_dump(mode="json") for issue in issues], CHANGED: changes}


def change_notes(dataset: Dataset) -> list[str]:
    """Return what was changed, a sentence each."""
    return [change.sentence for change in dataset.changes]


def read_issues(manifest: Mapping[str, Any]) -> list[IssueSummary]:
    """Return what was found and is undecided; nothing for a run of an earlier version."""
    return [IssueSummary.model_validate(issue) for issue in manifest.get(FOUND, ())]
