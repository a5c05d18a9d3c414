"""What a reader can do next, from what an audit found: short sentences for the first screen, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.glossary import ALL_ROWS, MODEL
from core.audit.metrics.names import PARITY_DIFFERENCE
from core.findings.conclusions import Conclusions
from core.findings.evidence import DECISIONS, ORIGINAL, REPRESENTATION, Evidence, columns_of, of_100
from core.findings.families import favorable, few_selected, selection_rates
from core.findings.finding import ALTERED, Finding, Topic, VerdictKind
from core.findings.missed import gaps_left
from core.findings.open_questions import detectable_gap, rows_needed
from core.findings.several_models import better_model
from core.findings.stages import gap_change

_MAX_STEPS: Final = 3


def next_steps(conclusions: Conclusions, *, has_faults: bool, has_harms: bool) -> tuple[str, ...]:
    """Return at most three steps.

    Args:
        conclusions: What the audit found.
        has_faults: Whether something makes its figures worthless or doubtful.
        has_harms: Whether something is shown to have got worse.
    """
    return tuple(_steps(conclusions, has_faults=has_faults, has_harms=has_harms))[:_MAX_STEPS]


def _steps(conclusions: Conclusions, *, has_faults: bool, has_harms: bool) -> Iterator[str]:
    evidence = conclusions.evidence
    if has_faults:
        made = "Do not use or hand on what was made before that." if _is_trained(evidence) else ""
        yield f"See first to what stands at the top: the other figures rest on it. {made}".strip()
    if conclusions.schema.favorable_guess:
        yield f"Confirm that {evidence.outcome} is good for a person: it is a guess, and every sentence rests on it."
    elif conclusions.schema.favorable is None and conclusions.of(favorable.FAMILY):
        yield f"Say whether {evidence.outcome} is good for a person. Nobody did, and every sentence takes it for good."
    yield from _reference(conclusions)
    if evidence.criterion == PARITY_DIFFERENCE:
        for name in evidence.attributes:
            yield from _gap(evidence, conclusions, name)
        yield from _price(evidence, conclusions, has_harms=has_harms)
    else:
        yield from _missed_criterion(conclusions)
    yield from _more_rows(evidence, conclusions)
    if _is_trained(evidence) and not has_faults and evidence.product not in (DECISIONS, REPRESENTATION):
        yield "Audit again on rows from where the synthetic rows will be used: what holds here is no promise there."


def _is_trained(evidence: Evidence) -> bool:
    """Return whether classifiers learned from rows that were made."""
    return evidence.product != ORIGINAL and evidence.protocols(evidence.product) != (MODEL,)


def _reference(conclusions: Conclusions) -> Iterator[str]:
    """Yield the advice to look at outcomes again that a better founded outcome contradicts more often in one group."""
    reference = conclusions.schema.reference
    found = [one for one in conclusions.findings if one.claim.topic is Topic.REFERENCE and not one.claim.counted]
    if reference is not None and any(one.verdict is VerdictKind.GAP and not one.withheld for one in found):
        yield f"Have the outcomes on record looked at again where “{reference}” says otherwise."


def _missed_criterion(conclusions: Conclusions) -> Iterator[str]:
    """Yield what can be done about a gap that was to be closed and is shown; selection rates were not to be equal."""
    left = gaps_left(conclusions.evidence, conclusions.findings)
    for name in dict.fromkeys(str(one.claim.figure.sensitive) for one in left):
        by = attribute_title(name)
        yield f"By {by}, the aim is missed. Compare with other methods, or aim at another criterion."


def _gap(evidence: Evidence, conclusions: Conclusions, name: str) -> Iterator[str]:
    """Yield what can be done about a gap by one attribute that is shown, or that what was made widens."""
    found = _told(evidence, conclusions, name)
    gaps = {one.claim.figure.protocol for one in found if one.verdict is VerdictKind.GAP}
    by = attribute_title(name)
    if any(gap_change(evidence, one.claim.figure)[0] == "wider" for one in found):
        yield f"By {by}, what was made likely widens a gap: do not use it to narrow one."
    elif gaps & {MODEL, ALL_ROWS}:
        yield f"By {by}, {better_model(conclusions, found)}"
    elif not _is_trained(evidence):
        if gaps:
            yield f"By {by}, ask how the gap came about; then make a fairer version of these rows and see its price."
    elif gaps - {"B", "data"}:  # equal rates of rows that are made say little of what is learned from them
        yield f"By {by}, a gap is left. Compare with other methods, or aim at another criterion."
    elif "B" in gaps:
        yield _blind_gap(evidence, found, name)


def _blind_gap(evidence: Evidence, found: Sequence[Finding], name: str) -> str:
    """Return what can be done where a gap is left for models that do not see the attribute alone."""
    seeing = [one for one in found if one.claim.figure.protocol == "A"]
    helps = any(
        one.verdict is VerdictKind.NO_GAP or gap_change(evidence, one.claim.figure)[0] == "narrower" for one in seeing
    )
    end = (
        "or let the model see it where the law allows that, and weigh whom that costs."
        if helps
        else "whether a model that sees it would leave less, these rows do not tell."
    )
    return (
        f"A gap is left if the model does not see {columns_of(name)}, as other columns reveal it. Leave out those that "
        f"reveal it most; {end}"
    )


def _told(evidence: Evidence, conclusions: Conclusions, name: str | None = None) -> list[Finding]:
    """Return the findings on selection rates of what is meant to be used, of one attribute or of all."""
    return [
        one
        for one in conclusions.of(selection_rates.FAMILY)
        if one.claim.figure.source in evidence.told and not one.withheld and len(one.claim.records) > 1
        if name in (None, one.claim.figure.sensitive)
    ]


def _price(evidence: Evidence, conclusions: Conclusions, *, has_harms: bool) -> Iterator[str]:
    """Yield what follows if outcomes were altered and a group lost by it, or no gap is shown to have narrowed."""
    altered = any(one.claim.about == ALTERED for one in conclusions.findings)
    judged = [one for one in _told(evidence, conclusions) if one.claim.figure.protocol in ("A", "B")]
    if not altered or not _is_trained(evidence) or all(one.verdict is VerdictKind.NO_GAP for one in judged):
        return
    ways = {gap_change(evidence, one.claim.figure)[0] for one in judged}
    if "narrower" not in ways:
        yield "No gap is shown to have narrowed. Bring more test rows, or try another method, before you rely on it."
    elif has_harms and "wider" not in ways:
        yield "Weigh what got worse against the gap that narrowed. Less outcome repair costs less and narrows less."


def _more_rows(evidence: Evidence, conclusions: Conclusions) -> Iterator[str]:
    """Yield how many rows would settle the primary question, or that more are needed."""
    first = next((one for one in conclusions.findings if one.claim.primary), None)
    if first is None or first.verdict is not VerdictKind.UNDECIDED or first.withheld:
        return
    if few_selected.is_given_to_nobody(evidence, first.claim.figure):
        yield f"The model gives {evidence.outcome} to nobody, so more rows would show no gap: look at its scores first."
        return
    least = detectable_gap(evidence, first)
    needed = None if least is None else rows_needed(least, evidence.margin)
    rows = "test rows" if first.claim.figure.protocol in ("A", "B") else "rows"
    if needed is None:
        undefined = first.claim.figure.value is None
        each = f", at least {evidence.schema.min_group_size} of each group," if undefined else ""
        yield f"Bring more {rows}{each} before you rest on a verdict."
    else:
        yield f"Bring about {needed:,} {rows} to find out whether a gap of {of_100(evidence.margin)} of 100 is left."
