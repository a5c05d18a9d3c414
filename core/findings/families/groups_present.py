"""Whether all groups and outcomes of the real rows are in the file.

Rule: the group that shrank most, among all groups of all attributes: it is shrunk if its share of the file lies below
half of its share of all real rows; an outcome, over all or within a group, below a third. The intervals hold for all
groups together (Bonferroni). Error rate: that of `core.findings.decision`, two tests a file.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from core.audit.display_names import attribute_title
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.data.groups import CROSS
from core.findings.evidence import Evidence, called, per_1000
from core.findings.families.file_faults import PROTOCOL, sources
from core.findings.finding import Claim, Topic, VerdictKind

SHARE = "share_of_rows"


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield a claim on the groups and one on the outcomes of each file."""
    for source in sources(evidence):
        mine = evidence.all.where(protocol=PROTOCOL, source=source)
        groups = mine.where(metric="group_shortfall")
        if groups:
            worst = _worst(groups)
            others = [one for one in _surely(groups) if one != worst and not _is_part_of(one, worst)]
            text = f"{_text(mine, worst, others)}{_grown(mine, groups, worst)}"
            yield _claim(worst, text, _of_lost_groups(mine, [worst, *others]))
        outcomes = _without(mine.where(metric="outcome_shortfall"), _surely(groups))
        if outcomes:
            worst = _worst(outcomes)
            yield _claim(worst, _text(mine, worst, []))


def _claim(figure: Record, text: str, without_people: Iterable[str] = ()) -> Claim:
    return Claim(
        family="groups_present",
        topic=Topic.FILE,
        figure=figure,
        texts={VerdictKind.GAP: text},
        group=figure.group,
        withholds=frozenset((figure.source, name) for name in without_people),
    )


def _of_lost_groups(mine: RecordSet, shrunk: list[Record]) -> Iterator[str]:
    """Yield the attributes of which some group has no row in the file: what it learned of them is of other people."""
    for one in shrunk:
        if one.sensitive is not None and _share(mine, one, "source") == 0:
            yield from (name for name in mine.attributes if set(one.sensitive.split(CROSS)) <= set(name.split(CROSS)))


def _without(outcomes: RecordSet, shrunk: list[Record]) -> RecordSet:
    """Return the outcomes of groups that are not shrunk themselves."""
    groups = {(one.sensitive, one.group) for one in shrunk}
    return outcomes.filter(lambda one: (one.sensitive, one.group) not in groups)


def _surely(found: RecordSet) -> list[Record]:
    return [one for one in found if one.low is not None and one.low > 0]


def _worst(found: RecordSet) -> Record:
    return max(_surely(found) or list(found), key=lambda one: (one.value or -1.0, CROSS not in (one.sensitive or "")))


def _is_part_of(one: Record, whole: Record) -> bool:
    """Whether a group lies inside another: a crossed group inside one of its parts."""
    return CROSS in str(one.sensitive) and str(whole.group) in str(one.group).split(CROSS)


def _text(mine: RecordSet, worst: Record, others: list[Record]) -> str:
    before, after = (_share(mine, worst, split) for split in ("all", "source"))
    who = _name(worst)
    lost = (
        f"The {called(worst.source)} have no {who}"
        if after == 0
        else f"In the {called(worst.source)}, {who} are {per_1000(after)} of 1,000"
    )
    text = f"{lost}; in real rows they are {per_1000(before)} of 1,000."
    if after == 0 and worst.sensitive is not None and worst.positive is None:
        text += f" What was learned from them by {attribute_title(worst.sensitive)} is of other people and is withheld."
    if others:
        listed = ", ".join(f"{_name(one)} ({per_1000(_share(mine, one, 'source'))})" for one in others[:3])
        text += f" Also shrunk: {listed}."
    return text


def _grown(mine: RecordSet, groups: RecordSet, shrunk: Record) -> str:
    """Return which group of the attribute became at least twice as large a share; empty if none did, or if one is lost.

    Where a group is lost, the others are more by themselves.
    """
    shares = {
        one.group: (_share(mine, one, "all"), _share(mine, one, "source"))
        for one in groups.where(sensitive=shrunk.sensitive)
    }
    group = max(shares, key=lambda name: shares[name][1] - shares[name][0])
    before, after = shares[group]
    if after < 2 * before or min(share for _, share in shares.values()) == 0:
        return ""
    name = attribute_title(str(shrunk.sensitive))
    return f" People of {name} {group} are {per_1000(after)} instead of {per_1000(before)}."


def _share(mine: RecordSet, figure: Record, split: str) -> float:
    fields = {"sensitive": figure.sensitive, "group": figure.group, "positive": figure.positive, "split": split}
    found = mine.first(metric=SHARE, **fields)
    return 0.0 if found is None or found.value is None else found.value


def _name(figure: Record) -> str:
    people = f"people of {attribute_title(figure.sensitive)} {figure.group}" if figure.sensitive else "rows"
    return people if figure.positive is None else f"{people} with the outcome “{figure.positive}”"
