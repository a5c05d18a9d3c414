import pytest

from core.errors import ConfigError, leave_out
from core.synthesis.conditions import Conditions


@pytest.mark.parametrize(
    ("conditions", "field"),
    [
        (Conditions({"f": 0.5}), "proportions"),
        (Conditions(target="yes"), "target"),
        (Conditions(repair_level=0.5), "repair_level"),
    ],
)
def test_a_condition_that_is_not_accepted_is_the_field_of_the_error(conditions, field):
    with pytest.raises(ConfigError, match=f"does not accept the condition {field}") as found:
        conditions.check(frozenset())
    assert (found.value.field, found.value.problem.remedies) == (field, (leave_out(field),))
    conditions.check({field})
