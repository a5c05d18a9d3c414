"""Whether a run missed what it aimed at: the parity that a person asked for, or any gap that its models leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.figure_text import number
from core.audit.metrics.catalog import describe
from core.audit.metrics.names import ODDS_DIFFERENCE, OPPORTUNITY_DIFFERENCE, PARITY_DIFFERENCE
from core.audit.records import Record, Status
from core.audit.repair_level import Goal, goal_of
from core.findings.evidence import ORIGINAL, Evidence, is_crossed, sized
from core.findings.finding import Finding, VerdictKind

_MODELS: Final = {"A": "see", "B": "do not see"}


def missed_aims(evidence: Evidence, findings: Iterable[Finding]) -> Iterator[str]:
    """Yield a sentence for each attribute and product that misses what was aimed at, on test rows.

    With a target or a tolerance the figure itself decides. Without one the aim is no gap at all, and it is missed if a
    gap is shown. Of selection rates that is not said here: `core.findings.stages` tells every gap in them.
    """
    goal = goal_of(evidence.all)
    if goal is not None:
        for name in evidence.attributes:
            yield from _missed(evidence, goal, name)
    elif evidence.aim != PARITY_DIFFERENCE:
        yield from (_gap_left(evidence, one.claim.figure) for one in gaps_left(evidence, findings))


def gaps_left(evidence: Evidence, findings: Iterable[Finding]) -> list[Finding]:
    """Return the gaps that outcome repair was to close and are shown, of models that see the attribute first."""
    left = [
        one
        for one in findings
        if one.verdict is VerdictKind.GAP and not one.withheld and is_of_aim(evidence, one.claim.figure)
    ]
    return sorted(left, key=lambda one: one.claim.figure.protocol)


def is_of_aim(evidence: Evidence, figure: Record) -> bool:
    """Return whether a figure says if classifiers of the product have the gap that outcome repair was to close."""
    name = str(figure.sensitive)
    judges = figure.protocol in _MODELS and figure.source in evidence.told and figure.source != ORIGINAL
    return figure.metric == evidence.aim and judges and not is_crossed(name)


def _gap_left(evidence: Evidence, figure: Record) -> str:
    title = attribute_title(str(figure.sensitive))
    return (
        f"The aim, {criterion_words(evidence)}, is missed for {title}{_models(figure.protocol, title)}: the "
        f"{describe(figure.metric).label} is {sized(figure)} per 1,000 on the test rows."
    )


def criterion_words(evidence: Evidence) -> str:
    """Return what outcome repair aims at, as part of a sentence."""
    on_record = f"{evidence.outcome} on record"
    return {
        PARITY_DIFFERENCE: f"equal rates of {evidence.outcome}",
        ODDS_DIFFERENCE: f"equal rates of {evidence.outcome} among those with and among those without {on_record}",
        OPPORTUNITY_DIFFERENCE: f"equal rates of {evidence.outcome} among those with {on_record}",
    }[evidence.criterion]


def _models(protocol: str, title: str) -> str:
    """Return which models miss it."""
    return f" by models that {_MODELS[protocol]} {title}" if protocol in _MODELS else ""


def _missed(evidence: Evidence, goal: Goal, name: str) -> Iterator[str]:
    """Yield what was missed, by models that see the attribute first: the search of a run judges those."""
    title = attribute_title(name)
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
                    f"{_models(protocol, title)}: {number(figure.value)} on the test rows. "
                    "Merge small groups, bring more rows, or aim at less."
                )
