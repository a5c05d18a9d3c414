"""Which outcome is good for the person: declared, guessed with a reason, or open."""

import pandas as pd
import pytest

from core.data.column import Column
from core.data.inference.favorable import with_favorable, with_guess
from core.data.inference.role_assignment import assign_roles
from core.data.schema import Schema, from_json
from core.data.schema_editing import choose_favorable, choose_positive, choose_target
from core.data.sources.load import load
from core.errors import SchemaError

FRAME = pd.DataFrame({"sex": ["f", "m"] * 4, "reoffended": [0, 1, 0, 1, 1, 0, 0, 1], "hired": ["no", "yes"] * 4})


def schema(target="reoffended", positive="1", threshold=None, **said):
    roles = {"sex": "sensitive", target: "target"}
    columns = [Column(name=name, kind=kind, role=roles.get(name, "feature")) for name, kind in KINDS.items()]
    return Schema(columns=tuple(columns), positive=positive, threshold=threshold, **said)


KINDS = {"sex": "categorical", "reoffended": "integer", "hired": "categorical"}


@pytest.mark.parametrize(
    ("name", "positive", "side", "word"),
    [
        ("two_year_recid", "1", "negative", "'recid'"),
        ("two_year_recid", "0", "positive", "'recid'"),
        ("default.payment.next.month", "1", "negative", "'default'"),
        ("isFraud", "True", "negative", "'fraud'"),
        ("application", "Denied", "negative", "'denied'"),
        ("loan_status", "Charged Off", "negative", "'charged'"),
        ("loan_status", "Fully Paid", "positive", "'paid'"),
        ("readmitted", "yes", "negative", "'readmitted'"),
        ("admitted", "yes", "positive", "'admitted'"),
        ("class", ">50K", "positive", "'>50K'"),
        ("class", "<=50K", "negative", "'<=50K'"),
        ("class", "good", "positive", "'good'"),
        ("approved", "no", "negative", "'approved'"),
        ("credit_risk", "1", None, ""),
        ("not_paid", "1", None, ""),
        ("paid_after_default", "1", None, ""),
        ("deadline", "1", None, ""),
        ("badge", "1", None, ""),
        ("digit", "3", None, ""),
    ],
)
def test_words_are_guessed_from_and_contradictions_are_left_open(name, positive, side, word):
    column = Column(name=name, kind="categorical", role="target")
    found = with_guess(Schema(columns=(column,), positive=positive))
    assert found.favorable == side
    assert word in found.favorable_guess
    assert bool(found.favorable_guess) == (side is not None)


def test_a_threshold_on_an_income_is_good():
    column = Column(name="yearly_income", kind="numerical", role="target")
    assert with_guess(Schema(columns=(column,), threshold=50_000)).favorable == "positive"


def test_a_declared_value_ends_the_guess():
    guessed = with_guess(schema("hired", "yes"))
    assert guessed.favorable_guess
    declared = with_favorable(guessed, FRAME, "no")
    assert (declared.favorable, declared.favorable_guess) == ("negative", "")
    assert with_favorable(schema(), FRAME, "1").favorable == "positive"
    by_number = schema(positive=None, threshold=0.5)
    assert with_favorable(by_number, FRAME, "0").favorable == "negative"
    assert with_favorable(by_number, FRAME, "1").favorable == "positive"


def test_a_value_that_the_target_does_not_have_is_named_beside_those_it_has():
    with pytest.raises(SchemaError, match="'reoffended' has no value '2'; its values are '0', '1'") as found:
        with_favorable(schema(), FRAME, "2")
    assert found.value.field == "favorable"
    with pytest.raises(SchemaError, match=r"divided at 0\.5"):
        with_favorable(schema(positive=None, threshold=0.5), FRAME, "good")


def test_what_was_said_holds_for_its_outcome_only():
    said = schema(favorable="negative", decision="us-employment")
    assert assign_roles(said, FRAME, positive="1")[0] == said
    assert assign_roles(said, FRAME, sensitive=["sex"])[0].favorable == "negative"
    assert assign_roles(said, FRAME, positive="0")[0].favorable is None
    other = choose_target(said, FRAME, "hired")
    assert (other.favorable, other.decision) == ("positive", None)
    assert "'hired'" in other.favorable_guess
    assert choose_positive(other, positive="no").favorable == "negative"
    assert assign_roles(choose_favorable(other, None), FRAME)[0].favorable is None


def test_the_options_of_loading_declare_it():
    found = load(FRAME, target="hired", sensitive=["sex"], favorable="no", margin=0.1, decision="us-employment").schema
    assert (found.favorable, found.margin, found.decision) == ("negative", 0.1, "us-employment")
    assert load("demo", rows=50).schema.favorable == "positive"
    with pytest.raises(SchemaError) as error:
        load(FRAME, target="hired", margin=1.5)
    assert error.value.field == "margin"


def test_a_schema_of_an_earlier_version_has_the_defaults():
    text = schema().model_dump_json(exclude={"favorable", "favorable_guess", "margin", "decision"})
    old = from_json(text)
    assert (old.favorable, old.favorable_guess, old.margin, old.decision) == (None, "", 0.05, None)
