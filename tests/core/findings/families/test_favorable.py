"""Who is worse off, by the outcome that is good for people: COMPAS in small."""

import numpy as np
import pandas as pd
import pytest

from core.audit.data_kind import Tabular
from core.audit.inputs import AuditInput
from core.audit.records import Record
from core.audit.run import audit
from core.data.column import Column
from core.data.examples import Examples
from core.data.schema import Schema
from core.findings.conclusions import conclude
from core.findings.families import favorable
from core.findings.finding import Topic, VerdictKind
from core.report.output.html import render

RATES = {"African-American": 0.52, "Caucasian": 0.39}  # of a new charge, in ProPublica's table


@pytest.fixture(scope="module")
def compas():
    """The records of an audit of 1,500 rows with ProPublica's rates and one useful feature, and their schema."""
    random = np.random.default_rng(0)
    race = random.choice(list(RATES), 1_500)
    recid = random.random(len(race)) < np.vectorize(RATES.get)(race)
    frame = pd.DataFrame(
        {
            "race": pd.array(race, dtype="str"),
            "priors": recid + random.normal(0, 0.7, len(race)),
            "two_year_recid": pd.array(recid.astype(int), dtype="Int64"),
        }
    )
    columns = (
        Column(name="race", kind="categorical", role="sensitive"),
        Column(name="priors", kind="numerical"),
        Column(name="two_year_recid", kind="integer", role="target"),
    )
    schema = Schema(columns=columns, positive="1", favorable="negative")
    train, holdout = (part.reset_index(drop=True) for part in (frame.head(1_000), frame.tail(500)))
    inputs = AuditInput(schema, Examples(train), Examples(holdout), seeds=(0,), kind=Tabular("logistic"))
    return audit(inputs), schema


def test_those_who_get_the_favourable_outcome_least_are_named(compas):
    records, schema = compas
    conclusions = conclude(records, schema)
    told = [one for one in conclusions.of("selection_rates") if one.verdict is VerdictKind.GAP]
    assert told
    assert {one.claim.group for one in told} == {"African-American"}
    assert any("“two_year_recid = 0” is rarest for African-American (" in one.sentence for one in told)
    assert conclusions.sentences[0] == "“0” of “two_year_recid” is counted as the favourable outcome, as was declared."


def test_a_value_that_says_what_it_means_is_not_explained():
    names = {"a": 0.2, "b": 0.4}
    assert not found_on("no new charge", names).of(favorable.FAMILY)
    assert found_on("0", names).of(favorable.FAMILY)


def found_on(outcome, rates_by_group):
    where = {"source": "original", "protocol": "data", "split": "train", "sensitive": "race", "positive": outcome}
    records = [Record(metric="demographic_parity_ratio", value=0.5, low=0.4, high=0.6, **where)]
    records += [Record(metric="base_rate", group=name, value=rate, **where) for name, rate in rates_by_group.items()]
    columns = (
        Column(name="race", kind="categorical", role="sensitive"),
        Column(name="y", kind="categorical", role="target"),
    )
    return conclude(records, Schema(columns=columns, positive=outcome, favorable="positive"))


@pytest.mark.parametrize(("protocol", "split"), [("data", "all"), ("A", "holdout"), ("B", "holdout")])
def test_impact_ratios_are_those_of_the_favourable_outcome(compas, protocol, split):
    records, schema = compas
    where = {"source": "original", "protocol": protocol, "split": split, "metric": "impact_ratio"}
    ratios = conclude(records, schema).records.where(**where)
    assert {one.positive for one in ratios} == {"0"}
    by_group = {one.group: one.value for one in ratios}
    assert by_group["African-American"] < 1 == by_group["Caucasian"]
    wrong = conclude(records, schema.replaced(favorable="positive")).records.where(**where)
    assert {one.group: one.value for one in wrong}["African-American"] == 1


def test_a_figure_that_is_the_same_for_either_outcome_stays(compas):
    records, schema = compas
    assert conclude(records, schema).records.first(metric="unawareness_gap") is not None


def test_four_fifths_judges_a_declared_us_employment_decision_only(compas):
    records, schema = compas
    plain = render("compas", records, conclude(records, schema), [], {})
    assert "Impact ratios, race" in plain
    for words in ("elow four fifths", "one moved", "needed to decide"):
        assert words not in plain.split("What the words mean")[0]
    declared = schema.replaced(decision="us-employment")
    html = render("compas", records, conclude(records, declared), [], {})
    assert "Impact ratios by the four-fifths rule, race" in html
    assert "Below four fifths" in html


def test_nobody_said_what_is_favourable_is_said(compas):
    records, schema = compas
    silent = conclude(records, schema.replaced(favorable=None))
    assert silent.sentences[0].startswith(
        "Nobody said whether “1” of “two_year_recid” is good or bad for people; it is counted as the favourable "
    )
    (finding,) = silent.of(favorable.FAMILY)
    assert finding.claim.topic is Topic.OUTCOME
    assert finding.p is None
    guessed = conclude(records, schema.replaced(favorable_guess="the name 'two_year_recid' contains 'recid'"))
    assert guessed.sentences[0] == (
        "“0” of “two_year_recid” is counted as the favourable outcome; that is a guess, which nobody confirmed: the "
        "name 'two_year_recid' contains 'recid'."
    )


def test_without_ratios_nothing_is_said(compas):
    assert conclude([], compas[1].replaced(favorable=None)).sentences == []


def test_the_report_counts_the_favourable_outcome(compas):
    records, schema = compas
    html = render("compas", records, conclude(records, schema), [], {})
    assert f"“0” of “{schema.target}” counts as good" in html
    assert "Share with “0”, race" in html
    assert "The same with “1” counted as positive" in html
