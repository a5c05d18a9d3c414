import numpy as np
import pandas as pd
import pytest

from core.audit.records import Record
from core.audit.run import audit
from core.data.column import Column
from core.data.schema import Schema
from core.downstream_classifiers import random_forest
from core.findings.conclusions import conclude
from core.findings.finding import VerdictKind
from tests.core.audit.tables import SCHEMA, table_input

GROUPS = Schema(
    columns=(
        Column(name="skill", kind="numerical"),
        Column(name="luck", kind="numerical"),
        Column(name="origin", kind="categorical", role="sensitive"),
        Column(name="hired", kind="categorical", role="target"),
    ),
    positive="yes",
)


def applicants(n, seed=0, bonus=0.0):
    """Five origins; ``bonus`` raises the score of ``a``."""
    rng = np.random.default_rng(seed)
    origin = rng.choice(list("abcde"), n)
    skill, luck = rng.normal(size=(2, n))
    score = skill + rng.normal(0, 0.7, n) + bonus * (origin == "a")
    hired = pd.array(np.where(score > 0, "yes", "no"), dtype="str")
    return pd.DataFrame({"skill": skill, "luck": luck, "origin": pd.array(origin, dtype="str"), "hired": hired})


def of(frame, schema=GROUPS):
    held = len(frame) // 4
    return conclude(audit(table_input(schema, frame[held:], frame[:held], seeds=(0,))), schema).of("direct_effect")


@pytest.fixture(autouse=True)
def small_forest(monkeypatch):
    monkeypatch.setattr(random_forest, "TREES", 30)


def test_an_attribute_that_means_nothing_has_no_direct_effect():
    (finding,) = of(applicants(3000))
    effect = finding.claim.records[0]
    assert effect.low > 0.03  # a range is never 0: five groups of pure chance move the score this far
    assert finding.verdict is VerdictKind.NO_GAP
    assert finding.sentence == ""  # what is not there is not told


def test_one_that_decides_has_one():
    (finding,) = of(applicants(1200, bonus=2.0))
    assert finding.verdict is VerdictKind.GAP
    assert "If only a person's origin is changed and all else stays, a classifier that sees it" in finding.sentence


def record(metric, value, source, half=0.01):
    return Record(
        source=source,
        protocol="A",
        metric=metric,
        sensitive="sex",
        positive="yes",
        value=value,
        low=value - half,
        high=value + half,
    )


def test_product_and_original_are_judged_and_other_stages_are_not():
    records = [
        record(metric, value, source)
        for source in ("original", "teacher", "synthetic")
        for metric, value in (("unawareness_gap", 0.12), ("unawareness_gap_null", 0.02), ("unawareness_excess", 0.1))
    ]
    findings = conclude(records, SCHEMA).of("direct_effect")
    assert {one.claim.figure.source for one in findings} == {"original", "synthetic"}
    assert all(one.verdict is VerdictKind.GAP and one.claim.figure.value == 0.1 for one in findings)
    told = [one.sentence for one in findings if one.sentence]
    assert len(told) == 1
    assert "changing a column without meaning does so by 20, so 100 [90, 110] are due to sex." in told[0]
    assert "the synthetic rows" in told[0]


def test_of_combined_attributes_nothing_is_told():
    records = [record(metric, 0.2, "original") for metric in ("unawareness_gap", "unawareness_excess")]
    crossed = [one.model_copy(update={"sensitive": "sex × origin"}) for one in records]
    findings = conclude([*records, *crossed], SCHEMA).of("direct_effect")
    assert [(one.claim.figure.sensitive, bool(one.sentence)) for one in findings] == [
        ("sex", True),
        ("sex × origin", False),
    ]


def test_an_effect_that_is_surely_above_chance_is_a_gap_even_if_it_may_lie_below_the_margin():
    pair = [record("unawareness_gap", 0.08, "original"), record("unawareness_excess", 0.05, "original", half=0.03)]
    assert [one.verdict for one in conclude(pair, SCHEMA).of("direct_effect")] == [VerdictKind.GAP]
    (alone,) = conclude([record("unawareness_gap", 0.05, "original", half=0.03)], SCHEMA).of("direct_effect")
    assert alone.verdict is VerdictKind.UNDECIDED  # a range is above 0 by chance


def test_without_the_figure_by_chance_the_range_stands_against_the_margin():
    (finding,) = conclude([record("unawareness_gap", 0.02, "original")], SCHEMA).of("direct_effect")
    assert finding.verdict is VerdictKind.NO_GAP
    (finding,) = conclude([record("unawareness_gap", 0.2, "original")], SCHEMA).of("direct_effect")
    assert finding.verdict is VerdictKind.GAP
