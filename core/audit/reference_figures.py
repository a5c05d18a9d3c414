"""What the classifiers of an audit are worth against the reference outcome, which none of them learned from."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Tag
from core.audit.glossary import against_reference
from core.audit.metrics.reference_outcome import missing_note
from core.audit.outcome_figures import OutcomeFigures
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.protocols.tabular import Measurement
from core.audit.records import Record
from core.data.reference_outcome import in_targets_place

FIGURES = frozenset({"tpr", "fpr", "accuracy", "equalized_odds_difference"})
"""The metrics that have figures: selection rates are the same against any outcome."""


class ReferenceFigures(OutcomeFigures):
    """The same figures against the reference outcome, on the hold-out rows that have it.

    Args:
        evaluator: These rows, with the reference outcome in the target's place.
        first_seed: The first classifier seed of the audit.
        known: Which hold-out rows these are, shape (m,).
    """

    def __init__(self, evaluator: HoldoutEvaluator, first_seed: int, known: NDArray[np.bool_]) -> None:
        super().__init__(evaluator, first_seed, missing_note(known))
        self._known = known

    def protocol(self, letter: str) -> str:
        """Return e.g. ``A reference``."""
        return against_reference(letter)

    def _judged(self, measured: Measurement) -> Measurement:
        first = measured.records[0]
        tag = Tag(first.source, self.protocol(first.protocol), seed=first.seed, split=first.split)
        if measured.scores is None or measured.predictions is None:
            return Measurement(self._kept(self.evaluator.undefined(tag, first.note)), None, [])
        scores, predictions = measured.scores[self._known], measured.predictions[self._known]
        records = self._kept(self.evaluator.records(scores, predictions, tag))
        return Measurement(records, scores, [], decided=predictions)

    def _of_rows(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        return scores[self._known]

    def _kept(self, records: list[Record]) -> list[Record]:
        return [record for record in records if record.metric in FIGURES]


def reference_figures(evaluator: HoldoutEvaluator, first_seed: int) -> list[ReferenceFigures]:
    """Return the figures against the reference outcome; none without one, or if no hold-out row has it.

    Args:
        evaluator: The hold-out rows with their target.
        first_seed: The first classifier seed of the audit.
    """
    if evaluator.schema.reference is None:
        return []
    founded, known = in_targets_place(evaluator.frame, evaluator.schema)
    if not known.any():
        return []
    return [ReferenceFigures(replace(evaluator, frame=founded), first_seed, known)]
