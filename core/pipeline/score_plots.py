"""The curves of scores of a run, and as accurate choices with a smaller disparity: made with the audit, and saved."""

from __future__ import annotations

from typing import Final

import numpy as np

from core.audit.model_decisions import DecisionsInput
from core.audit.statistics.confidence import DEFAULT_CONFIDENCE
from core.audit.thresholds.alternatives import TOLERANCE
from core.audit.thresholds.repair import ScoredRows
from core.audit.thresholds.score_tables import CURVES, score_tables
from core.audit.thresholds.scored import scored_models
from core.config import run_config
from core.data.groups import CROSS, positive_name
from core.pipeline.alternatives import alternatives_tables, find_alternatives
from core.pipeline.priced_rules import priced_rules, read_priced_rules
from core.report.charts.scores import ScoreTables
from core.report.tables.base import Table
from core.runs.run_folder import RunFolder

ALTERNATIVES: Final = "alternatives"
_UNWEIGHTED: Final = "Curves of scores by group and other thresholds do not use weights, so there are none here."
MAX_MODELS: Final = 5
"""Models whose curves are drawn; the figures in tables are of all."""
MAX_REPAIRED: Final = 2
"""Scores whose repair is told: each takes seconds of a large table, and three tables a column."""
_FIRST_REPAIRED: Final = (
    f"What repair costs is told of the first {MAX_REPAIRED} scores only. The command thresholds and the Audit page "
    "tell it of all."
)


def _drawn(inputs: DecisionsInput) -> list[tuple[str, dict[str, ScoredRows]]]:
    """Return the first models with their rows by attribute, each score once, whichever rules select by it."""
    found: list[tuple[str, dict[str, ScoredRows]]] = []
    for model, by_attribute in scored_models(inputs):
        scores = next(iter(by_attribute.values())).scores
        if any(np.array_equal(scores, next(iter(other.values())).scores) for _, other in found):
            continue
        found.append((model, by_attribute))
        if len(found) == MAX_MODELS:
            break
    return found


def save_score_plots(folder: RunFolder, inputs: DecisionsInput, seed: int) -> None:
    """Save the curves, the prices of repair by single columns and the alternatives; notes say why there are none."""
    if inputs.weights is not None:
        folder.notes.add([_UNWEIGHTED])
        return
    scored = _drawn(inputs)
    for name, table in score_tables(scored).items():
        folder.artifacts.save_table(name, table)
    repaired = scored[:MAX_REPAIRED]
    single = {model: {name: rows for name, rows in by.items() if CROSS not in name} for model, by in repaired}
    rules, notes = priced_rules(single, seed)
    folder.notes.add([*notes, *([_FIRST_REPAIRED] if len(scored) > MAX_REPAIRED else [])])
    if rules is not None:
        rules.save(folder)
    if not any(one.scores is not None for one in inputs.models) and len(inputs.models) < 2:
        return
    found, notes = find_alternatives(inputs, TOLERANCE, seed)
    if len(found):
        folder.artifacts.save_table(ALTERNATIVES, found)
    folder.notes.add(notes)


def read_score_tables(folder: RunFolder) -> ScoreTables:
    """Read the curves of a run; empty if it has none."""
    found = {name: folder.artifacts.table(name) for name in CURVES if folder.artifacts.has_table(name)}
    if not found:
        return ScoreTables({}, "", DEFAULT_CONFIDENCE)
    return ScoreTables(found, positive_name(folder.schema.read()), _confidence(folder))


def read_alternatives(folder: RunFolder) -> list[Table]:
    """Read as accurate choices with a smaller disparity, a table for each attribute; empty if the run has none."""
    if not folder.artifacts.has_table(ALTERNATIVES):
        return []
    return alternatives_tables(folder.artifacts.table(ALTERNATIVES), _confidence(folder))


def read_repair(folder: RunFolder) -> list[Table]:
    """Read thresholds and what they cost, for each model and attribute; empty if the run has none."""
    found = read_priced_rules(folder)
    return [] if found is None else found.tables(_confidence(folder))


def _confidence(folder: RunFolder) -> float:
    return run_config(**folder.config.read()).confidence
