"""What a reader can do next, from records made by hand."""

from core.audit.glossary import ALL_ROWS
from core.findings.next_steps import next_steps
from core.findings.overview import overview
from tests.core.findings.families.records import SCHEMA, concluded, figure, group_changes, rates

DIFFERENCE = "demographic_parity_difference"
PLACE = "Audit again on rows from where the synthetic rows will be used: what holds here is no promise there."


def gap(low, high, **where):
    return figure(DIFFERENCE, (low + high) / 2, low, high, **where)


def decided(low, high, **where):
    """Rates of women and men, and their difference with its interval."""
    groups = {"women": (0.4, 0.4), "men": (0.4 + (low + high) / 2, 0.4 + (low + high) / 2)}
    return [*rates("selection_rate", groups, **where), gap(low, high, **where)]


def steps(*parts, schema=SCHEMA):
    return overview(concluded(*parts, schema=schema)).next


def test_a_gap_of_models_that_do_not_see_the_group_leads_to_the_columns_that_tell_it():
    (first, *_) = steps(decided(0.1, 0.2), decided(0.0, 0.02, protocol="A"))
    assert first.startswith("A gap is left if the model does not see sex, as other columns reveal it.")


def test_a_gap_of_models_that_see_the_group_leads_to_other_methods():
    (first, *_) = steps(decided(0.1, 0.2), decided(0.1, 0.2, protocol="A"))
    assert first == "By sex, a gap is left. Compare with other methods, or aim at another criterion."


def test_a_gap_of_a_models_decisions_leads_to_alternatives():
    rows = [
        figure("selection_rate", rate, group=group, source="bank", protocol="model")
        for group, rate in (("women", 0.4), ("men", 0.55))
    ]
    found = steps([*rows, gap(0.1, 0.2, source="bank", protocol="model")])
    assert found == (
        "By sex, look for a threshold or a model that treats groups more alike and is as often right: see the less "
        "discriminatory alternatives.",
    )


def test_a_gap_of_the_data_alone_leads_to_a_fairer_version():
    shares = [
        figure("base_rate", rate, group=group, source="original", protocol="data", split="train", n=1000)
        for group, rate in (("women", 0.3), ("men", 0.5))
    ]
    (first,) = steps([*shares, gap(0.15, 0.25, source="original", protocol="data", split="train")])
    assert first.startswith("By sex, ask how the gap came about; then make a fairer version of these rows")


def test_without_a_gap_the_advice_is_to_audit_where_the_rows_are_used():
    assert steps(decided(0.0, 0.02)) == (PLACE,)


def test_an_open_question_asks_for_the_rows_that_would_settle_it():
    open_one = decided(0.0, 0.08)
    assert steps(open_one, [figure("detectable_gap", 0.1, n=1000)])[0] == (
        "Bring about 4,000 test rows to find out whether a gap of 5 of 100 is left."
    )
    assert steps(open_one)[0] == ("Bring more test rows before you rest on a verdict.")
    where = {"source": "synthetic", "protocol": "data", "split": "train"}
    of_rows = [gap(0.0, 0.08, **where), figure("detectable_gap", 0.1, n=1000, **where)]
    assert "Bring about 4,000 rows to find out whether a gap of 5 of 100 is left." in steps(of_rows)


def test_a_model_that_selects_nobody_needs_no_further_rows():
    nobody = rates("selection_rate", {"women": (0.4, 0.0), "men": (0.5, 0.0)})
    shortfall = figure("selection_shortfall", 1.0, sensitive=None)
    found = steps(nobody, [figure(DIFFERENCE, None)], [shortfall])
    assert any("to nobody, so more rows would show no gap" in step for step in found)
    assert not any("Bring" in step for step in found)


def test_an_outcome_that_nobody_declared_good_is_asked_about():
    ratio = figure("demographic_parity_ratio", 0.9, source="original", protocol="data", split="train")
    asked = "Say whether “high” is good for a person. Nobody did, and every sentence takes it for good."
    assert steps(decided(0.0, 0.02), [ratio], schema=SCHEMA.model_copy(update={"favorable": None}))[0] == asked
    declared = SCHEMA.model_copy(update={"favorable": "positive"})
    assert asked not in steps(decided(0.0, 0.02), [ratio], schema=declared)


def test_harm_is_weighed_only_where_outcomes_were_repaired():
    lost = group_changes("selection_rate", {"men": (-0.1, -0.13, -0.08), "women": (0.0, -0.01, 0.01)})
    before = rates("selection_rate", {"men": (0.5, 0.4), "women": (0.4, 0.4)})
    same = [gap(0.0, 0.08)]
    assert not any("outcome repair" in step for step in steps(lost, before, same))
    moved = [
        figure("outcomes_lowered", 0.2, 0.18, 0.22, protocol="generation", group=group) for group in ("men", "women")
    ]
    assert steps(lost, before, same, moved)[0].startswith("No gap is shown to have narrowed.")
    narrower = [gap(-0.12, -0.05, protocol="change B")]
    assert steps(lost, before, same, moved, narrower)[0].startswith("Weigh what got worse against the gap that narrow")


def test_a_guess_of_what_is_good_is_to_be_confirmed_and_faults_stand_first():
    guessed = concluded(decided(0.1, 0.2), schema=SCHEMA.replaced(favorable="positive", favorable_guess="its name"))
    assert next_steps(guessed, has_faults=False, has_harms=False)[0] == (
        "Confirm that “high” is good for a person: it is a guess, and every sentence rests on it."
    )
    found = next_steps(guessed, has_faults=True, has_harms=False)
    assert found[0].startswith("See first to what stands at the top")
    assert len(found) == 3


def test_what_widens_a_gap_is_not_to_be_used_for_it_and_is_told_as_worse():
    wider = [gap(0.06, 0.16, protocol="change B")]
    screen = overview(concluded(decided(0.1, 0.2), wider))
    assert screen.worse == (
        "Likely, not proven: by sex, the gap of a model that does not see sex is wider by 11 (between 6 and 16).",
    )
    assert screen.next[0] == "By sex, what was made likely widens a gap: do not use it to narrow one."


def test_a_model_that_sees_the_group_is_advised_only_where_that_is_shown_to_help():
    open_if_seen = steps(decided(0.1, 0.2), decided(0.0, 0.15, protocol="A"))
    assert open_if_seen[0].endswith("whether a model that sees it would leave less, these rows do not tell.")
    closed = steps(decided(0.1, 0.2), decided(0.0, 0.02, protocol="A"))
    assert "or let the model see it where the law allows that" in closed[0]


def test_decisions_whose_outcomes_are_unknown_for_some_lead_to_alternatives_too():
    rows = [
        figure("selection_rate", rate, group=group, source="bank", protocol=protocol)
        for group, rate in (("women", 0.4), ("men", 0.55))
        for protocol in ("model", ALL_ROWS)
    ]
    gaps = [gap(0.1, 0.2, source="bank", protocol=protocol) for protocol in ("model", ALL_ROWS)]
    assert "less discriminatory alternatives" in steps([*rows, *gaps])[0]
