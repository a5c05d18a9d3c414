"""The sentence of a list of runs: the worst that the first screen says."""

import pytest

from core.findings.headline import HeadlineKind, headline
from core.findings.overview import overview
from core.findings.stages import stage_sentence
from tests.core.findings.decided import decided, on_record, parity, target
from tests.core.findings.families.records import concluded, figure, group_changes, rates
from tests.core.report.samples import concluded as of_samples
from tests.core.report.samples import sample_records


def test_a_gap_that_remains_is_told_as_on_the_first_screen():
    conclusions = concluded(on_record(women=0.35, men=0.53), decided((0.4, 0.5), (0.3, 0.5), 0.18, 0.22))
    found = headline(conclusions)
    assert found.kind is HeadlineKind.GAP
    assert found.sentence == stage_sentence(conclusions.evidence, overview(conclusions).attributes[0].stages[-1])
    assert "trained on the synthetic rows" in found.sentence
    assert found.text == f"Gap found: {found.sentence}"


def test_a_closed_gap_is_no_gap_although_the_record_has_one():
    found = headline(concluded(on_record(women=0.35, men=0.53), decided((0.4, 0.5), (0.46, 0.47), 0.0, 0.04)))
    assert (found.kind, "46 of 100 women and 47 of 100 men" in found.sentence) == (HeadlineKind.NO_GAP, True)


def test_an_open_question_is_no_verdict():
    found = headline(concluded(decided((0.4, 0.5), (0.46, 0.49), 0.0, 0.08)))
    assert found.kind is HeadlineKind.OPEN
    assert found.text.startswith("Not decided: ")


def test_where_only_the_table_was_audited_its_own_largest_gap_is_told():
    found = headline(concluded(on_record(women=0.35, men=0.53)))
    assert found.kind is HeadlineKind.GAP
    assert found.sentence.startswith("On record, “high” goes to 35 of 100 women")


def test_what_got_worse_stands_before_a_gap():
    lost = group_changes("selection_rate", {"men": (-0.1, -0.12, -0.08), "women": (0.0, -0.01, 0.01)})
    wider = [figure("demographic_parity_difference", 0.2, 0.18, 0.22)]
    conclusions = concluded(lost, rates("selection_rate", {"men": (0.5, 0.4), "women": (0.3, 0.2)}), wider)
    found, screen = headline(conclusions), overview(conclusions)
    assert found.kind is HeadlineKind.WORSE
    assert found.sentence == screen.worse[0]


def test_an_aim_that_is_missed_is_told_first_here_and_in_the_summary():
    conclusions = concluded(
        [
            *decided((0.4, 0.5), (0.46, 0.47), 0.0, 0.04),
            figure("selection_shortfall", 0.9, n=300, sensitive=None),
            target(0.9),
            parity(0.75),
        ]
    )
    found = headline(conclusions)
    assert found.kind is HeadlineKind.MISSED
    assert found.text.startswith(
        "Aim missed: The parity ratio aimed at, at least 0.9, is missed for sex by models that"
    )
    assert conclusions.sentences[0] == found.sentence


def test_nothing_measured_has_no_sentence():
    assert headline(concluded([figure("accuracy", 0.8, sensitive=None, positive=None)])).text == ""


@pytest.mark.parametrize("records", [sample_records()], ids=["samples"])
def test_the_sentence_is_one_of_the_first_screen(records):
    conclusions = of_samples(records)
    screen = overview(conclusions)
    said = {
        *screen.aims,
        *screen.faults,
        *screen.worse,
        *screen.unknown,
        *(stage_sentence(conclusions.evidence, stage) for one in screen.attributes for stage in one.stages),
    }
    assert headline(conclusions).sentence in said
