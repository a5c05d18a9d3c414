"""Faults of the file itself: copies, repeats, columns that give the outcome away or mean nothing, lost values.

Rule: each fault is one difference against real rows (`core.audit.metrics.file_checks`), one claim a kind of fault. If
it is the worst of several columns, its interval holds for all of them (Bonferroni). Copies are a gap if there are more
than chance gives. The other faults must lie beyond a margin that a poor but honest file does not reach. Error rate:
that of `core.findings.decision`, shared by the checks of files. Nothing is said where no fault is found. What makes the
figures on the test rows worthless withholds them: test rows in the file, an outcome that is noise, an outcome that is
reversed. An outcome that is reversed within one group withholds the figures by that attribute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from core.audit.display_names import attribute_title
from core.audit.figure_text import interval, number
from core.audit.metrics.catalog import column_of, kind_of
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.findings.evidence import ORIGINAL, Evidence, between, called, of_100, per_1000, sized
from core.findings.finding import Claim, Finding, SharedSentence, Topic, VerdictKind

PROTOCOL = "file"
COPIED, REPEATED, ONE_ROW, LOST, UNSEEN, SHIFTED, BROKEN = 0.02, 0.2, 0.003, 0.1, 0.05, 0.2, 0.01
LEAK_GAIN, BETTER = 0.1, 0.02
_ALL: Final = (None,)  # the figures by every attribute, and those over all rows
MOST_ROWS = 1.5  # a file with more rows per train row may teach more than the train rows without any fault


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield a claim for each kind of fault of the real rows and of each file."""
    for figure in evidence.all.where(protocol=PROTOCOL, source=ORIGINAL).filter(_is("leaked_outcome")):
        yield _claim(figure, _leak_of_real_rows(figure))
    for figure in evidence.all.where(protocol=PROTOCOL, source=ORIGINAL).filter(_is("leaked_by_two")):
        yield _claim(figure, _leak_of_real_rows(figure))
    for source in sources(evidence):
        mine = evidence.all.where(protocol=PROTOCOL, source=source)
        yield from _copies(evidence, source)
        yield from _relations(mine)
        for place, (metric, words, margin) in enumerate(_BEYOND_A_MARGIN, start=1):
            for figure in mine.filter(_is(metric)):
                yield _claim(figure, words(figure), margin, beyond=True, place=place)
        better = _better(evidence, source)
        if better is not None:
            yield _claim(better, _too_good(better), BETTER, beyond=True, told_with=_of_test_rows(source))


def _relations(mine: RecordSet) -> Iterator[Claim]:
    """Yield the claims on what the outcome and the groups have to do with the other columns."""
    for figure in mine.filter(_is("unrelated_column")):
        yield _claim(figure, _unrelated(figure), withholds=() if figure.sensitive else _ALL)
    for figure in mine.filter(_is("reversed_column")):
        yield _claim(figure, _reversed(figure), withholds=_ALL)
    for figure in mine.filter(_is("reversed_within_group")):
        yield _claim(figure, _within_group(figure), withholds=(figure.sensitive,))


def sources(evidence: Evidence) -> list[str]:
    """Return the sources that were checked, without the real rows."""
    checked = {record.source for record in evidence.all.where(protocol=PROTOCOL)}
    return [name for name in evidence.all.sources if name in checked and name != ORIGINAL]


def _is(metric: str) -> Callable[[Record], bool]:
    return lambda record: kind_of(record.metric) == metric


def _claim(
    figure: Record,
    gap: str,
    margin: float = 0.0,
    *,
    beyond: bool = False,
    withholds: tuple[str | None, ...] = (),
    records: tuple[Record, ...] = (),
    place: int = 0,
    told_with: SharedSentence | None = None,
    brief: str = "",
) -> Claim:
    return Claim(
        family="file_faults",
        topic=Topic.FILE,
        figure=figure,
        texts={VerdictKind.GAP: gap},
        margin=margin,
        group=figure.group,
        records=records,
        beyond=beyond,
        place=place,
        told_with=told_with or _shared(figure),
        withholds=frozenset((figure.source, attribute) for attribute in withholds),
        brief=brief,
    )


def _shared(figure: Record) -> SharedSentence | None:
    """Return what a fault shares with others of the same column, or of all relations, if it does."""
    kind = kind_of(figure.metric)
    if kind in _OF_ONE_COLUMN:
        return SharedSentence((figure.source, f"column {column_of(figure.metric)}"), _first)
    return SharedSentence((figure.source, "relations"), _all_broken) if kind == "broken_relation" else None


def _of_test_rows(source: str) -> SharedSentence:
    return SharedSentence((source, "test rows"), _first)


def _first(told: Sequence[Finding]) -> str:
    return told[0].sentence


def _all_broken(told: Sequence[Finding]) -> str:
    """Return the sentence of the relation that is broken most, with another one, or the number of the others."""
    first, *others = told
    if not others:
        return first.sentence
    which = column_of(others[0].claim.figure.metric) if len(others) == 1 else f"{len(others)} more such relations"
    return f"{first.sentence} They also break {which}."


def _copies(evidence: Evidence, source: str) -> Iterator[Claim]:
    mine = evidence.all.where(protocol=PROTOCOL, source=source)
    shares = {(one.metric, one.split): one for one in mine.filter(_is("copied_rows"))}
    for figure in mine.filter(_is("copied_rows_excess")):
        inside, kind = figure.split == "train", column_of(figure.metric)
        of_train, of_test = (shares.get((f"copied_rows:{kind}", split)) for split in ("train", "holdout"))
        text = "" if of_train is None or of_test is None else _copies_text(figure, of_train, of_test)
        records = tuple(one for one in (of_train, of_test) if one is not None)
        together = None if inside else _of_test_rows(source)  # copies explain why the file is too good
        brief = _copies_brief(figure, of_train) if inside and of_train is not None else ""
        withholds = () if inside else _ALL
        yield _claim(figure, text, COPIED, withholds=withholds, records=records, told_with=together, brief=brief)


def _copies_text(figure: Record, of_train: Record, of_test: Record) -> str:
    inside = figure.split == "train"
    copy = _COPY[column_of(figure.metric)]
    (share, rows), (other, others) = ((of_train, "train"), (of_test, "test"))[:: 1 if inside else -1]
    size = (
        f"{per_1000(share.value or 0.0)} of 1,000 {rows} rows have {copy} in them (of 1,000 {others} rows, "
        f"{per_1000(other.value or 0.0)}), {sized(figure)} more than chance gives."
    )
    start = f"The {called(figure.source)} hold {'real people' if inside else 'the test rows'}: {size}"
    return (
        start if inside else f"{start} What else was measured on the test rows says nothing about it and is withheld."
    )


def _copies_brief(figure: Record, of_train: Record) -> str:
    more = f"{of_100(figure.value or 0.0)} ({between(figure)}) more than chance gives"
    return (
        f"The {called(figure.source)} hold real people: {of_100(of_train.value or 0.0)} of 100 train rows have "
        f"{_COPY[column_of(figure.metric)]} in them, {more}. Do not hand them on."
    )


def _repeats(figure: Record) -> str:
    which = "" if figure.sensitive is None else f"people of {attribute_title(figure.sensitive)} {figure.group} in the "
    return (
        f"The {which}{called(figure.source)} are few rows written many times: {sized(figure)} per 1,000 more of them "
        "than of real rows repeat another row, so they say less than their number suggests."
    )


def _commonest(figure: Record) -> str:
    return (
        f"The {called(figure.source)} have one row written many times: its share of them is more than three times that "
        "of the commonest real row."
    )


def _leak_of_real_rows(figure: Record) -> str:
    return (
        f"In the real rows, {_telling(figure)}. {figure.note} If that is known only after the decision, no "
        "figure of a classifier here holds for new people."
    )


def _telling(figure: Record) -> str:
    """Return which column tells the outcome, or which two do."""
    name = column_of(figure.metric)
    if kind_of(figure.metric) == "leaked_by_two":
        return f"the columns {name} tell the outcome together"
    return f"the column {name} tells the outcome by itself"


def _leak_of_a_group(figure: Record) -> str:
    column, name = column_of(figure.metric), attribute_title(str(figure.sensitive))
    return (
        f"In the {called(figure.source)}, the column {column} gives {name} away. {figure.note} Rates by {name} in this "
        f"file are rates by {column}."
    )


def _leak_by_two(figure: Record) -> str:
    return (
        f"In the {called(figure.source)}, the columns {column_of(figure.metric)} together give the outcome away. "
        f"{figure.note}"
    )


def _leak(figure: Record) -> str:
    column = column_of(figure.metric)
    return f"In the {called(figure.source)}, the column {column} gives the outcome away. {figure.note}"


def _unrelated(figure: Record) -> str:
    what = "the outcome" if figure.sensitive is None else f"the column {attribute_title(figure.sensitive)}"
    end = (
        " A classifier can learn hardly anything from them, and equal rates would mean nothing; their figures are "
        "withheld."
        if figure.sensitive is None
        else " So rates by it in this file say nothing about real people."
    )
    return f"In the {called(figure.source)}, {what} is as good as unrelated to the other columns. {figure.note}{end}"


def _reversed(figure: Record) -> str:
    what = "the outcome" if figure.sensitive is None else f"the column {attribute_title(figure.sensitive)}"
    return (
        f"In the {called(figure.source)}, {what} says the opposite of real rows. {figure.note} The figures that rest "
        "on them are withheld."
    )


def _within_group(figure: Record) -> str:
    name = attribute_title(str(figure.sensitive))
    return (
        f"In the {called(figure.source)}, the outcome of people of {name} {figure.group} says the opposite of real "
        f"rows. {figure.note} What was learned from these rows about that group is wrong; figures by {name} are "
        "withheld."
    )


def _lost(figure: Record) -> str:
    return f"The {called(figure.source)} lost values of the column {column_of(figure.metric)}: {_lowered(figure.note)}"


def _unseen(figure: Record) -> str:
    return (
        f"The {called(figure.source)} have values of the column {column_of(figure.metric)} that real rows never have: "
        f"{_lowered(figure.note)}"
    )


def _broken(figure: Record) -> str:
    return (
        f"In every real train row, {column_of(figure.metric)}. Not so in the {called(figure.source)}: "
        f"{_lowered(figure.note)}"
    )


def _shifted(figure: Record) -> str:
    return (
        f"The values of the column {column_of(figure.metric)} are distributed quite differently in the "
        f"{called(figure.source)}: {_lowered(figure.note)}"
    )


def _better(evidence: Evidence, source: str) -> Record | None:
    """Return the change of the AUC on test rows; ``None`` if more rows explain that the file teaches more."""
    ratio = evidence.all.first(metric="rows_per_train_row", source=source)
    if ratio is None or ratio.value is None or ratio.value > MOST_ROWS:
        return None
    found = evidence.mine.where(metric="auc", source=source, sensitive=None, group=None)
    return found.first(protocol="change B") or found.first(protocol="change")


def _too_good(figure: Record) -> str:
    return (
        f"Classifiers trained on the {called(figure.source)} do better on the test rows than classifiers trained on "
        f"real rows: the AUC (0.5 is a guess, 1 is certain) is {number(figure.value or 0.0)} {interval(figure)} "
        "higher. Rows made from the train rows alone hardly do that, so find out what else they were made from."
    )


def _lowered(note: str) -> str:
    return f"{note[:1].lower()}{note[1:]}"


_COPY: Final = {
    "exact": "an exact copy",
    "near": "a copy or a near copy",
    "altered": "a copy, exact or with few columns changed,",
}
_BEYOND_A_MARGIN: Final = (  # in the order of telling
    ("repeated_rows_excess", _repeats, REPEATED),
    ("commonest_row_excess", _commonest, ONE_ROW),
    ("leaked_outcome", _leak, LEAK_GAIN),
    ("leaked_by_two", _leak_by_two, LEAK_GAIN),
    ("leaked_group", _leak_of_a_group, LEAK_GAIN),
    ("unseen_values", _unseen, UNSEEN),
    ("lost_values", _lost, LOST),
    ("broken_relation", _broken, BROKEN),
    ("shifted_values", _shifted, SHIFTED),
)
# A column that was replaced has several faults at once; the most important one is told.
_OF_ONE_COLUMN: Final = frozenset({"leaked_outcome", "leaked_group", "lost_values", "unseen_values", "shifted_values"})
