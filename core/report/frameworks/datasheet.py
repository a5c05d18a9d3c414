"""A datasheet for the synthetic file, in the sections of Gebru et al. (2021)."""

from __future__ import annotations

from core.audit.metrics.catalog import placed
from core.audit.metrics.declaration import Place
from core.data.column import Kind
from core.report.frameworks import wording
from core.report.frameworks.sheet import Content, Facts, Sheet, fill

KEY = "datasheet"
SOURCE = "synthetic"
_GENERATED = "Missing values were generated as they occur. "


def sheet(facts: Facts) -> Sheet | None:
    """Return the section, if the run made synthetic rows."""
    if not facts.has(SOURCE):
        return None
    errors = (facts.shown.at(metric, source=SOURCE, protocol="fidelity") for metric in placed(Place.DATASHEET))
    generated = _GENERATED if wording.compared_method(facts) is None else ""
    prefilled = {
        "purpose": "To train on rows that stand in for a real table with less of its gap between groups.",
        "count": _count(facts),
        "labels": wording.lines(wording.roles(facts), wording.labels_changed(facts)),
        "missing": f"{generated}{wording.missing(facts)}",
        "splits": "Train on all rows. Test on real rows kept aside only: figures on synthetic rows prove nothing.",
        "errors": wording.figures(errors),
        "subpopulations": wording.verdicts_of(facts, SOURCE, ("data",)),
        "identify": wording.privacy(facts, SOURCE),
        "making": wording.lines(_obtained(facts), wording.version(facts)),
        "preprocessing": wording.preparation(facts),
        "effects": wording.lines(wording.verdicts_of(facts, SOURCE, ("A", "B")), wording.PARITY_LIMIT),
        "not_for": "To decide about a person, or to measure how the real rows treat their groups: that was changed.",
    }
    return fill(KEY, facts, Content(prefilled))


def _count(facts: Facts) -> str:
    overall = facts.shown.overall.without(n=None).first(source=SOURCE, protocol="data")
    kinds = [column.kind for column in facts.schema.columns]
    counted = ", ".join(f"{kinds.count(kind)} {kind.value}" for kind in Kind if kind in kinds)
    rows = f"{overall.n:,} rows took part in the audit; " if overall is not None else ""
    return f"{rows}{len(kinds)} columns: {counted}."


def _obtained(facts: Facts) -> str:
    """Return how the rows were made, and from what."""
    table = f"the table {str(facts.manifest.get('name', 'of this run'))!r}"
    maker = wording.compared_method(facts)
    if maker is not None:
        preset = facts.manifest["config"].get("preset", "default")
        return wording.lines(
            f"Not collected: generated from what a method learned of {table}. Preset: {preset}.",
            f"The method is {wording.about_method(maker)}",
        )
    channel = wording.settings(facts, "labels")
    how = (
        f"Outcome repair: {channel['channel'].replace('_', '-')}, amount {channel['repair_level']}." if channel else ""
    )
    aim = f"Criterion: {channel['criterion'].replace('_', ' ')}." if channel else ""
    return wording.lines(
        f"Not collected: decoded from a compact model's (student network's) latents of {table}; outcomes repaired by a "
        "fair label channel.",
        f"{how} {aim}".strip(),
        wording.origin_of_parity(facts),
    )
