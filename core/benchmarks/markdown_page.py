"""The benchmark's tables as Markdown, between two markers of `docs/benchmarks/README.md`."""

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

from core.audit.records import Status
from core.audit.run import UNPROVEN
from core.benchmarks.metric_columns import (
    BESIDE,
    CHANCE,
    COPIES,
    COSTS_AND_CHANGES,
    GOALS,
    LIKENESS,
    MAIN,
    PAPER,
    PAPER_A,
    MetricColumn,
    Spread,
    rows,
    spread,
)
from core.benchmarks.problems import PROBLEMS
from core.benchmarks.scoring import SYNTHETIC
from core.benchmarks.systems import MOSTLY, REAL
from core.data.groups import attribute_name, positive_name
from core.errors import ConfigError
from core.runs.files import write_text

README = Path(__file__).resolve().parents[2] / "docs" / "benchmarks" / "README.md"
HOW = (
    "Mean ± standard deviation [95 % interval of the mean] over generator seeds; a figure without them has one seed. "
    "DPR, DPD and EOR are over large groups (1,000 test rows on Adult, 500 on COMPAS and on Adult's crossed groups, "
    "fewer in proportion where fewer rows are tested); 'all' is over all groups of 30 rows. Every classifier is the "
    "audit's random forest. Seconds are of learning and of generating as many rows as were learned from, without audit "
    "and report."
)
NAMES = {"original": "real rows", "constant": "constant predictor"}


def replace_between(marker: str, text: str, place: Path = README) -> None:
    """Put ``text`` between ``<!-- marker -->`` and ``<!-- /marker -->`` of a Markdown file.

    Raises:
        ConfigError: The file lacks the markers.
    """
    first, last = f"<!-- {marker} -->", f"<!-- /{marker} -->"
    whole = place.read_text(encoding="utf-8")
    before, found, rest = whole.partition(first)
    _, closed, after = rest.partition(last)
    if not (found and closed):
        raise ConfigError(f"{place.name} lacks the lines {first} and {last}, between which the tables belong.")
    page = text.strip("\n")  # leading spaces make the command a code block
    write_text(place, f"{before}{first}\n\n{page}\n\n{last}{after}")


def machine() -> str:
    """One sentence about where and when the figures were measured."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} CPU cores ({platform.machine()}), "
        f"{memory:.0f} GiB, Python {platform.python_version()}, torch {torch.__version__}."
    )


def systems_page(table: pd.DataFrame, names: Sequence[str], command: str) -> str:
    """All tables of all problems, and how to read and repeat them."""
    parts = [_opening(table, command), HOW]
    if MOSTLY not in set(table["system"]):
        parts.append(
            "MOSTLY AI's engine is not among the systems: it is not installed (`make mostly`), or not asked for."
        )
    if table["note"].str.contains(UNPROVEN, regex=False).any():
        parts.append("Of systems marked *, it is not known whether their maker saw the tested rows.")
    return "\n\n".join([*parts, *(problem_tables(table, name) for name in names)])


def ablations_page(table: pd.DataFrame, names: Sequence[str], command: str) -> str:
    """One table for each problem: what each variant does to the synthetic rows."""
    parts = [f"### {name}\n\n{ablations_table(table, name)}" for name in names]
    return "\n\n".join([_opening(table, command), HOW, *parts])


def _opening(table: pd.DataFrame, command: str) -> str:
    tested = {"test": "the test rows", "validation": "validation rows, a quarter of the train rows"}
    kinds = " and ".join(tested[kind] for kind in dict.fromkeys(table["tested_on"]))
    return f"    {command}\n\n{machine()} Tested on {kinds}."


def problem_tables(table: pd.DataFrame, name: str) -> str:
    """All tables of one problem: utility and fairness, likeness, the paper's polarity, making, goals."""
    mine = table[table["problem"] == name]
    parts = [
        f"### {name}",
        figures_table(mine, name, MAIN),
        figures_table(mine, name, (*LIKENESS, *COPIES)),
        "With the more frequent outcome as the positive one, as in the paper's Table 1:",
        figures_table(mine, name, PAPER),
        figures_table(mine, name, PAPER_A),
        leakage_table(mine),
        figures_table(mine, name, (*COSTS_AND_CHANGES, *BESIDE, *CHANCE)),
    ]
    if name in GOALS and "default" in set(mine["system"]):
        parts += ["What the default preset was to reach:", goals_table(mine, name)]
    return "\n\n".join(part for part in parts if part)


def figures_table(table: pd.DataFrame, name: str, figures: Sequence[MetricColumn]) -> str:
    """One line for each system and source; figures that no line has are left out."""
    names = attribute_and_outcome(name)
    lines = {title: [_cell(rows(part, figure, *names)) for figure in figures] for title, part in _lines(table)}
    shown = [place for place in range(len(figures)) if any(cells[place] for cells in lines.values())]
    lines = {title: [cells[place] for place in shown] for title, cells in lines.items()}
    lines = {title: cells for title, cells in lines.items() if any(cells)}
    return _markdown(["rows", *(figures[place].title for place in shown)], lines)


def leakage_table(table: pd.DataFrame) -> str:
    """How well an adversary reads the groups from the latents of teacher and student."""
    told = table[(table["protocol"] == "independence") & (table["metric"] == "adversary_auc")]
    lines = {
        f"{system}, {attribute}": [_cell(part[part["source"] == encoder]) for encoder in ("teacher", "student")]
        for (system, attribute), part in told.groupby(["system", "sensitive"], sort=False)
    }
    return _markdown(["adversary's AUC", "teacher's latents", "student's latents"], lines) if lines else ""


def goals_table(table: pd.DataFrame, name: str) -> str:
    """The default preset against what it was to reach; a figure undefined for a seed meets nothing."""
    mine = table[table["system"] == "default"]
    lines = []
    for goal in GOALS[name]:
        found = rows(mine[mine["source"] == goal.figure.source], goal.figure, *attribute_and_outcome(name))
        one = spread(found)
        said = "undefined for a seed" if found["value"].isna().any() else goal.verdict(one.mean)
        reached = "" if np.isnan(one.mean) else number(one.mean)
        lines.append([goal.figure.title, f"{goal.sign} {goal.wanted:g}", reached, _interval(one), said])
    return grid(["figure", "goal", "mean", "interval", ""], lines)


def ablations_table(table: pd.DataFrame, name: str) -> str:
    """One line for each variant, its synthetic rows only."""
    mine = table[(table["problem"] == name) & (table["source"] == SYNTHETIC)]
    wanted = [figure for figure in (*MAIN, *LIKENESS) if figure.title != "its null, p10"]
    wanted += [figure for figure in COSTS_AND_CHANGES if figure.title in ("learn, s", "labels changed")]
    lines = {}
    for system, part in mine.groupby("system", sort=False):
        told = table[(table["problem"] == name) & (table["system"] == system) & (table["protocol"] == "independence")]
        leak = [_cell(told[told["source"] == encoder]) for encoder in ("teacher", "student")]
        lines[str(system)] = [*(_cell(rows(part, figure, *attribute_and_outcome(name))) for figure in wanted), *leak]
    return _markdown(["variant", *(figure.title for figure in wanted), "s from z", "s from z'"], lines)


def attribute_and_outcome(name: str) -> tuple[str, str]:
    """The problem's attribute, crossed if several, and its positive outcome."""
    schema = PROBLEMS[name].load_dataset().schema
    return attribute_name(schema.sensitive), positive_name(schema)


def _lines(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [
        (_title(str(system), str(source), part), part)
        for (system, source), part in table.groupby(["system", "source"], sort=False)
    ]


def _title(system: str, source: str, part: pd.DataFrame) -> str:
    if system == REAL:
        return NAMES.get(source, source)
    star = "*" if part["note"].str.contains(UNPROVEN, regex=False).any() else ""
    return f"**{system}**{star}" if source in (SYNTHETIC, system) else f"{system}: {source}"


def _cell(found: pd.DataFrame) -> str:
    """Mean, deviation and interval over the seeds, and what makes the figure doubtful; nothing if there is none."""
    if found.empty:
        return ""
    one, missing = spread(found), int(found["value"].isna().sum())
    if missing == len(found):
        return "undefined"
    words = [number(one.mean)]
    if not np.isnan(one.deviation):
        words.append(f"±{number(one.deviation)} {_interval(one)}")
    if missing:
        words.append(f"({missing} of {len(found)} undefined)")
    if (found["status"] == Status.DEGENERATE).any():
        words.append("degenerate")
    return " ".join(words)


def _interval(one: Spread) -> str:
    return "" if np.isnan(one.low) else f"[{number(one.low)}, {number(one.high)}]"


def number(value: float) -> str:
    """Three decimals, one for what is 10 or more, without a leading zero.

    >>> number(0.9384), number(-0.0121), number(31.27)
    ('.938', '-.012', '31.3')
    """
    text = f"{value:.{1 if abs(value) >= 10 else 3}f}"
    return text.replace("0.", ".", 1) if abs(value) < 1 else text


def _markdown(heads: Sequence[str], lines: dict[str, list[str]]) -> str:
    return grid(heads, [[title, *cells] for title, cells in lines.items()])


def grid(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table."""
    every = [heads, ["---"] * len(heads), *lines]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in every)
