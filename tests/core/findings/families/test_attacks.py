import pytest

from core.audit.records import Record
from core.data.column import Column
from core.data.schema import Schema
from core.findings.conclusions import conclude
from core.findings.finding import VerdictKind

SCHEMA = Schema(columns=(Column(name="sex", kind="categorical", role="sensitive"),))


def attacked(metric, members, strangers, low, high, source="synthetic"):
    base = {"source": source, "protocol": "privacy"}
    share = {"metric": metric, "interval": "wilson"}
    return [
        Record(**base, **share, split="train", value=members, low=members - 0.01, high=members + 0.01),
        Record(**base, **share, split="holdout", value=strangers, low=strangers - 0.01, high=strangers + 0.01),
        Record(**base, metric=f"{metric}_advantage", split="holdout", value=members - strangers, low=low, high=high),
    ]


JOINED = attacked("linkability", 0.4, 0.1, 0.27, 0.33)
HIDDEN = attacked("inference", 0.61, 0.6, -0.02, 0.04)
OPEN = attacked("singling_out", 0.2, 0.15, -0.02, 0.12)


def test_what_finds_members_beyond_strangers_is_a_gap_with_both_shares():
    (one,) = conclude(JOINED, SCHEMA).of("attacks")
    assert one.verdict is VerdictKind.GAP
    assert one.sentence == (
        "The synthetic rows let records be joined: of 1,000 people, so many have two halves of their columns joined "
        "through one row: 400 [390, 410] where the data were used, 100 [90, 110] where they were not."
    )


def test_attacks_that_find_nobody_share_one_sentence():
    calm = [*HIDDEN, *attacked("rare_values", 0.01, 0.01, -0.01, 0.01)]
    found = [one for one in conclude(calm, SCHEMA).sentences if "attacks succeed" in one]
    assert found == [
        "The synthetic rows hardly give values of people away or hold values of single people: such attacks succeed "
        "hardly more often on people whose data were used than on others. Another attack may do better."
    ]


def test_a_gap_is_told_and_not_the_others():
    told = conclude([*JOINED, *HIDDEN], SCHEMA).sentences
    assert any("let records be joined" in one for one in told)
    assert not any("hardly give values" in one for one in told)


def test_a_small_success_that_is_sure_is_not_called_hardly_any():
    told = conclude([*attacked("linkability", 0.13, 0.1, 0.02, 0.04), *HIDDEN], SCHEMA).sentences
    (one,) = [sentence for sentence in told if "records be joined" in sentence]
    assert one.startswith("In few cases the synthetic rows let records be joined: of 1,000 people")
    assert "hardly" not in one


def test_an_attack_that_succeeds_on_everybody_shows_nothing():
    (one,) = conclude(attacked("inference", 0.99, 0.99, -0.01, 0.01), SCHEMA).of("attacks")
    assert one.verdict is VerdictKind.UNDECIDED


def test_too_few_rows_leave_it_open_and_say_what_would_decide():
    (one,) = conclude(OPEN, SCHEMA).of("attacks")
    assert one.verdict is VerdictKind.UNDECIDED
    assert one.claim.would_decide.startswith("More test rows")


@pytest.mark.parametrize("metric", ["singling_out", "linkability", "inference", "rare_values"])
def test_real_rows_have_no_claim(metric):
    assert conclude(attacked(metric, 0.4, 0.1, 0.27, 0.33, source="original"), SCHEMA).of("attacks") == []
