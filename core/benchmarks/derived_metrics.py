"""Metrics that compare two rows of the table, as additional records.

They compare student and teacher, DPR and its chance level, and Evenhand's time and another engine's. So every number on
the page is also in the table.
"""

from __future__ import annotations

from typing import Any, cast

import pandas as pd

from core.audit.estimate import sentence
from core.audit.metrics.names import CHANCE_LIMIT, PARITY_RATIO
from core.audit.records import Record
from core.audit.run import UNPROVEN
from core.benchmarks.anchors.catalog import MOSTLY
from core.benchmarks.experiments import tidy
from core.benchmarks.scoring import ALL_GROUPS, SYNTHETIC
from core.choices import TestedRows

PROTOCOL = "comparison"
TIME_RATIO = "Seconds of training and generating over the training seconds of MOSTLY AI's engine in the same run."
STUDENT_MINUS_TEACHER = "Student minus teacher, both without label repair."
ABOVE_CHANCE = "DPR over all groups minus its chance level: the 10th percentile under equal rates."


def with_derived_metrics(table: pd.DataFrame) -> pd.DataFrame:
    """Append derived metrics to the table, per system, generator seed, attribute and polarity."""
    tables = [table]
    keys = ["problem", "system", "generator_seed", "tested_on"]
    for key, system_records in table.groupby(keys, sort=False, dropna=False):
        problem, system, seed, split = cast("tuple[str, str, Any, TestedRows]", key)
        records = [
            *_student_minus_teacher(system_records),
            *_above_chance(system_records),
            *_time_ratio(system_records, table[table["problem"] == problem]),
        ]
        if records:
            dumped = [record.model_dump(mode="json") for record in _with_warning(records, system_records)]
            tables.append(tidy(dumped, problem, system, None if pd.isna(seed) else int(seed), split))
    return pd.concat(tables, ignore_index=True)


def _with_warning(records: list[Record], system_records: pd.DataFrame) -> list[Record]:
    """Add the audit's warning to the records if their inputs have it."""
    if not system_records["note"].str.contains(UNPROVEN, regex=False).any():
        return records
    return [record.model_copy(update={"note": sentence(record.note, UNPROVEN)}) for record in records]


def _student_minus_teacher(system_records: pd.DataFrame) -> list[Record]:
    """Return accuracy of the student's rows minus that of the teacher's, protocol A."""
    records = []
    for metric in ("accuracy", "balanced_accuracy"):
        rows = system_records[
            (system_records["protocol"] == "A") & (system_records["metric"] == metric) & system_records["group"].isna()
        ]
        rows = rows[rows["sensitive"].isna()]
        wide = rows.pivot_table(index="positive", columns="source", values="value")
        if {"student", "teacher"} <= set(wide.columns):
            records += [
                _record("student", f"{metric}_difference", float(gap), STUDENT_MINUS_TEACHER, positive=str(positive))
                for positive, gap in (wide["student"] - wide["teacher"]).items()
            ]
    return records


def _above_chance(system_records: pd.DataFrame) -> list[Record]:
    """Return DPR over all groups minus the 10th percentile of its null distribution, protocol A."""
    over_all = system_records["sensitive"].astype("str").str.endswith(f", {ALL_GROUPS}").fillna(value=False)
    rows = system_records[over_all & (system_records["protocol"] == "A")]
    wide = rows.pivot_table(index=["source", "sensitive", "positive"], columns="metric", values="value")
    if not {PARITY_RATIO, CHANCE_LIMIT} <= set(wide.columns):
        return []
    wide["gap"] = wide[PARITY_RATIO] - wide[CHANCE_LIMIT]
    gaps: list[Any] = wide.dropna(subset=["gap"]).reset_index().to_dict("records")
    return [
        _record(
            gap_row["source"],
            f"{PARITY_RATIO}_above_chance",
            gap_row["gap"],
            ABOVE_CHANCE,
            positive=gap_row["positive"],
            sensitive=gap_row["sensitive"],
        )
        for gap_row in gaps
    ]


def _time_ratio(system_records: pd.DataFrame, problem: pd.DataFrame) -> list[Record]:
    """Return the time of the system over that of MOSTLY AI's engine."""
    reference_seconds = problem[(problem["system"] == MOSTLY.name) & (problem["metric"] == "seconds_learning")]["value"]
    own_seconds = system_records[
        (system_records["source"] == SYNTHETIC)
        & system_records["metric"].isin(["seconds_learning", "seconds_generating"])
    ]
    if own_seconds.empty or reference_seconds.empty:
        return []
    return [
        _record(SYNTHETIC, "seconds_ratio", float(own_seconds["value"].sum() / reference_seconds.mean()), TIME_RATIO)
    ]


def _record(
    source: str, metric: str, value: float, note: str, *, positive: str | None = None, sensitive: str | None = None
) -> Record:
    return Record(
        source=source, protocol=PROTOCOL, metric=metric, positive=positive, sensitive=sensitive, value=value, note=note
    )
