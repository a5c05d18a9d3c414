import numpy as np
import pandas as pd
import pytest

from core.audit.data_kind import Tabular
from core.audit.inputs import AuditInput
from core.audit.run import audit
from core.data.column import Column
from core.data.examples import Examples
from core.data.schema import Schema
from core.findings.conclusions import conclude
from core.findings.finding import Topic, VerdictKind
from tests.core.findings.families.records import concluded, figure, group_changes

LOST = {"Male": (-0.097, -0.103, -0.09), "Female": (0.071, 0.06, 0.08)}


def moved(group, lost, gained):
    return [
        figure("decisions_lost", lost, lost - 0.01, lost + 0.01, group=group),
        figure("decisions_gained", gained, gained - 0.01, gained + 0.01, group=group),
    ]


def repaired(**groups):
    where = {"protocol": "generation", "split": "all"}
    return [
        figure(f"outcomes_{way}", share, share - 0.01, share + 0.01, group=group, n=n, **where)
        for group, parts in groups.items()
        for way, (share, n) in zip(("lowered", "raised"), parts, strict=True)
    ]


def test_decisions_lost_and_gained_are_told_per_1000_of_the_group_that_loses_most():
    found = concluded(group_changes("selection_rate", LOST), moved("Male", 0.119, 0.022), moved("Female", 0.008, 0.079))
    (told,) = found.sentences
    assert "of 1,000 Male, 97 [90, 103] fewer get “high” from a classifier that does not see sex" in told
    assert "than from one trained on the original rows (119 lose it and 22 gain it)" in told
    assert "of 1,000 Female, 8 lose it and 79 gain it" in told
    assert found.findings[0].claim.topic is Topic.HARM
    assert found.findings[0].claim.group == "Male"


def test_every_group_that_lost_is_told_in_one_sentence():
    lost = {"a": (-0.2, -0.22, -0.18), "b": (-0.1, -0.12, -0.08), "c": (-0.01, -0.03, 0.01), "d": (0.1, 0.08, 0.12)}
    found = concluded(group_changes("selection_rate", lost))
    (told,) = found.sentences
    assert "of 1,000 a, 200 [180, 220] fewer get “high”" in told
    assert "Others who lose, per 1,000: b 100 [80, 120]." in told


def test_where_nobody_loses_nothing_is_told():
    nobody = {"Male": (0.001, -0.01, 0.012), "Female": (0.071, 0.06, 0.08)}
    found = concluded(group_changes("selection_rate", nobody))
    assert not found.sentences
    assert {one.verdict for one in found.findings} == {VerdictKind.NO_GAP}


def test_repair_is_told_of_those_who_had_the_outcome_not_of_all_rows():
    found = concluded(repaired(Male=((0.333, 6600), (0.003, 15000)), Female=((0.02, 1100), (0.08, 9600))))
    (told,) = found.sentences
    assert "“high” was taken from 333 of every 1,000 Male rows and 20 of every 1,000 Female rows that had it" in told
    assert "given to 3 of every 1,000 Male rows and 80 of every 1,000 Female rows that did not" in told
    first = found.findings[0]
    assert first.claim.per_1000 == pytest.approx(1000 * 0.333 * 6600 / 21600)
    assert first.p is None  # a count spends no error rate


def test_repair_below_the_margin_is_not_told():
    assert not concluded(repaired(Male=((0.04, 6600), (0.0, 15000)), Female=((0.02, 1100), (0.01, 9600)))).sentences


SCHEMA = Schema(
    columns=(
        Column(name="score", kind="numerical"),
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="hired", kind="categorical", role="target"),
    ),
    positive="yes",
)


def table(n, seed, *, taken=0.0):
    """Rows whose outcome follows a score; of men with the outcome, a share ``taken`` loses it."""
    rng = np.random.default_rng(seed)
    score, sex = rng.normal(size=n), rng.choice(["f", "m"], n)
    hired = (score + rng.normal(0, 0.5, n) > 0) & ~((sex == "m") & (rng.random(n) < taken))
    columns = {"score": score, "sex": pd.array(sex, dtype="str")}
    return pd.DataFrame(columns | {"hired": pd.array(np.where(hired, "yes", "no"), dtype="str")})


@pytest.mark.parametrize(("taken", "harm"), [(0.6, True), (0.0, False)])
def test_an_audit_of_made_rows_finds_who_lost(taken, harm):
    train, holdout = Examples(table(1500, 0)), Examples(table(1500, 1))
    sources = {"synthetic": Examples(table(1500, 2, taken=taken))}
    kind = Tabular("logistic")
    records = audit(AuditInput(SCHEMA, train, holdout, sources, seeds=(0,), kind=kind))
    found = conclude(records, SCHEMA)
    lost = [one for one in found.findings if one.claim.topic is Topic.HARM and one.verdict is VerdictKind.GAP]
    assert bool(lost) is harm
    if harm:
        first = found.sentences[1]  # after what is favourable
        assert "m are worse off than before" in first
        assert "Others who lose, per 1,000: f" in first  # from classifiers that do not see sex
        assert "Mistakes are shared less evenly by sex" in first
