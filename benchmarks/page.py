"""The benchmark's tables as Markdown, between two markers of `benchmarks/README.md`."""

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

from benchmarks.figures import GOALS, LIKENESS, MAIN, MAKING, PAPER, Figure, spread, values, verdict
from benchmarks.problems import PROBLEMS
from benchmarks.scoring import SYNTHETIC
from core.data.groups import attribute_name, positive_name
from core.errors import ConfigError
from core.runs.files import write_text

README = Path(__file__).with_name("README.md")
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
    write_text(place, f"{before}{first}\n\n{text.strip()}\n\n{last}{after}")


def machine() -> str:
    """One sentence about where and when the figures were measured."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} on {os.cpu_count()} CPU cores ({platform.machine()}), "
        f"{memory:.0f} GiB, Python {platform.python_version()}, torch {torch.__version__}."
    )


def problem_tables(table: pd.DataFrame, name: str) -> str:
    """All tables of one problem: utility and fairness, likeness, the paper's polarity, making, goals."""
    mine = table[table["problem"] == name]
    seeds = mine["generator_seed"].nunique()
    parts = [f"### {name}, mean ± standard deviation over {seeds} generator seeds"]
    parts.append(figures_table(mine, name, MAIN))
    parts.append(figures_table(mine, name, LIKENESS))
    parts.append("Protocol D with the more frequent outcome as the positive one, as in the paper's Table 1:")
    parts.append(figures_table(mine, name, PAPER))
    parts.append(leakage_table(mine))
    parts.append(figures_table(mine, name, MAKING))
    if name in GOALS:
        parts += ["What the default preset was to reach, and the 95 % interval of its mean over seeds:"]
        parts.append(goals_table(mine, name))
    return "\n\n".join(part for part in parts if part)


def figures_table(table: pd.DataFrame, name: str, figures: Sequence[Figure]) -> str:
    """One line for each system and source; figures that no line has are left out."""
    lines = {
        title: [_cell(spread(values(rows, figure, *_names(name)))) for figure in figures]
        for title, rows in _lines(table)
    }
    shown = [place for place in range(len(figures)) if any(cells[place] for cells in lines.values())]
    lines = {title: [cells[place] for place in shown] for title, cells in lines.items()}
    lines = {title: cells for title, cells in lines.items() if any(cells)}
    return _markdown(["rows", *(figures[place].title for place in shown)], lines)


def leakage_table(table: pd.DataFrame) -> str:
    """How well an adversary reads the groups from the latents of teacher and student."""
    told = table[(table["protocol"] == "independence") & (table["metric"] == "adversary_auc")]
    lines = {
        f"{system}, {attribute}": [
            _cell(spread(part.loc[part["source"] == encoder, "value"])) for encoder in ("teacher", "student")
        ]
        for (system, attribute), part in told.groupby(["system", "sensitive"], sort=False)
    }
    return _markdown(["adversary's AUC", "teacher's latents", "student's latents"], lines) if lines else ""


def goals_table(table: pd.DataFrame, name: str) -> str:
    """The default preset's synthetic rows against what they were to reach."""
    mine = table[(table["system"] == "default") & (table["source"] == SYNTHETIC)]
    figures = {figure.title: figure for figure in (*MAIN, *LIKENESS, *PAPER)}
    lines = {}
    for title, goal in GOALS[name].items():
        mean, _, half = spread(values(mine, figures[title], *_names(name)))
        interval = "" if np.isnan(half) else f"[{mean - half:.3f}, {mean + half:.3f}]"
        lines[title] = [f"{goal[0]} {goal[1]:g}", f"{mean:.3f}", interval, verdict(mean, goal)]
    return _markdown(["figure", "goal", "mean", "interval", ""], lines)


def variants_table(table: pd.DataFrame, name: str) -> str:
    """One line for each variant, its synthetic rows only."""
    mine = table[(table["problem"] == name) & (table["source"] == SYNTHETIC)]
    wanted = [figure for figure in (*MAIN, *LIKENESS) if figure.title not in ("A: balanced", "its null, p10", "A: EOR")]
    lines = {}
    for system, rows in mine.groupby("system", sort=False):
        told = table[(table["problem"] == name) & (table["system"] == system) & (table["protocol"] == "independence")]
        leak = [_cell(spread(told.loc[told["source"] == encoder, "value"])) for encoder in ("teacher", "student")]
        figures = [_cell(spread(values(rows, figure, *_names(name)))) for figure in wanted]
        lines[str(system)] = [*figures, *leak, _cell(spread(values(rows, MAKING[0], *_names(name))))]
    return _markdown(["variant", *(f.title for f in wanted), "s from z", "s from z'", MAKING[0].title], lines)


def _names(name: str) -> tuple[str, str]:
    schema = PROBLEMS[name].dataset_now().schema
    return attribute_name(schema.sensitive), positive_name(schema)


def _lines(table: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    return [
        (_title(str(system), str(source)), rows)
        for (system, source), rows in table.groupby(["system", "source"], sort=False)
    ]


def _title(system: str, source: str) -> str:
    if system == "real":
        return NAMES.get(source, source)
    return f"**{system}**" if source in (SYNTHETIC, system) else f"{system}: {source}"


def _cell(found: tuple[float, float, float]) -> str:
    mean, deviation, _ = found
    if np.isnan(mean):
        return ""
    digits = 1 if abs(mean) >= 10 else 3
    shown = f"{mean:.{digits}f}"
    return shown if np.isnan(deviation) else f"{shown} ±{deviation:.{digits}f}"


def _markdown(heads: Sequence[str], lines: dict[str, list[str]]) -> str:
    rows = [heads, ["---"] * len(heads), *([title, *cells] for title, cells in lines.items())]
    return "\n".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows)
