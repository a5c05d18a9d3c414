"""Whether a run missed what it aimed at: the parity that a person asked for, or any gap that its models leave."""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.display_names import attribute_title
from core.audit.figure_text import number
from core.audit.metrics.catalog import describe
from core.audit.records import Status
from core.audit.repair_level import Goal, goal_of
from core.findings.evidence import ORIGINAL, Evidence


def missed_targets(evidence: Evidence) -> Iterator[str]:
    """Yield a sentence for each attribute and product whose figure on test rows is not the one that was asked for."""
    goal = goal_of(evidence.all)
    if goal is not None:
        for name in evidence.attributes:
            yield from _missed(evidence, goal, name)


def _missed(evidence: Evidence, goal: Goal, name: str) -> Iterator[str]:
    """Yield what was missed, by models that see the attribute first: the search of a run judges those."""
    title = attribute_title(name)
    models = {"A": f" by models that see {title}", "B": f" by models that do not see {title}"}
    for source in evidence.told:
        if source == ORIGINAL:
            continue
        for protocol in sorted(evidence.protocols(source)):
            figure = evidence.mine.at(goal.metric, source=source, protocol=protocol, sensitive=name)
            if figure is None or figure.value is None or figure.status is not Status.OK:
                continue
            if not goal.reaches(figure.value):
                yield (
                    f"The {describe(goal.metric).label} aimed at, {goal.bound}, is missed for {title}"
                    f"{models.get(protocol, '')}: {number(figure.value)} on the test rows. "
                    "Merge small groups, bring more rows, or aim at less."
                )
