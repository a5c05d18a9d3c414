"""Benchmark: are files that would fool a summary named in its first three sentences, and honest files never?

``python -m core.benchmarks.file_faults`` audits every case of `core.benchmarks.file_cases` and writes the table of
``docs/benchmarks/file-faults.md``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.audit.comparison_space import ComparisonSpace
from core.audit.file_steps import file_steps
from core.audit.inputs import AuditInput
from core.audit.records import Record
from core.audit.run import audit
from core.audit.statistics.confidence import intervals_at
from core.audit.steps import outcome_names
from core.benchmarks.file_cases import Case, fooling, honest
from core.benchmarks.markdown_page import machine, replace_between
from core.data.examples import Examples
from core.findings.conclusions import Conclusions, conclude
from core.findings.finding import Topic, VerdictKind

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks" / "file-faults.md"
FILE = "made.csv"
SENTENCES = 3


@dataclass(frozen=True)
class Outcome:
    """What a summary says of a case.

    Args:
        case: The case.
        first: The first three sentences of the summary.
        faults: The faults of the file that it names.
    """

    case: Case
    first: tuple[str, ...]
    faults: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """Whether a fault is named in the first three sentences, and an honest file has none."""
        return self.case.named in " ".join(self.first) if self.case.named else not self.faults


def outcome(case: Case, records: Sequence[Record]) -> Outcome:
    """Return what the summary of these records says of a case."""
    return read(case, conclude(records, case.schema))


def read(case: Case, conclusions: Conclusions) -> Outcome:
    """Return what a summary says of a case."""
    sentences = re.split(r"(?<=[.!?]) (?=[A-Z])", " ".join(conclusions.sentences))
    found = [one for one in conclusions.findings if one.claim.topic is Topic.FILE]
    faults = tuple(one.sentence for one in found if one.verdict is VerdictKind.GAP)
    return Outcome(case, tuple(sentences[:SENTENCES]), faults)


def inputs_of(case: Case) -> AuditInput:
    """Return what is audited: the file against the real rows, with one classifier seed."""
    rows = {FILE: Examples(case.rows)}
    return AuditInput(case.schema, Examples(case.train), Examples(case.holdout), rows, seeds=(0,))


def audited(case: Case) -> list[Record]:
    """Return the records of the whole audit."""
    return audit(inputs_of(case))


def checked(case: Case) -> list[Record]:
    """Return the records of the checks of the file alone, which take a tenth of a second."""
    inputs = inputs_of(case)
    with intervals_at(inputs.confidence):
        steps = file_steps(inputs, ComparisonSpace(inputs), outcome_names(case.schema, case.train))
        return [record for step in steps for record in step.work()]


def table(outcomes: Iterable[Outcome]) -> str:
    """Return a Markdown table: what was done, what the summary says first, and whether that is right."""
    lines = ["| the file | faults named | right |", "| --- | --- | --- |"]
    for one in outcomes:
        said = " ".join(one.faults) or "none"
        lines.append(f"| {one.case.name} | {said} | {'yes' if one.is_right else 'NO'} |")
    return "\n".join(lines)


def main() -> None:
    """Audit every case and write the page."""
    parts = [machine()]
    for title, cases in (("Files that would fool a summary", fooling()), ("Honest files", honest())):
        found = [outcome(case, audited(case)) for case in cases]
        right = sum(one.is_right for one in found)
        parts.append(f"## {title}\n\n{right} of {len(found)} right.\n\n{table(found)}")
    replace_between("file-faults", "\n\n".join(parts), PAGE)


if __name__ == "__main__":
    main()
