"""Whether groups get the outcome equally often, told of several attributes."""

from core.data.column import Column
from core.findings.families.selection_rates import FAMILY
from tests.core.findings.families.records import SCHEMA, concluded, figure, rates

TWO = SCHEMA.replaced(columns=(*SCHEMA.columns, Column(name="race", kind="categorical", role="sensitive")))


def test_open_questions_on_a_second_attribute_stand_together():
    """The classifiers that see it are not told after a sentence that is about something else."""
    groups = {"a": (0.4, 0.4), "b": (0.44, 0.44)}
    parts = []
    for name in ("sex", "race"):
        for letter in ("B", "A"):
            parts += rates("selection_rate", groups, protocol=letter, sensitive=name)
            parts += [
                figure("demographic_parity_difference", 0.04, 0.0, 0.1, protocol=letter, source=source, sensitive=name)
                for source in ("original", "synthetic")
            ]
    of_race = [one for one in concluded(parts, schema=TWO).of(FAMILY) if one.claim.figure.sensitive == "race"]
    made = [one for one in of_race if one.claim.figure.source == "synthetic"]
    said = made[0].claim.told_with.words(made)
    assert said.startswith("Too few rows to tell of these: from classifiers that do not see race")
    assert "from classifiers that see race" in said
