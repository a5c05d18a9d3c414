"""What the summary says of outcomes of more than two values in synthetic rows."""

from core.audit.metrics.outcome_distribution import DISTANCE, LIMIT, MEAN
from core.audit.records import Record
from core.findings.conclusions import conclude
from core.findings.families.outcome_distances import FAMILY
from core.findings.finding import VerdictKind
from tests.core.findings.families.records import SCHEMA, figure


def _records(value: float, limit: float) -> list[Record]:
    where = {"protocol": "data", "positive": None}
    return [
        figure(DISTANCE, value, max(value - limit, 0.0), value + limit, split="all", **where),
        figure(LIMIT, limit, split="all", **where),
        figure(DISTANCE, 0.21, 0.18, 0.24, source="original", split="train", **where),
        figure(MEAN, 40.1, group="women", split="all", **where),
        figure(MEAN, 40.6, group="men", split="all", **where),
        figure("accuracy", 0.8, 0.78, 0.82, sensitive=None),
    ]


def test_a_distance_beyond_chance_and_margin_is_a_gap() -> None:
    conclusions = conclude(_records(0.2, 0.03), SCHEMA)
    (found,) = conclusions.of(FAMILY)
    assert found.verdict is VerdictKind.GAP
    assert "up to 200" in found.sentence
    assert "chance alone gives up to 30" in found.sentence
    assert "In the original rows it is 210" in found.sentence


def test_a_distance_that_chance_gives_is_none() -> None:
    (found,) = conclude(_records(0.015, 0.025), SCHEMA).of(FAMILY)
    assert found.verdict is VerdictKind.NO_GAP
    assert "40.1 for women and 40.6 for men" in found.sentence
