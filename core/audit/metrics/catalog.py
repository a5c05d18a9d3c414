"""All metrics by name, in the order of the tables and the glossary.

A new metric of a classifier is one declaration in a family's tuple. Its computation, tables, headline, paired changes
and glossary entry follow from the declaration.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from core.audit.metrics.declaration import APART, Metric, Over, Place
from core.audit.metrics.declarations.classes import CLASSES
from core.audit.metrics.declarations.dependence import DEPENDENCE
from core.audit.metrics.declarations.disparities import DISPARITIES
from core.audit.metrics.declarations.explanation import EXPLANATION
from core.audit.metrics.declarations.fidelity import FIDELITY
from core.audit.metrics.declarations.file_checks import FILE_CHECKS
from core.audit.metrics.declarations.generation import GENERATION
from core.audit.metrics.declarations.numbers import NUMBERS
from core.audit.metrics.declarations.outcomes import OUTCOMES
from core.audit.metrics.declarations.performance import PERFORMANCE
from core.audit.metrics.declarations.privacy import PRIVACY
from core.audit.metrics.declarations.rates import RATES
from core.audit.metrics.declarations.reference import REFERENCE
from core.audit.metrics.declarations.selections import SELECTIONS
from core.audit.metrics.formulas import DetectableGap, Disparity, OverGroups, OverRows, Ranking, Rate, Score

METRICS: Final[dict[str, Metric]] = {
    metric.name: metric
    for metric in (
        *RATES,
        *PERFORMANCE,
        *DISPARITIES,
        *SELECTIONS,
        *REFERENCE,
        *CLASSES,
        *NUMBERS,
        *OUTCOMES,
        *FIDELITY,
        *PRIVACY,
        *FILE_CHECKS,
        *DEPENDENCE,
        *EXPLANATION,
        *GENERATION,
    )
}

GROUP_RATES: Final[dict[str, Rate]] = {
    one.name: one.formula for one in METRICS.values() if isinstance(one.formula, Rate) and Over.GROUPS in one.over
}
OVERALL: Final[dict[str, OverRows]] = {
    one.name: one.formula
    for one in METRICS.values()
    if isinstance(one.formula, Score | Ranking) or (isinstance(one.formula, Rate) and Over.ROWS in one.over)
}
GAPS: Final[dict[str, OverGroups]] = {
    one.name: one.formula for one in METRICS.values() if isinstance(one.formula, Disparity | DetectableGap)
}
HEADLINES: Final = tuple(one.name for one in METRICS.values() if one.headline)
EITHER_OUTCOME: Final = frozenset(one.name for one in METRICS.values() if one.either_outcome)
PAIRED: Final = tuple(one.name for one in METRICS.values() if one.paired)
TIMED: Final = frozenset(one.name for one in METRICS.values() if one.timed)
OWN_TABLE: Final = frozenset(one.name for one in METRICS.values() if APART & set(one.places))


def placed(place: Place) -> tuple[str, ...]:
    """Return the names of the metrics that have a column in a table, in order.

    >>> placed(Place.UTILITY)
    ('accuracy', 'balanced_accuracy', 'auc')
    """
    return tuple(one.name for one in METRICS.values() if place in one.places)


def kind_of(metric: str) -> str:
    """Return the declared name of a record's metric: ``column_shape`` for ``column_shape:age``."""
    return metric.partition(":")[0]


def column_of(metric: str) -> str:
    """Return the column that a record's metric is of: ``age`` for ``column_shape:age``; empty if it is of none."""
    return metric.partition(":")[2]


def describe(metric: str) -> Metric:
    """Return the declaration of a record's metric, e.g. ``column_shape:age``. The label of an unknown one is its name.

    >>> [describe(name).label for name in ("demographic_parity_ratio", "column_shape:age", "some_new_figure")]
    ['parity ratio', 'column shape: age', 'some new figure']
    """
    kind = kind_of(metric)
    known = METRICS.get(kind) or Metric(kind, kind.replace("_", " "), "", bounds=(None, None))
    return replace(known, label=f"{known.label}: {column_of(metric)}") if ":" in metric else known


def metric_rank(metric: str) -> tuple[int, str]:
    """Return the key that sorts metrics as `METRICS` does, unknown ones last."""
    kind = kind_of(metric)
    return (list(METRICS).index(kind) if kind in METRICS else len(METRICS), metric)
