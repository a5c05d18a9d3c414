from xml.etree import ElementTree as ET

from core.findings.requirements import Answer, Decision, parse
from core.report.output.junit import junit_xml

MET, MISSED, OPEN = (
    Decision(parse(f"original A {metric} >= 0.8"), answer, f"It is “{answer}” & <so>\x07.")
    for metric, answer in (
        ("accuracy", Answer.MET),
        ("tpr", Answer.NOT_MET),
        ("auc", Answer.UNDECIDED),
    )
)


def read(*decisions):
    return ET.fromstring(junit_xml(decisions).encode())  # noqa: S314  # our own text


def test_each_requirement_is_a_test_that_passes_fails_or_errs():
    suite = read(MET, MISSED, OPEN)
    assert suite.attrib | {"name": ""} == {"name": "", "tests": "3", "failures": "1", "errors": "1"}
    kinds = {case.get("name"): [part.tag for part in case] for case in suite}
    assert kinds == {
        "original A accuracy >= 0.8": [],
        "original A tpr >= 0.8": ["failure"],
        "original A auc >= 0.8": ["error"],
    }
    failure = suite.find(".//failure")
    assert failure.get("message") == "It is “not met” & <so>."
    assert failure.get("type") == "not met"


def test_a_requirement_over_several_figures_stands_once_and_fails_if_one_does():
    again = Decision(MET.requirement, Answer.UNDECIDED, "Too few rows.")
    missed = Decision(MET.requirement, Answer.NOT_MET, "Too low.")
    (case,) = read(MET, again, missed)
    assert [part.tag for part in case] == ["failure"]
    assert case[0].text == "Too few rows.\nToo low."
