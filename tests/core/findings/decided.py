"""Records of decisions by group, made by hand."""

from core.audit.records import Record
from tests.core.findings.families.records import figure, rates

DIFFERENCE = "demographic_parity_difference"
HOW = ("does not see", "sees")
RECORD = {"source": "original", "protocol": "data", "split": "train"}


def on_record(**groups):
    shares = [
        figure("base_rate", rate, rate - 0.01, rate + 0.01, group=group, **RECORD) for group, rate in groups.items()
    ]
    gap = max(groups.values()) - min(groups.values())
    return [*shares, figure(DIFFERENCE, gap, gap - 0.02, gap + 0.02, **RECORD)]


def decided(before, after, low, high, **more):
    """Rates of women and men before and after, and the difference after with its interval."""
    pairs = {"women": (before[0], after[0]), "men": (before[1], after[1])}
    sizes = [(before[1] - before[0], "original"), (after[1] - after[0], "synthetic")]
    differences = [figure(DIFFERENCE, size, low, high, source=source, **more) for size, source in sizes]
    return [*rates("selection_rate", pairs, **more), *differences]


def target(value):
    return Record(
        source="synthetic", protocol="repair_level_search", metric="target_dpr", split="validation", value=value
    )


def parity(value, source="synthetic", protocol="B"):
    return figure("demographic_parity_ratio", value, value - 0.05, value + 0.05, source=source, protocol=protocol)
