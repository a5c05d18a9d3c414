"""The report's parts on scores: their curves, repair by thresholds, and less discriminatory alternatives."""

from __future__ import annotations

from collections.abc import Iterator

from core.report.charts.plot_data import PlotData
from core.report.output.leads import Leads
from core.report.output.section import Section
from core.report.tables.thresholds import AGAINST, LIMIT


def score_sections(plots: PlotData, told: Leads) -> Iterator[Section]:
    """Yield the parts on scores and thresholds; those without content are left out later."""
    yield Section(
        "",
        "Scores by group",
        told.scores,
        told.scores_limit,
        folded=[figure.table for figure in plots.scores],
        figures=plots.scores,
    )
    yield Section(
        "",
        "Less discriminatory alternatives",
        "Of the models at hand and thresholds for everybody: those that are as accurate and treat groups more alike.",
        f"{LIMIT} Other models, which nobody tried, may be both more accurate and more alike.",
        plots.alternatives,
    )
    yield Section(
        "",
        "Thresholds and repair",
        "Thresholds for each score that make groups more alike, by single columns, and what they cost on rows on which "
        "they were not chosen.",
        f"{AGAINST} {LIMIT}",
        plots.repair[::3],
        [table for place, table in enumerate(plots.repair) if place % 3],
    )
