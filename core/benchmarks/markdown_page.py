"""The tables of the benchmark as Markdown, written between two markers of `docs/benchmarks/README.md`."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import psutil
import torch

from core.audit.figure_text import percent
from core.audit.inputs import MEANS, MEANS_AND_SPREADS, SAMPLES
from core.audit.metrics import code_usage, leakage
from core.audit.records import Status
from core.audit.run import UNPROVEN
from core.audit.statistics.confidence import DEFAULT_CONFIDENCE
from core.benchmarks.anchors.catalog import ANCHORS
from core.benchmarks.metric_columns import (
    ABOVE_CHANCE,
    COPIES,
    COSTS,
    FIDELITY_AND_PRIVACY,
    LEARNERS,
    MAIN,
    PAPER,
    PAPER_A,
    STUDENT_MINUS_TEACHER,
    MetricColumn,
    Spread,
    select_records,
    spread,
)
from core.benchmarks.problems import PROBLEMS
from core.benchmarks.scoring import SYNTHETIC
from core.benchmarks.system_goals import GOALS
from core.benchmarks.systems import REAL
from core.data.groups import attribute_name, positive_name
from core.errors import ConfigError
from core.runs.files import write_text
from core.synthesis.base import ENCODERS

README = Path(__file__).resolve().parents[2] / "docs" / "benchmarks" / "README.md"
EXPLANATION = (
    f"Mean ± standard deviation [{percent(DEFAULT_CONFIDENCE)} interval of the mean] over generator seeds; values "
    "without them have one seed. The tested rows are the same for every seed, so the interval does not say how far "
    "other people's figures would lie. "
    "DPR, DPD and EOR are over large groups (1,000 test rows on Adult, 500 on COMPAS and on Adult's intersections, "
    "proportionally fewer if fewer rows are tested); 'all' is over all groups of at least 30 rows. The classifier is "
    "the audit's random forest where none is named. Seconds are for training and for generating as many rows as there "
    "are train rows, without audit and report."
)
VIEWS = {MEANS: "latents", MEANS_AND_SPREADS: "latents and their spreads", SAMPLES: "samples of latents"}
LEAKAGE = (
    "What latents of tested rows reveal to the strongest of three adversaries (boosting, a network, logistic "
    "regression), of the group that is told best; and the total variation distance between the groups' codewords, with "
    "the mean of its upper bounds:"
)
NAMES = {"original": "real rows", "constant": "constant predictor"}


def replace_between(marker: str, text: str, path: Path = README) -> None:
    """Put ``text`` between ``<!-- marker -->`` and ``<!-- /marker -->`` of a Markdown file.

    Raises:
        ConfigError: The file lacks the markers.
    """
    start_marker, end_marker = f"<!-- {marker} -->", f"<!-- /{marker} -->"
    whole = path.read_text(encoding="utf-8")
    before, opened, rest = whole.partition(start_marker)
    _, closed, after = rest.partition(end_marker)
    if not (opened and closed):
        raise ConfigError(f"{path.name} lacks the lines {start_marker} and {end_marker} around the tables.")
    page = text.strip("\n")  # leading spaces make the command a code block
    write_text(path, f"{before}{start_marker}\n\n{page}\n\n{end_marker}{after}")


def machine() -> str:
    """Return one sentence on the machine and the date of the measurement."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} CPU cores ({platform.machine()}), "
        f"{memory:.0f} GiB, Python {platform.python_version()}, torch {torch.__version__}."
    )


def systems_page(table: pd.DataFrame, names: Sequence[str], command: str) -> str:
    """Return all tables of all problems, with instructions to read and repeat them."""
    parts = [_opening(table, command), EXPLANATION]
    parts += [
        f"{anchor.name} is not included: it is not installed (`make {anchor.environment}`), not requested, or failed."
        for anchor in ANCHORS
        if anchor.name not in set(table["system"])
    ]
    if table["note"].str.contains(UNPROVEN, regex=False).any():
        parts.append("Systems marked * may have seen the tested rows.")
    return "\n\n".join([*parts, *(problem_tables(table, name) for name in names)])


def ablations_page(table: pd.DataFrame, names: Sequence[str], command: str) -> str:
    """Return one table per problem with the metrics of each variant."""
    parts = [f"### {name}\n\n{ablations_table(table, name)}" for name in names]
    return "\n\n".join([_opening(table, command), EXPLANATION, *parts])


def _opening(table: pd.DataFrame, command: str) -> str:
    tested = {"test": "the test rows", "validation": "validation rows, a quarter of the train rows"}
    kinds = " and ".join(tested[kind] for kind in dict.fromkeys(table["tested_on"]))
    return f"    {command}\n\n{machine()} Tested on {kinds}."


def problem_tables(table: pd.DataFrame, name: str) -> str:
    """Return all tables of one problem: utility, fairness, fidelity, privacy, the paper's polarity, costs and goals."""
    problem_rows = table[table["problem"] == name]
    parts = [
        f"### {name}",
        metrics_table(problem_rows, name, MAIN),
        "With each downstream classifier; parity over large groups:",
        metrics_table(problem_rows, name, LEARNERS),
        metrics_table(problem_rows, name, (*FIDELITY_AND_PRIVACY, *COPIES)),
        "With the more frequent outcome as the positive one, as in the paper's Table 1:",
        metrics_table(problem_rows, name, PAPER),
        metrics_table(problem_rows, name, PAPER_A),
        leakage_table(problem_rows),
        metrics_table(problem_rows, name, (*COSTS, *STUDENT_MINUS_TEACHER, *ABOVE_CHANCE)),
    ]
    if name in GOALS and "default" in set(problem_rows["system"]):
        parts += ["Goals of the default preset:", goals_table(problem_rows, name)]
    return "\n\n".join(part for part in parts if part)


def metrics_table(table: pd.DataFrame, name: str, columns: Sequence[MetricColumn]) -> str:
    """Return one line per system and source; empty columns are left out."""
    names = attribute_and_outcome(name)
    rows_by_title = {
        title: [_cell(select_records(part, column, *names)) for column in columns]
        for title, part in _titled_parts(table)
    }
    used = [index for index in range(len(columns)) if any(cells[index] for cells in rows_by_title.values())]
    rows_by_title = {title: [cells[index] for index in used] for title, cells in rows_by_title.items()}
    rows_by_title = {title: cells for title, cells in rows_by_title.items() if any(cells)}
    return _markdown(["rows", *(columns[index].title for index in used)], rows_by_title)


def leakage_table(table: pd.DataFrame) -> str:
    """Return, for each encoder, what its latents reveal of the group that is told best, and what bounds it."""
    found = table[(table["protocol"] == leakage.PROTOCOL) & table["group"].isna() & table["source"].isin(ENCODERS)]
    views = {view: what for view, what in VIEWS.items() if (found["metric"] == f"{leakage.AUC}_{view}").any()}
    rows_by_title = {
        f"{system}: {encoder}, {attribute}": [
            *(_cell(part[part["metric"] == f"{leakage.AUC}_{view}"]) for view in views),
            _cell(distance := part[part["metric"] == code_usage.DISTANCE]),
            _cell(distance.assign(value=distance["high"])),
        ]
        for (system, encoder, attribute), part in found.groupby(["system", "source", "sensitive"], sort=False)
    }
    if not rows_by_title:
        return ""
    titles = [f"AUC from {what}" for what in views.values()]
    return f"{LEAKAGE}\n\n" + _markdown(["latents", *titles, "distance of codewords", "its upper bound"], rows_by_title)


def goals_table(table: pd.DataFrame, name: str) -> str:
    """Return the default preset against its goals; a metric that is undefined for a seed meets no goal."""
    problem_rows = table[table["system"] == "default"]
    lines = []
    for goal in GOALS[name]:
        values = select_records(
            problem_rows[problem_rows["source"] == goal.column.source], goal.column, *attribute_and_outcome(name)
        )
        summary = spread(values)
        verdict = "undefined for a seed" if values["value"].isna().any() else goal.verdict(summary.mean)
        reached = "" if np.isnan(summary.mean) else number(summary.mean)
        lines.append([goal.column.title, f"{goal.sign} {goal.bound:g}", reached, _interval(summary), verdict])
    return grid(["figure", "goal", "mean", "interval", ""], lines)


def ablations_table(table: pd.DataFrame, name: str) -> str:
    """Return one line per variant, for its synthetic rows."""
    problem_rows = table[(table["problem"] == name) & (table["source"] == SYNTHETIC)]
    columns = [
        column
        for column in (*MAIN, *LEARNERS[2:6], *LEARNERS[8:], *FIDELITY_AND_PRIVACY)
        if column.title != "its null, p10"
    ]
    columns += [column for column in COSTS if column.title in ("learn, s", "labels changed", "positive outcomes")]
    rows_by_title = {}
    for system, part in problem_rows.groupby("system", sort=False):
        told = table[
            (table["problem"] == name)
            & (table["system"] == system)
            & (table["metric"] == f"{leakage.AUC}_{MEANS}")
            & table["group"].isna()
        ]
        adversary_cells = [_cell(told[told["source"] == encoder]) for encoder in ENCODERS]
        rows_by_title[str(system)] = [
            *(_cell(select_records(part, column, *attribute_and_outcome(name))) for column in columns),
            *adversary_cells,
        ]
    return _markdown(["variant", *(column.title for column in columns), "s from z", "s from z'"], rows_by_title)


def attribute_and_outcome(name: str) -> tuple[str, str]:
    """Return the sensitive attribute of the problem (intersections if several) and its positive outcome."""
    schema = PROBLEMS[name].load_dataset().schema
    return attribute_name(schema.sensitive), positive_name(schema)


def _titled_parts(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [
        (_title(str(system), str(source), part), part)
        for (system, source), part in table.groupby(["system", "source"], sort=False)
    ]


def _title(system: str, source: str, part: pd.DataFrame) -> str:
    if system == REAL:
        return NAMES.get(source, source)
    star = "*" if part["note"].str.contains(UNPROVEN, regex=False).any() else ""
    return f"**{system}**{star}" if source in (SYNTHETIC, system) else f"{system}: {source}"


def _cell(values: pd.DataFrame) -> str:
    """Format mean, deviation and interval over the seeds, with warnings; empty without records."""
    if values.empty:
        return ""
    summary, missing = spread(values), int(values["value"].isna().sum())
    if missing == len(values):
        return "undefined"
    parts = [number(summary.mean)]
    if not np.isnan(summary.deviation):
        parts.append(f"±{number(summary.deviation)} {_interval(summary)}")
    if missing:
        parts.append(f"({missing} of {len(values)} undefined)")
    if (values["status"] == Status.DEGENERATE).any():
        parts.append("degenerate")
    return " ".join(parts)


def _interval(summary: Spread) -> str:
    return "" if np.isnan(summary.low) else f"[{number(summary.low)}, {number(summary.high)}]"


def number(value: float) -> str:
    """Format with three decimals, or one from 10 on, without a leading zero.

    >>> number(0.9384), number(-0.0121), number(31.27)
    ('.938', '-.012', '31.3')
    """
    text = f"{value:.{1 if abs(value) >= 10 else 3}f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 else text


def _markdown(header: Sequence[str], rows_by_title: dict[str, list[str]]) -> str:
    return grid(header, [[title, *cells] for title, cells in rows_by_title.items()])


def grid(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """Format a Markdown table."""
    every = [header, ["---"] * len(header), *lines]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in every)
