"""Metrics that compare two rows of the table, as additional records.

They compare student and teacher, DPR and its chance level, and Evenhand's time and another engine's. So every number on
the page is also in the table.
"""

from __future__ import annotations

from typing import Any, cast

import pandas as pd

from core.audit.estimate import sentence
from core.audit.records import Record
from core.audit.run import UNPROVEN
from core.benchmarks.experiments import tidy
from core.benchmarks.problems import Split
from core.benchmarks.scoring import ALL_GROUPS, SYNTHETIC
from core.benchmarks.systems import MOSTLY

PROTOCOL = "comparison"
WHOLE = "Seconds of training and generating over the training seconds of MOSTLY AI's engine in the same run."
BESIDE = "Student minus teacher, both without label repair."
CHANCE = "DPR over all groups minus its chance level: the 10th percentile under equal rates."


def with_derived(table: pd.DataFrame) -> pd.DataFrame:
    """Append derived metrics to the table, per system, generator seed, attribute and polarity."""
    parts = [table]
    keys = ["problem", "system", "generator_seed", "tested_on"]
    for key, mine in table.groupby(keys, sort=False, dropna=False):
        problem, system, seed, split = cast("tuple[str, str, Any, Split]", key)
        records = [*_beside(mine), *_above_chance(mine), *_time(mine, table[table["problem"] == problem])]
        if records:
            dumped = [record.model_dump(mode="json") for record in _warned(records, mine)]
            parts.append(tidy(dumped, problem, system, None if pd.isna(seed) else int(seed), split))
    return pd.concat(parts, ignore_index=True)


def _warned(records: list[Record], mine: pd.DataFrame) -> list[Record]:
    """Add the audit's warning to the records if their inputs have it."""
    if not mine["note"].str.contains(UNPROVEN, regex=False).any():
        return records
    return [record.model_copy(update={"note": sentence(record.note, UNPROVEN)}) for record in records]


def _beside(mine: pd.DataFrame) -> list[Record]:
    """Return accuracy of the student's rows minus that of the teacher's, protocol A."""
    found = []
    for metric in ("accuracy", "balanced_accuracy"):
        rows = mine[(mine["protocol"] == "A") & (mine["metric"] == metric) & mine["group"].isna()]
        rows = rows[rows["sensitive"].isna()]
        wide = rows.pivot_table(index="positive", columns="source", values="value")
        if {"student", "teacher"} <= set(wide.columns):
            found += [
                _record("student", f"{metric}_difference", float(gap), BESIDE, positive=str(positive))
                for positive, gap in (wide["student"] - wide["teacher"]).items()
            ]
    return found


def _above_chance(mine: pd.DataFrame) -> list[Record]:
    """Return DPR over all groups minus the 10th percentile of its null distribution, protocol A."""
    dpr = "demographic_parity_ratio"
    over_all = mine["sensitive"].astype("str").str.endswith(f", {ALL_GROUPS}").fillna(value=False)
    rows = mine[over_all & (mine["protocol"] == "A")]
    wide = rows.pivot_table(index=["source", "sensitive", "positive"], columns="metric", values="value")
    if not {dpr, f"{dpr}_null_p10"} <= set(wide.columns):
        return []
    wide["gap"] = wide[dpr] - wide[f"{dpr}_null_p10"]
    lines: list[Any] = wide.dropna(subset=["gap"]).reset_index().to_dict("records")
    return [
        _record(
            line["source"],
            f"{dpr}_above_chance",
            line["gap"],
            CHANCE,
            positive=line["positive"],
            sensitive=line["sensitive"],
        )
        for line in lines
    ]


def _time(mine: pd.DataFrame, problem: pd.DataFrame) -> list[Record]:
    """Return the time of the system over that of MOSTLY AI's engine."""
    theirs = problem[(problem["system"] == MOSTLY) & (problem["metric"] == "seconds_learning")]["value"]
    ours = mine[(mine["source"] == SYNTHETIC) & mine["metric"].isin(["seconds_learning", "seconds_generating"])]
    if ours.empty or theirs.empty:
        return []
    return [_record(SYNTHETIC, "seconds_ratio", float(ours["value"].sum() / theirs.mean()), WHOLE)]


def _record(
    source: str, metric: str, value: float, note: str, *, positive: str | None = None, sensitive: str | None = None
) -> Record:
    return Record(
        source=source, protocol=PROTOCOL, metric=metric, positive=positive, sensitive=sensitive, value=value, note=note
    )
