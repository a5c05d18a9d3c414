"""Decisions on requirements as JUnit XML, which CI servers show as tests.

A requirement is a test case. One that is not met is a failure, and one that cannot be decided an error, so that neither
passes unseen.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from core.findings.requirements import Answer, Decision

_SUITE = "evenhand requirements"
_OUTCOMES = {Answer.NOT_MET: "failure", Answer.UNDECIDED: "error"}


def junit_xml(decisions: Sequence[Decision]) -> str:
    """Return the document; each requirement stands once, with every figure that decided against it.

    >>> print(junit_xml([]).splitlines()[1])
    <testsuite name="evenhand requirements" tests="0" failures="0" errors="0" />
    """
    by_text: dict[str, list[Decision]] = {}
    for one in decisions:
        by_text.setdefault(one.requirement.text, []).append(one)
    outcomes = [_outcome(found) for found in by_text.values()]
    suite = ET.Element(
        "testsuite",
        name=_SUITE,
        tests=str(len(by_text)),
        failures=str(outcomes.count("failure")),
        errors=str(outcomes.count("error")),
    )
    for (text, found), outcome in zip(by_text.items(), outcomes, strict=True):
        case = ET.SubElement(suite, "testcase", classname=_SUITE, name=_clean(text))
        if outcome:
            against = [one for one in found if one.answer is not Answer.MET]
            part = ET.SubElement(case, outcome, message=_clean(against[0].why), type=against[0].answer.value)
            part.text = "\n".join(_clean(one.why) for one in against)
    ET.indent(suite)
    text = ET.tostring(suite, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _outcome(found: Sequence[Decision]) -> str:
    """Return ``failure``, ``error`` or nothing: not met counts more than undecided."""
    answers = {one.answer for one in found}
    return next((name for answer, name in _OUTCOMES.items() if answer in answers), "")


def _clean(text: str) -> str:
    """Return text without the control characters that XML forbids."""
    return "".join(one for one in text if one >= " " or one in "\t\n")
