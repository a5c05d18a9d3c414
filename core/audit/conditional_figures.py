"""The differences within strata of one audit: of the real rows' outcomes, and of predictions on the hold-out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Tag
from core.audit.metrics import proxies, utility
from core.audit.metrics.conditional import PROTOCOL, Strata, chosen_proxies, conditional_records, favourable
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.record_set import RecordSet
from core.audit.records import ORIGINAL, WHOLE, Record
from core.audit.statistics.confusion import count, single_group
from core.data.compared_groups import ComparedGroups
from core.data.groups import GroupedFrame


@dataclass
class ConditionalFigures:
    """Measures within strata. The columns follow from the proxies, which are measured first.

    Args:
        whole: All real rows, on which outcomes are compared.
        real: The real train rows, from which the columns are chosen.
        evaluator: The real hold-out rows.
        compared: The compared groups of each attribute among rows.
    """

    whole: GroupedFrame
    real: GroupedFrame
    evaluator: HoldoutEvaluator
    compared: Mapping[str, ComparedGroups]
    strata: Strata = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the columns that the user named."""
        self.strata = Strata(self.real.schema, self.real.frame)

    def of_proxies(self) -> list[Record]:
        """Return how well each column reveals each attribute, and choose the columns that do best."""
        found = proxies.proxy_records(self.real.frame, self.real.schema, "train")
        self.strata = Strata(self.real.schema, self.real.frame, chosen_proxies(found))
        return found

    def of_rows(self) -> list[Record]:
        """Return the differences of the outcomes of all real rows."""
        tag = Tag(ORIGINAL, PROTOCOL, positive=self._outcome, split=WHOLE)
        outcomes = favourable(self.whole.labels, self.whole.schema)
        return conditional_records(self.whole, outcomes, tag, strata=self.strata, compared=self.compared)

    def of_predictions(
        self, predictions: Mapping[int | None, NDArray[np.int8]], source: str, letter: str
    ) -> list[Record]:
        """Return the differences of predictions on the hold-out: the mean over several classifier seeds.

        Args:
            predictions: 0 or 1 by classifier seed, each of shape (m,).
            source: Whose rows the classifiers were trained on.
            letter: A or B.
        """
        evaluator, records = self.evaluator, RecordSet()
        everyone = single_group(len(evaluator.labels))
        for seed, predicted in predictions.items():
            records += conditional_records(
                evaluator.rows,
                favourable(predicted, evaluator.schema),
                Tag(source, f"{PROTOCOL} {letter}", positive=self._outcome, seed=seed),
                strata=self.strata,
                compared=evaluator.compared,
                degenerate_reason=utility.degenerate_reason(count(evaluator.labels, predicted, everyone)),
            )
        return list(records.with_means_over_seeds().where(seed=None) if len(predictions) > 1 else records)

    @property
    def _outcome(self) -> str:
        return self.evaluator.outcomes[1 if self.real.schema.favorable == "negative" else 0]
