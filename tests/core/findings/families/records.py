"""Records of a small audit, made by hand: an original and synthetic rows, under protocols A and B."""

from collections.abc import Mapping

from core.audit.records import Record
from core.data.column import Column
from core.data.schema import Schema
from core.findings.conclusions import Conclusions, conclude

SCHEMA = Schema(
    columns=(
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="pay", kind="categorical", role="target"),
    ),
    positive="high",
)
Bounds = tuple[float, float, float]


def figure(metric, value, low=None, high=None, **others):
    """One record of the hold-out, by default of synthetic rows, protocol B and the positive outcome."""
    address = {"source": "synthetic", "protocol": "B", "sensitive": "sex", "positive": "high", "n": 1000} | others
    return Record(metric=metric, value=value, low=low, high=high, **address)


def changes(
    protocol: str = "B", *, sensitive: str = "sex", positive: str = "high", **by_metric: Bounds
) -> list[Record]:
    """Changes of figures over all groups, after minus before, with bounds."""
    where = {"protocol": "change" if protocol == "A" else f"change {protocol}"}
    return [
        figure(metric, *bounds, sensitive=sensitive, positive=positive, **where) for metric, bounds in by_metric.items()
    ]


def group_changes(metric: str, groups: Mapping[str, Bounds], **others) -> list[Record]:
    """Changes of a rate by group, after minus before, with bounds, under B."""
    where = {"protocol": "change B"} | others
    return [figure(metric, *bounds, group=group, **where) for group, bounds in groups.items()]


def rates(metric: str, groups: Mapping[str, tuple[float, float]], n: int = 1000, **others) -> list[Record]:
    """Rates by group, before and after."""
    return [
        figure(metric, value, max(value - 0.02, 0.0), min(value + 0.02, 1.0), group=group, n=n, source=source, **others)
        for group, pair in groups.items()
        for source, value in zip(("original", "synthetic"), pair, strict=True)
    ]


def concluded(*parts: list[Record], schema: Schema = SCHEMA) -> Conclusions:
    """Return what follows from these records."""
    return conclude([record for part in parts for record in part], schema)
