"""Whether latents reveal the groups, and whether they or the synthetic rows reveal more than the real rows do.

Rule: the AUC of the strongest of several adversaries on hold-out rows, minus .5, with its interval; of several groups,
that of the group which is told best, with a simultaneous interval. Two further claims are on differences to the
features of real rows. The margin is .05 of AUC. Error rate: that of `core.findings.decision`.

The source is the encoder whose latents are decoded to rows (the student), or a method's representation. The adversary
reads all that the encoder computed of a row, means and spreads, as far as both exist. What samples reveal stands beside
it, since rows are decoded from samples. For latents on the way to rows, only a gap is told in the summary.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.audit.display_names import attribute_title, source_name
from core.audit.figure_text import interval, number, percent
from core.audit.inputs import LATENT_VIEWS, MEANS, MEANS_AND_SPREADS, MEANS_GIVEN_TARGET, SAMPLES
from core.audit.metrics.code_usage import DISTANCES
from core.audit.metrics.leakage import ABOVE, AUC, DIFFERENCE, ROWS
from core.audit.records import ORIGINAL, Record
from core.findings.evidence import REPRESENTATION, Evidence, called, per_1000
from core.findings.finding import Claim, Topic, VerdictKind
from core.synthesis.base import STUDENT, TEACHER

MARGIN: Final = 0.05
"""Differences of AUC below it do not matter."""
_SOURCES = (STUDENT, REPRESENTATION, TEACHER)
_NUMBERS = {
    MEANS: "means",
    MEANS_AND_SPREADS: "means and spreads",
    SAMPLES: "samples",
    MEANS_GIVEN_TARGET: "drawn by codewords",
}


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the claims on the encoder that matters, and on the rows that are meant to be used, by attribute."""
    source = next((name for name in _SOURCES if evidence.all.where(source=name, metric=_metrics(ABOVE))), None)
    for name in evidence.all.attributes:
        if source is not None:
            yield from _of_latents(evidence, source, name)
        for product in evidence.products:
            figure = evidence.all.at("rows_leakage_difference", source=product, protocol="independence", sensitive=name)
            if figure is not None:
                yield _more_than_real_rows(figure, f"The features of the {called(figure.source)} reveal")


def _of_latents(evidence: Evidence, source: str, name: str) -> Iterator[Claim]:
    for view in (MEANS_AND_SPREADS, MEANS, MEANS_GIVEN_TARGET):
        above = _at(evidence, f"{ABOVE}_{view}", source, name)
        if above is not None:
            break
    else:
        return
    beside = [
        _at(evidence, f"{AUC}_{view}", source, name),
        _at(evidence, f"{AUC}_{SAMPLES}", source, name),
        None if view == MEANS_GIVEN_TARGET else _at(evidence, f"{AUC}_{ROWS}", ORIGINAL, name),
    ]
    yield Claim(
        family="leakage",
        topic=Topic.LEAKAGE,
        figure=above,
        texts=_texts(evidence, source, name, view, beside),
        margin=MARGIN,
        records=tuple(record for record in beside if record is not None),
    )
    difference = _at(evidence, f"{DIFFERENCE}_{view}", source, name)
    if difference is not None:
        told = source == REPRESENTATION  # of an encoder, the sentence before has both figures
        yield _more_than_real_rows(difference, f"The {called(source)} reveals" if told else "")


def _texts(
    evidence: Evidence, source: str, name: str, view: str, beside: list[Record | None]
) -> dict[VerdictKind, str]:
    told, samples, rows = beside
    if told is None or told.value is None:
        return {}
    distance = next((found for one in DISTANCES if (found := _at(evidence, one, source, name)) is not None), None)
    within = f" with the same {evidence.schema.target}" if view == MEANS_GIVEN_TARGET else ""
    pair = f"{_pair(evidence, source, name, view)}{f', both{within},' if within else ''}"
    seen = _seen(source, view, is_code=distance is not None)
    real = f"; from the other columns of the real rows, in {_figure(rows)}" if _is_known(rows) else ""
    made = (
        " These numbers are not in the file; from samples of them, of which its rows are made, it is told in "
        f"{_figure(samples)}."
        if _is_known(samples)
        else ""
    )
    start = f"From {seen} of {pair} one can tell which is which"
    end = f"in {_figure(told)}{real}; by guessing, in 50."
    texts = {VerdictKind.GAP: f"{start} {end}{made}"}
    if source == REPRESENTATION or distance is not None:
        texts[VerdictKind.NO_GAP] = f"{start} hardly better than by guessing: {end}{made}{_bound(distance, within)}"
        texts[VerdictKind.UNDECIDED] = (
            f"Too few rows to say whether {start[:1].lower()}{start[1:]} better than by guessing: {end}{made}"
        )
    return texts


def _more_than_real_rows(figure: Record, what: str) -> Claim:
    text = (
        f"{what} {attribute_title(str(figure.sensitive))} better than the other columns of the real rows do: which of "
        f"two people belongs to which group is told in {_pairs(figure)} more of 100 pairs."
    )
    return Claim(
        family="leakage",
        topic=Topic.LEAKAGE,
        figure=figure,
        texts={VerdictKind.GAP: text} if what else {},
        margin=MARGIN,
    )


def _pair(evidence: Evidence, source: str, name: str, view: str) -> str:
    """Return whom the adversary tells apart: "one Female and one Male", or the group that is told best and others."""
    of_groups = evidence.all.of_groups.where(sensitive=name)
    by_group = of_groups.where(source=source, metric=f"{AUC}_{view}").without(value=None)
    if by_group:
        best = max(by_group, key=lambda one: one.value or 0.0)
        return f"one {best.group} and one of another group"
    names = list(dict.fromkeys(one.group for one in of_groups.where(source=ORIGINAL, metric="base_rate")))
    return (
        f"one {names[0]} and one {names[1]}" if len(names) == 2 else f"two people who differ in {attribute_title(name)}"
    )


def _bound(distance: Record | None, within: str) -> str:
    """Return what bounds every adversary; empty where there is no bound.

    Args:
        distance: Between the groups' use of codewords.
        within: Among which rows, if not all.
    """
    if distance is None or distance.high is None:
        return ""
    if distance.high >= 1:
        return " The test rows are too few to say how far apart at most it selects groups."
    return (
        f" Whatever is decided from it alone selects groups{within} at rates at most {per_1000(distance.high)} per "
        f"1,000 apart{' on average' if within else ''}, with {percent(distance.confidence)} confidence."
    )


def _seen(source: str, view: str, *, is_code: bool) -> str:
    """Return what the adversary sees."""
    if is_code:
        return f"the code that {'the ' + source_name(source)} gives a row, of which its rows are made,"
    if source == REPRESENTATION:
        return f"the {called(source)}"
    return f"the numbers inside the {source_name(source)} ({_NUMBERS[view]})"


def _is_known(record: Record | None) -> bool:
    return record is not None and record.value is not None


def _figure(record: Record | None) -> str:
    """Return an AUC: the share of pairs, one of each group, that are told rightly."""
    if record is None:
        return ""
    share = 100 * (record.value or 0.0)
    right = f"{share:.1f}" if 99.5 <= share < 100 else f"{share:.0f}"
    return f"{right} of 100 pairs (AUC {number(record.value or 0.0)} {interval(record)})"


def _pairs(difference: Record) -> str:
    """Return a difference of two AUCs in pairs of 100."""
    low, high = difference.low, difference.high
    bounds = "" if low is None or high is None else f" [{100 * low:.0f}, {100 * high:.0f}]"
    return f"{100 * (difference.value or 0.0):.0f}{bounds}"


def _at(evidence: Evidence, metric: str, source: str, name: str) -> Record | None:
    return evidence.all.at(metric, source=source, protocol="independence", sensitive=name)


def _metrics(start: str) -> tuple[str, ...]:
    return tuple(f"{start}_{view}" for view in LATENT_VIEWS)
