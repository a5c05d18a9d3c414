import pytest

from core.benchmarks.file_cases import Case
from core.benchmarks.file_faults import checked, outcome
from core.findings.finding import Topic, VerdictKind
from tests.core.findings.fooling import FOOLING, HONEST, SCHEMA, TEST, TRAIN, cancelling, concluded, people

FIRST = "another draw 100"
QUICK = ("one row in twenty is copied", "holds the test rows", "a small group is nearly erased", "one outcome only")


def of_the_file(made, word=""):
    """What the checks of the file alone lead to, which take a tenth of a second."""
    case = Case("made", SCHEMA, people(TRAIN, 1), people(TEST, 2), made, word)
    return outcome(case, checked(case))


def accusations(conclusions):
    return [
        one.sentence
        for one in conclusions.findings
        if one.claim.topic is Topic.FILE and one.verdict is VerdictKind.GAP and not one.withheld
    ]


SLOW = pytest.mark.slow


@pytest.mark.parametrize("name", FOOLING)
def test_the_checks_of_the_file_name_what_would_fool_a_reader(name):
    made, word = FOOLING[name]
    found = of_the_file(made(), word)
    assert found.is_right, found.first


@pytest.mark.parametrize("name", HONEST)
def test_the_checks_of_the_file_accuse_no_honest_file(name):
    assert of_the_file(HONEST[name]()).faults == ()


@pytest.mark.parametrize("name", [name if name in QUICK else pytest.param(name, marks=SLOW) for name in FOOLING])
def test_what_would_fool_a_reader_is_named_in_the_first_three_sentences(name):
    made, word = FOOLING[name]
    assert word in " ".join(concluded(made()).sentences[:3])


@pytest.mark.parametrize("name", [name if name == FIRST else pytest.param(name, marks=SLOW) for name in HONEST])
def test_an_honest_file_is_not_accused(name):
    assert accusations(concluded(HONEST[name]())) == []


def test_what_rests_on_test_rows_inside_the_file_is_withheld():
    conclusions = concluded(FOOLING["holds the test rows"][0]())
    assert "hold the test rows" in conclusions.sentences[0]
    of_file = [one for one in conclusions.findings if one.claim.figure.source == "made"]
    assert all(one.withheld for one in of_file if one.claim.topic is not Topic.FILE)
    assert not any("lose" in sentence for sentence in conclusions.sentences)


def test_a_gap_that_cancels_over_departments_is_named():
    conclusions = concluded(None, train=cancelling(2_400, 1), holdout=cancelling(1_200, 2))
    hidden = " ".join(conclusions.sentences)
    assert "within strata of “field”" in hidden
    assert "sex “f” get “yes” less often" in hidden


def test_a_real_column_that_tells_the_outcome_is_named_first():
    def leaky(rows, seed):
        frame = people(rows, seed)
        return frame.assign(field=frame["hired"].map({"yes": "offer", "no": "regret"}))

    conclusions = concluded(None, train=leaky(TRAIN, 1), holdout=leaky(600, 2))
    assert conclusions.sentences[0].startswith("In the real rows, the column field tells the outcome by itself.")
