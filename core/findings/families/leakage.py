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
from core.audit.figure_text import interval, number
from core.audit.inputs import LATENT_VIEWS, MEANS, MEANS_AND_SPREADS, ORIGINAL, SAMPLES
from core.audit.metrics.leakage import ABOVE, AUC, DIFFERENCE, ROWS
from core.audit.records import Record
from core.audit.strongest_adversary import ADVERSARIES
from core.findings.evidence import REPRESENTATION, Evidence, called
from core.findings.finding import Claim, Topic, VerdictKind
from core.synthesis.base import STUDENT, TEACHER

MARGIN: Final = 0.05
"""Differences of AUC below it do not matter."""
_SOURCES = (STUDENT, REPRESENTATION, TEACHER)
_COUNT = {3: "three"}.get(len(ADVERSARIES), str(len(ADVERSARIES)))
_NUMBERS = {MEANS: "means", MEANS_AND_SPREADS: "means and spreads", SAMPLES: "samples"}


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the claims on the encoder that matters, and on the rows that are meant to be used, by attribute."""
    source = next((name for name in _SOURCES if evidence.all.where(source=name, metric=_metrics(ABOVE))), None)
    for name in evidence.all.attributes:
        if source is not None:
            yield from _of_latents(evidence, source, name)
        figure = evidence.all.at(
            "rows_leakage_difference", source=evidence.product, protocol="independence", sensitive=name
        )
        if figure is not None:
            yield _more_than_real_rows(figure, f"The features of the {called(figure.source)} reveal")


def _of_latents(evidence: Evidence, source: str, name: str) -> Iterator[Claim]:
    for view in (MEANS_AND_SPREADS, MEANS):
        above = _at(evidence, f"{ABOVE}_{view}", source, name)
        if above is not None:
            break
    else:
        return
    beside = [
        _at(evidence, f"{AUC}_{view}", source, name),
        _at(evidence, f"{AUC}_{SAMPLES}", source, name),
        _at(evidence, f"{AUC}_{ROWS}", ORIGINAL, name),
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
        verb = "reveals" if source == REPRESENTATION else "reveal"
        told = source == REPRESENTATION  # of an encoder, the sentence before has both figures
        yield _more_than_real_rows(difference, f"{_subject(source, view)} {verb}" if told else "")


def _texts(
    evidence: Evidence, source: str, name: str, view: str, beside: list[Record | None]
) -> dict[VerdictKind, str]:
    told, samples, rows = beside
    if told is None or told.value is None:
        return {}
    others = [
        f"{what} give {_figure(one)}"
        for what, one in (
            ("samples of them, from which the rows are made,", samples),
            ("the features of the real rows", rows),
        )
        if one is not None and one.value is not None
    ]
    task = _task(evidence, source, name, view)
    start = f"From {_subject(source, view, start=False)}, the strongest of {_COUNT} adversaries"
    shown = "".join(f"; {other}" for other in others)
    texts = {VerdictKind.GAP: f"{start} tells {task} with AUC {_figure(told)} (0.5: not at all, 1: always){shown}."}
    if source == REPRESENTATION:
        texts[VerdictKind.NO_GAP] = (
            f"{start} tells {task} with AUC {_figure(told)}, within {number(MARGIN)} of 0.5 (not at all){shown}."
        )
        texts[VerdictKind.UNDECIDED] = (
            f"Too few rows to tell whether adversaries tell {task} from {_subject(source, view, start=False)}: AUC "
            f"{_figure(told)} (0.5: not at all){shown}."
        )
    return texts


def _more_than_real_rows(figure: Record, what: str) -> Claim:
    text = (
        f"{what} {attribute_title(str(figure.sensitive))} better than the features of the real rows do: the AUC of an "
        f"adversary is higher by {_figure(figure)}."
    )
    return Claim(
        family="leakage",
        topic=Topic.LEAKAGE,
        figure=figure,
        texts={VerdictKind.GAP: text} if what else {},
        margin=MARGIN,
    )


def _task(evidence: Evidence, source: str, name: str, view: str) -> str:
    """Return what the adversary does: "Female from Male", or the group that is told best "from all others"."""
    of_groups = evidence.all.of_groups.where(sensitive=name)
    by_group = of_groups.where(source=source, metric=f"{AUC}_{view}").without(value=None)
    if by_group:
        best = max(by_group, key=lambda one: one.value or 0.0)
        return f"{best.group} from all others"
    names = list(dict.fromkeys(one.group for one in of_groups.where(source=ORIGINAL, metric="base_rate")))
    return f"{names[0]} from {names[1]}" if len(names) == 2 else f"groups by {attribute_title(name)}"


def _subject(source: str, view: str, *, start: bool = True) -> str:
    numbers = f"numbers ({_NUMBERS[view]})"
    who = f"he {called(source)}" if source == REPRESENTATION else f"he {source_name(source)}'s {numbers}"
    return f"{'T' if start else 't'}{who}"


def _figure(record: Record) -> str:
    return f"{number(record.value or 0.0)} {interval(record)}".strip()


def _at(evidence: Evidence, metric: str, source: str, name: str) -> Record | None:
    return evidence.all.at(metric, source=source, protocol="independence", sensitive=name)


def _metrics(start: str) -> tuple[str, ...]:
    return tuple(f"{start}_{view}" for view in LATENT_VIEWS)
