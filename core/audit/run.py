"""The whole audit: from a real table, its hold-out and any number of other tables to one flat list of records.

The same classifiers measure every source on the same real hold-out, so that all figures fit into one table. The sources
``original`` (the real train rows) and ``constant`` (always the more frequent outcome) are always among them.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext

import pandas as pd

from core.audit.data_kind import Tabular
from core.audit.estimate import sentence
from core.audit.inputs import CONSTANT, AuditInput, Latents, check
from core.audit.metrics import reference_outcome
from core.audit.records import ORIGINAL, WHOLE, Record
from core.audit.statistics.confidence import intervals_at
from core.audit.step import Step
from core.audit.steps import audit_steps, outcome_names, rate_records
from core.cluster import Cluster, connected
from core.data.groups import GroupedFrame
from core.data.schema import Schema
from core.errors import DataError
from core.events import Event, Listener, ignore

__all__ = ["AuditInput", "Latents", "audit", "audit_table"]

UNPROVEN = "Independence unknown: whoever made these rows may have seen the hold-out."
UNSEEN_COPIES = "If so, copies of its rows count as chance, and this figure hides them."


def audit(inputs: AuditInput, listener: Listener = ignore, *, cluster: str | None = None) -> list[Record]:
    """Measure everything and return one record per figure.

    Rows of a source without a target value are left out; the records of that source say how many. The same inputs give
    the same records, whatever the number of cores.

    Args:
        inputs: Real rows, hold-out, sources, latents.
        listener: Receives an event after each step: stage ``audit``, with the seconds left.
        cluster: Address of a Ray cluster that trains the classifiers of a table; see `core.cluster`.

    Raises:
        DataError: A table has no rows, or latents are not aligned with the real rows.
        ConfigError: A source has a reserved name, there are no seeds, or the cluster cannot be used.
        SchemaError: The target is missing in a real row, or has no positive value.
    """
    check(inputs)
    is_table = isinstance(inputs.kind, Tabular)
    at_work: AbstractContextManager[Cluster | None] = connected(cluster) if cluster and is_table else nullcontext()
    with intervals_at(inputs.confidence), at_work as nodes:
        return [_with_warning(record, inputs) for record in carried_out(list(audit_steps(inputs, nodes)), listener)]


def audit_table(frame: pd.DataFrame, schema: Schema) -> list[Record]:
    """Audit the data without training anything: base rates, DPR, DPD, missing values, impact ratios.

    With a reference outcome, also how often the recorded one differs from it.

    Args:
        frame: All typed rows, hold-out rows too; at least one.
        schema: Roles, positive value, groups.

    Raises:
        DataError: The table has no rows.
        SchemaError: The target is missing in a row, or has no positive value.
    """
    if frame.empty:
        raise DataError("The table has no rows, so there is nothing to audit.")
    outcomes = outcome_names(schema, frame)
    rows = GroupedFrame(frame, schema)
    return [
        *rate_records(rows, ORIGINAL, WHOLE, outcomes),
        *reference_outcome.row_records(rows, WHOLE, outcomes),
    ]


def carried_out(steps: Sequence[Step], listener: Listener) -> list[Record]:
    """Do the steps in order, report their progress with the seconds left, and return all records."""
    records: list[Record] = []
    total, done, started = sum(step.weight for step in steps), 0.0, time.monotonic()
    listener(Event("audit", 0, len(steps), message=steps[0].message))
    for number, step in enumerate(steps, 1):
        records += _done(step)
        done += step.weight
        left = (time.monotonic() - started) * (total - done) / done
        message = steps[number].message if number < len(steps) else "Audit finished."
        listener(Event("audit", number, len(steps), seconds_left=left, message=message))
    return records


def _done(step: Step) -> list[Record]:
    """Do a step. Classes are known to be classes here, so scikit-learn need not doubt it where rows are few."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The number of unique classes is greater than")
        return step.work()


def _with_warning(record: Record, inputs: AuditInput) -> Record:
    """Return the record, with a warning if the maker of its source may have seen the hold-out that it rests on."""
    if inputs.holdout_independent or record.source in (ORIGINAL, CONSTANT) or record.split != "holdout":
        return record
    copies = UNSEEN_COPIES if record.protocol == "privacy" else ""
    return record.model_copy(update={"note": sentence(record.note, UNPROVEN, copies)})
