from hypothesis import given
from hypothesis import strategies as st

from core.audit.metrics.names import CHANCE_LIMIT, PARITY_RATIO
from core.audit.record_set import RecordSet
from core.audit.records import Record, Status
from core.audit.repair_level import (
    CHOSEN,
    PROTOCOL,
    TARGET,
    Candidate,
    candidates,
    choose,
    source_name,
)

SHARES = st.floats(0, 1, allow_nan=False)
TARGETS = st.floats(0.01, 1)


def record(metric, value, *, status=Status.OK, repair_level=1.0, low=None, sensitive="sex"):
    over = sensitive if metric in (PARITY_RATIO, CHANCE_LIMIT) else None
    source = source_name(repair_level)
    found = {"metric": metric, "value": value, "low": low, "high": value, "status": status, "n": 1000}
    return Record(source=source, protocol=PROTOCOL, split="validation", sensitive=over, **found)


def tried(repair_level, accuracy, ratio, *, status=Status.OK, low=None, null_p10=None):
    return Candidate(
        repair_level,
        record("accuracy", accuracy, status=status, repair_level=repair_level),
        None if ratio is None else record(PARITY_RATIO, ratio, status=status, repair_level=repair_level, low=low),
        None if null_p10 is None else record(CHANCE_LIMIT, null_p10, repair_level=repair_level),
    )


@st.composite
def sweeps(draw):
    made = []
    for place in range(draw(st.integers(1, 8))):
        status = draw(st.sampled_from([Status.OK, Status.OK, Status.DEGENERATE]))
        ratio = draw(st.one_of(st.none(), SHARES))
        made.append(tried(place / 8, draw(SHARES), ratio, status=status))
    return made


def taken(found, choice):
    return next(one for one in found if one.repair_level == choice.repair_level)


@given(sweeps(), TARGETS)
def test_the_most_accurate_that_meets_the_target_is_taken_and_a_constant_never(found, target):
    choice = choose(found, target, 0.5)
    meeting = [one for one in found if one.meets(target)]
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
    low, high = (taken(found, choose(found, target, 0.5)) for target in sorted((one, other)))
    assert low.ratio.value <= high.ratio.value
    assert low.accuracy.value >= high.accuracy.value


@given(sweeps(), TARGETS)
def test_the_order_of_what_was_tried_does_not_matter(found, target):
    assert choose(found, target, 0.5) == choose(found[::-1], target, 0.5)


def test_if_none_meets_the_target_the_nearest_is_taken_and_said():
    choice = choose([tried(0.5, 0.9, 0.6), tried(1.0, 0.8, 0.7), tried(0.7, 0.99, 1.0, status="degenerate")], 0.95, 1)
    assert (choice.repair_level, choice.reached) == (1.0, False)
    assert "No setting reached the target DPR 0.95" in choice.why[0]
    assert "the nearest was repair level 1 " in choice.why[0]


def test_the_reason_says_whether_the_interval_meets_the_target_too():
    unsure, sure = (choose([tried(1.0, 0.8, 0.9, low=low)], 0.8, 1).why[0] for low in (0.7, 0.85))
    assert "do not prove" in unsure
    assert "meets the target too" in sure


def test_a_target_beyond_what_chance_allows_is_said():
    assert len(choose([tried(1.0, 0.8, 0.97, null_p10=0.93)], 0.9, 1).why) == 1
    assert "chance alone decides" in choose([tried(1.0, 0.8, 0.97, null_p10=0.93)], 0.95, 1).why[1]


def test_if_all_are_constants_the_strength_stays():
    choice = choose([tried(0.0, 0.8, 1.0, status=Status.DEGENERATE), tried(1.0, 0.8, None)], 0.5, 0.75)
    assert (choice.repair_level, choice.reached) == (0.75, False)
    assert "not measurably better than a constant" in choice.why[0]
    assert "stays at 0.75" in choice.why[0]
    assert "too few groups are large enough" in choose([tried(1.0, 0.8, None)], 0.5, 1).why[0]


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
    assert (found.repair_level, found.ratio.value, found.ratio.sensitive, found.null_p10.value) == (
        1.0,
        0.7,
        "race",
        0.8,
    )


def test_the_choice_is_a_figure_with_its_reason():
    asked, chosen = choose([tried(0.6, 0.8, 0.9)], 0.8, 1).records()
    assert (asked.metric, asked.value) == (TARGET, 0.8)
    assert (chosen.metric, chosen.value) == (CHOSEN, 0.6)
    assert "Repair level 0.6" in chosen.note
