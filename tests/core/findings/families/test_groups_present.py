import numpy as np

from core.benchmarks.file_cases import Case
from core.benchmarks.file_faults import FILE, audited, checked
from core.benchmarks.made_up_tables import SHAPES, people, schema_of
from core.findings.conclusions import conclude
from core.findings.finding import VerdictKind

SHAPE = SHAPES["mixed columns"]
SCHEMA = schema_of(SHAPE)
TRAIN, HOLDOUT, FRESH = (people(SHAPE, n, np.random.default_rng(seed)) for seed, n in enumerate((1500, 700, 1500)))


def case(rows):
    return Case("", SCHEMA, TRAIN, HOLDOUT, rows)


def said(rows):
    return [one.sentence for one in conclude(checked(case(rows)), SCHEMA).of("groups_present") if one.sentence]


def test_the_erased_group_is_named_with_its_share_and_without_its_parts():
    (text,) = said(FRESH[FRESH["origin"] != "C"])
    share = 1000 * np.mean([*(TRAIN["origin"] == "C"), *(HOLDOUT["origin"] == "C")])
    assert text == (
        f"The “made.csv” rows have no people of origin C; in real rows they are {share:.0f} of 1,000. "
        "What was learned from them by origin is of other people and is withheld."
    )


def test_the_largest_loss_is_told_first_and_the_others_beside_it():
    few = np.random.default_rng(0).random(len(FRESH)) < 0.02
    (text,) = said(FRESH[((FRESH["sex"] != "f") & (FRESH["origin"] != "C")) | few])
    assert text.startswith("In the “made.csv” rows, people of sex f are ")
    assert "Also shrunk: people of origin C (" in text


def test_a_crossed_group_can_be_lost_alone():
    rows = FRESH[(FRESH["origin"] != "C") | (FRESH["sex"] != "f")]
    (text,) = said(rows)
    assert text.startswith("The “made.csv” rows have no people of sex and origin combined f × C;")


def test_outcomes_that_repair_moves_are_no_fault_and_lost_ones_are():
    moved = FRESH.assign(hired=FRESH["hired"].mask((FRESH["sex"] == "m") & (np.arange(len(FRESH)) % 2 == 0), "no"))
    assert said(moved) == []
    (text,) = said(FRESH[(FRESH["sex"] == "m") | (FRESH["hired"] == "no")])
    assert "have no people of sex f with the outcome “yes”" in text


def test_equal_rates_of_the_groups_that_are_left_are_no_equality():
    rows = FRESH[FRESH["origin"] != "C"].iloc[:200]
    records = audited(Case("", SCHEMA, TRAIN.iloc[:300], HOLDOUT.iloc[:100], rows))
    by_origin = [
        one
        for one in conclude(records, SCHEMA).of("selection_rates")
        if one.claim.figure.source == FILE and one.claim.figure.sensitive == "origin"
    ]
    assert by_origin
    assert VerdictKind.NO_GAP not in {one.verdict for one in by_origin}


def test_a_group_that_took_the_place_of_others_is_named():
    weights = np.where(FRESH["origin"] == "C", 30.0, 1.0)
    places = np.random.default_rng(0).choice(len(FRESH), 1500, p=weights / weights.sum())
    (text,) = said(FRESH.iloc[places].reset_index(drop=True))
    assert text.startswith("In the “made.csv” rows, people of origin ")
    assert " People of origin C are 8" in text
