from hypothesis import given
from hypothesis import strategies as st

from core.audit.metrics.names import CHANCE_LIMIT, ODDS_DIFFERENCE, PARITY_DIFFERENCE, PARITY_RATIO
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.audit.repair_level import (
    CHOSEN,
    PROTOCOL,
    TARGET,
    TOLERANCE,
    Candidate,
    Goal,
    candidates,
    choose,
    goal_of,
    source_name,
)

SHARES = st.floats(0, 1, allow_nan=False)
TARGETS = st.floats(0.01, 1)


def ratio(value):
    return Goal(PARITY_RATIO, value)


def record(metric, value, *, status=Status.OK, repair_level=1.0, low=None, sensitive="sex"):
    over = None if metric == "accuracy" else sensitive
    source = source_name(repair_level)
    found = {"metric": metric, "value": value, "low": low, "high": value, "status": status, "n": 1000}
    return Record(source=source, protocol=PROTOCOL, split="validation", sensitive=over, **found)


def tried(repair_level, accuracy, value, *, status=Status.OK, low=None, null_p10=None):
    return Candidate(
        repair_level,
        record("accuracy", accuracy, status=status, repair_level=repair_level),
        None if value is None else record(PARITY_RATIO, value, status=status, repair_level=repair_level, low=low),
        None if null_p10 is None else record(CHANCE_LIMIT, null_p10, repair_level=repair_level),
    )


@st.composite
def sweeps(draw):
    made = []
    for place in range(draw(st.integers(1, 8))):
        status = draw(st.sampled_from([Status.OK, Status.OK, Status.DEGENERATE]))
        value = draw(st.one_of(st.none(), SHARES))
        made.append(tried(place / 8, draw(SHARES), value, status=status))
    return made


def taken(found, choice):
    return next(one for one in found if one.repair_level == choice.repair_level)


@given(sweeps(), TARGETS)
def test_the_most_accurate_that_meets_the_target_is_taken_and_a_constant_never(found, target):
    choice = choose(found, ratio(target), 0.5)
    meeting = [one for one in found if one.meets(ratio(target))]
    assert choice.reached == bool(meeting)
    if meeting:
        assert taken(found, choice) in meeting
        assert taken(found, choice).accuracy.value == max(one.accuracy.value for one in meeting)
    usable = [one for one in found if one.usable]
    if usable:
        assert taken(found, choice) in usable
    else:
        assert choice.repair_level == 0.5
    assert all(sentence.endswith(".") for sentence in choice.why)


@given(sweeps(), TARGETS, TARGETS)
def test_a_higher_target_never_gives_less_parity_nor_more_accuracy(found, one, other):
    if not any(candidate.usable for candidate in found):
        return
    low, high = (taken(found, choose(found, ratio(target), 0.5)) for target in sorted((one, other)))
    assert low.parity.value <= high.parity.value
    assert low.accuracy.value >= high.accuracy.value


@given(sweeps(), TARGETS)
def test_the_order_of_what_was_tried_does_not_matter(found, target):
    assert choose(found, ratio(target), 0.5) == choose(found[::-1], ratio(target), 0.5)


def test_if_none_meets_the_target_the_nearest_is_taken_and_said():
    choice = choose(
        [tried(0.5, 0.9, 0.6), tried(1.0, 0.8, 0.7), tried(0.7, 0.99, 1.0, status="degenerate")], ratio(0.95), 1
    )
    assert (choice.repair_level, choice.reached) == (1.0, False)
    assert "No setting reached the target DPR 0.95" in choice.why[0]
    assert "the nearest was repair level 1 " in choice.why[0]


def test_the_reason_says_whether_the_interval_meets_the_target_too():
    unsure, sure = (choose([tried(1.0, 0.8, 0.9, low=low)], ratio(0.8), 1).why[0] for low in (0.7, 0.85))
    assert "do not prove" in unsure
    assert "meets the target too" in sure


def test_a_target_beyond_what_chance_allows_is_said():
    assert len(choose([tried(1.0, 0.8, 0.97, null_p10=0.93)], ratio(0.9), 1).why) == 1
    assert "chance alone decides" in choose([tried(1.0, 0.8, 0.97, null_p10=0.93)], ratio(0.95), 1).why[1]


def test_if_all_are_constants_the_strength_stays():
    choice = choose([tried(0.0, 0.8, 1.0, status=Status.DEGENERATE), tried(1.0, 0.8, None)], ratio(0.5), 0.75)
    assert (choice.repair_level, choice.reached) == (0.75, False)
    assert "not measurably better than a constant" in choice.why[0]
    assert "stays at 0.75" in choice.why[0]
    assert "too few groups are large enough" in choose([tried(1.0, 0.8, None)], ratio(0.5), 1).why[0]


def test_the_lowest_ratio_of_all_attributes_counts():
    records = [
        record("accuracy", 0.8),
        record(PARITY_RATIO, 0.9),
        record(PARITY_RATIO, 0.7, sensitive="race"),
        record(PARITY_RATIO, None, sensitive="sex × race", status=Status.UNDEFINED),
        record(CHANCE_LIMIT, 0.95),
        record(CHANCE_LIMIT, 0.8, sensitive="race"),
    ]
    (found,) = candidates(RecordSet(records))
    assert (found.repair_level, found.parity.value, found.parity.sensitive, found.null_p10.value) == (
        1.0,
        0.7,
        "race",
        0.8,
    )


def test_the_choice_is_a_figure_with_its_reason():
    asked, chosen = choose([tried(0.6, 0.8, 0.9)], ratio(0.8), 1).records()
    assert (asked.metric, asked.value) == (TARGET, 0.8)
    assert (chosen.metric, chosen.value) == (CHOSEN, 0.6)
    assert "Repair level 0.6" in chosen.note


def within(*differences, metric=PARITY_DIFFERENCE):
    """Candidates of ascending repair level with these differences and falling accuracy."""
    return [
        Candidate(
            place / 10, record("accuracy", 0.9 - place / 100, repair_level=place / 10), record(metric, one, low=0.0)
        )
        for place, one in enumerate(differences)
    ]


def test_the_lowest_level_within_the_tolerance_is_chosen():
    choice = choose(within(0.2, 0.12, 0.05, 0.08, 0.01), Goal(PARITY_DIFFERENCE, 0.1), 1)
    assert (choice.repair_level, choice.reached) == (0.2, True)
    assert "it is the lowest of the 3 of 5 repair levels whose DPD is at most 0.1" in choice.why[0]
    assert "the upper bound of that DPD meets the target too" in choice.why[0]


def test_a_tolerance_that_nothing_reaches_is_said():
    found = within(0.3, 0.2, 0.12, 0.15, metric=ODDS_DIFFERENCE)
    choice = choose(found, Goal(ODDS_DIFFERENCE, 0.05), 1)
    assert (choice.repair_level, choice.reached) == (0.2, False)
    assert "No setting reached the tolerance 0.05 of the EOD" in choice.why[0]


def test_the_largest_difference_of_all_attributes_counts():
    records = RecordSet(
        [
            record("accuracy", 0.8),
            record(PARITY_DIFFERENCE, 0.1),
            record(PARITY_DIFFERENCE, 0.3, sensitive="race"),
            record(PARITY_DIFFERENCE, None, sensitive="sex × race", status=Status.UNDEFINED),
        ]
    )
    (found,) = candidates(records)
    assert (found.parity.value, found.parity.sensitive) == (0.3, "race")


def test_the_tolerance_is_a_figure_and_can_be_read_back():
    choice = choose(within(0.2, 0.05), Goal(PARITY_DIFFERENCE, 0.1), 1)
    asked, _ = choice.records()
    assert (asked.metric, asked.value) == (TOLERANCE, 0.1)
    tried_records = [record(PARITY_DIFFERENCE, 0.05), *choice.records()]
    assert goal_of(RecordSet(tried_records)) == Goal(PARITY_DIFFERENCE, 0.1)
    assert goal_of(RecordSet([])) is None
