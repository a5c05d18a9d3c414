"""Whether the file can be what it is said to be. What does not hold is told first, and what rests on it is withheld.

Rules (`core.audit.metrics.file_checks` has the figures, each with a control from real rows):

* Test rows in the file: more of the test rows than of the train rows stand in it, or almost. All other findings on the
  file are withheld, because they were measured on those rows.
* Train rows in the file: the other way round. The file is then no synthetic data of these people.
* Better than real: classifiers trained on it beat those trained on the real rows.
* Groups left out, repeated rows, one outcome, columns that became constant or hold values of no real row.
* A feature that tells the outcome by itself, in the real rows or in the file alone.
* Less than half of what ties features to the outcome, or to a group, is left.

Error rate: that of `core.findings.decision`; counts spend none. Margins are wide, so that an honest file does not reach
them by its size.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.figure_text import number
from core.audit.metrics.catalog import column_of
from core.audit.metrics.names import ACCURACY
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.findings.evidence import ORIGINAL, Evidence, called, per_1000
from core.findings.families.against_original import negated
from core.findings.finding import Claim, Topic, VerdictKind

FAMILY: Final = "file_faults"
PROTOCOL = "file"
COPIES, NEAR_COPIES, BETTER, REPEATED, UNSEEN, GAIN = 0.01, 0.02, 0.03, 0.5, 0.05, 0.15
"""Margins: shares of rows or of values, of accuracy, and of AUC."""
LEAK = 0.98
"""AUC from which one feature is said to tell the outcome by itself."""


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield the claims on the real rows, and on each source that was checked."""
    yield from _leaks(evidence)
    checks = evidence.all.where(protocol=PROTOCOL).without(source=ORIGINAL)
    for source in dict.fromkeys(one.source for one in checks):
        here = checks.where(source=source)
        yield from _contamination(here, source)
        yield from _better(evidence, source)
        yield from _rows(here, source)
        yield from _columns(here, source)
        yield from _lost_signal(evidence, source)


def _claim(figure: Record, text: str, margin: float = 0.0, *, counted: bool = False, **more: object) -> Claim:
    fields = {"margin": margin, "counted": counted, "beyond": not counted, **more}
    return Claim(FAMILY, Topic.FILE, figure, {VerdictKind.GAP: text}, **fields)  # type: ignore[arg-type]


def _contamination(here: RecordSet, source: str) -> Iterator[Claim]:
    for metric, margin, how in (
        ("copies_excess", COPIES, "stand in"),
        ("near_copies_excess", NEAR_COPIES, "almost stand in"),
    ):
        figure = here.first(metric=metric)
        if figure is None or figure.value is None:
            continue
        exact = here.first(metric="copies_excess")
        if metric != "copies_excess" and exact is not None and not _holds_0(exact):
            continue  # what copies exactly copies nearly too
        counts = f" {figure.note}" if metric == "copies_excess" else ""
        yield _claim(
            negated(figure),
            f"The {called(source)} hold test rows: more of the real test rows than of the train rows {how} the "
            f"file.{counts} What was measured on the test rows says nothing about it and is withheld.",
            margin,
            withholds=frozenset({source}),
        )
        yield _claim(
            figure,
            f"The {called(source)} copy people beyond chance: more of the real train rows than of the test rows {how} "
            f"the file.{counts}",
            margin,
        )


def _holds_0(figure: Record) -> bool:
    return figure.low is None or figure.high is None or figure.low <= 0 <= figure.high


def _better(evidence: Evidence, source: str) -> Iterator[Claim]:
    changes = evidence.mine.where(metric=ACCURACY, source=source, protocol=("change", "change B"), seed=None)
    known = changes.without(value=None)
    if known:
        figure = max(known, key=lambda one: one.low if one.low is not None else -1.0)
        if figure.value is not None:
            yield _claim(
                figure,
                f"Too good: classifiers trained on the {called(source)} are right more often than those trained on the "
                f"real rows, by {per_1000(figure.value)} per 1,000 test rows. Ask whether its maker saw the test rows.",
                BETTER,
            )


def _rows(here: RecordSet, source: str) -> Iterator[Claim]:
    repeated = here.first(metric="repeated_rows_excess")
    if repeated is not None and repeated.value is not None:
        yield _claim(
            repeated,
            f"The {called(source)} repeat themselves: {per_1000(repeated.value)} per 1,000 rows more than among real "
            "rows repeat an earlier one. Their number says more than they know.",
            REPEATED,
        )
    for name in here.attributes:
        shortfalls = here.where(metric="group_shortfall", sensitive=name).without(value=None)
        if shortfalls:
            worst = max(shortfalls, key=lambda one: (one.low or 0.0, one.value or 0.0))
            yield _claim(
                worst,
                f"{worst.group} are left out of the {called(source)} (by {attribute_title(name)}): {worst.note} "
                "Figures on the file do not speak for them.",
                group=worst.group,
                per_1000=2000 * (worst.value or 0.0),
            )


def _columns(here: RecordSet, source: str) -> Iterator[Claim]:
    for metric, margin, says in (
        ("one_value", 0.5, "has one value only, where the real rows have several"),
        ("unseen_values", UNSEEN, "holds values that no real row has"),
    ):
        found = here.filter(lambda one, metric=metric: one.metric.startswith(f"{metric}:"))  # type: ignore[misc]
        if found:
            worst = max(found, key=lambda one: one.value or 0.0)
            text = f"Column “{column_of(worst.metric)}” of the {called(source)} {says}."
            yield _claim(worst, text, margin, counted=True)
    gains = here.filter(lambda one: one.metric.startswith("single_feature_gain:") and one.value is not None)
    if gains:
        worst = max(gains, key=lambda one: one.low or -1.0)
        yield _claim(
            worst,
            f"Column “{column_of(worst.metric)}” of the {called(source)} tells the outcome far better than in the real "
            f"rows: {worst.note} What classifiers learn from it does not hold for people.",
            GAIN,
        )


def _leaks(evidence: Evidence) -> Iterator[Claim]:
    """Yield the feature of the real rows that tells the outcome best."""
    found = evidence.all.where(protocol=PROTOCOL, source=ORIGINAL).filter(
        lambda one: one.metric.startswith("single_feature_auc:") and one.value is not None
    )
    if found:
        worst = max(found, key=lambda one: one.value or 0.0)
        yield _claim(
            worst,
            f"Column “{column_of(worst.metric)}” tells the outcome by itself (AUC {number(worst.value or 0.0)}). If it "
            "is known only after the decision, figures of classifiers here may mean nothing; leave it out and audit "
            "again.",
            LEAK,
            counted=True,
        )


def _lost_signal(evidence: Evidence, source: str) -> Iterator[Claim]:
    for figure in evidence.all.where(metric="outcome_signal_shortfall", source=source).without(value=None):
        yield _claim(
            figure,
            f"In the {called(source)} features hardly tell the outcome any more: {figure.note} Shuffled outcomes look "
            "like that, and equal rates then mean nothing.",
            withholds=frozenset({source}),
        )
    for figure in evidence.all.where(metric="group_signal_shortfall", source=source).overall.without(value=None):
        name = attribute_title(str(figure.sensitive))
        yield _claim(
            figure,
            f"In the {called(source)} {name} is hardly tied to the other columns any more: {figure.note} A shuffled "
            f"column looks like that, and rates by {name} in the file then say nothing about people.",
        )
