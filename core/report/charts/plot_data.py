"""The data of a report's plots beyond the records: points, shares of values, losses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from core.audit.record_set import RecordSet
from core.events import Event
from core.report.charts import distributions, projections
from core.report.charts.gallery import Gallery
from core.report.charts.losses import loss_curves
from core.report.charts.theme import Figure
from core.report.tables.base import Table

if TYPE_CHECKING:
    from core.audit.explain.projections import Projection
    from core.audit.statistics.marginals import Marginal


@dataclass(frozen=True)
class PlotData:
    """The parts, each of which may be empty.

    Args:
        projections: By what the points are (``latents``, ``rows``), one for each method.
        marginals: How each column is distributed in each source.
        pairs: By source, how similarly each pair of columns is distributed as in the train rows, 0 to 1.
        events: Progress of the trainings, with their losses.
        galleries: Sheets of images.
        explanations: What classifiers decide by beyond the records, e.g. where in images.
        scores: Curves of the scores of models, by group.
        repair: Thresholds and what they cost, three tables for each model and attribute.
        alternatives: As accurate models and thresholds with a smaller disparity, a table for each attribute.
    """

    projections: Mapping[str, Sequence[Projection]] = field(default_factory=dict)
    marginals: Sequence[Marginal] = ()
    pairs: Mapping[str, Mapping[tuple[str, str], float]] = field(default_factory=dict)
    events: Sequence[Event] = ()
    galleries: Sequence[Gallery] = ()
    explanations: Sequence[Figure] = ()
    scores: Sequence[Figure] = ()
    alternatives: Sequence[Table] = ()
    repair: Sequence[Table] = ()

    def clouds(self, audited: RecordSet) -> list[Figure]:
        """Return every projection by source, and its first method, which has the plainest axes, by group too.

        Args:
            audited: Records of the audit, of which captions tell some.
        """
        found = []
        for same_points in self.projections.values():
            found += [projections.scatter(one, audited=audited) for one in same_points]
            found += [projections.scatter(one, "group", audited) for one in same_points[:1]]
        return found

    def columns(self) -> list[Figure]:
        """Return the distribution of each column."""
        return [distributions.marginal(one) for one in self.marginals]

    def associations(self) -> list[Figure]:
        """Return a map of all pairs of columns for each source."""
        found = [distributions.associations(similarity, source) for source, similarity in self.pairs.items()]
        return [one for one in found if one is not None]

    def losses(self) -> list[Figure]:
        """Return the curves of the trainings."""
        return loss_curves(self.events)
