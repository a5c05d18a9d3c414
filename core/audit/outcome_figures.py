"""What the classifiers of an audit are worth against one outcome: their figures, and changes against the original's.

There are two such outcomes: the target, and a reference outcome that is better founded, if the schema has one. Both
judge the same predictions on the same hold-out rows, so that no classifier is trained twice.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.audit.estimate import Tag
from core.audit.glossary import change_protocol
from core.audit.metrics.moved_decisions import PairedDecisions
from core.audit.protocols import before_after, procedure, tabular
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.protocols.tabular import Measurement
from core.audit.record_set import RecordSet
from core.audit.records import ORIGINAL, Record
from core.audit.step import noted

_Key = tuple[str, str]  # source and letter of the protocol


class OutcomeFigures:
    """The figures against the target. Later calls compare the classifiers that earlier ones measured.

    Args:
        evaluator: The hold-out rows with the outcome.
        first_seed: The first classifier seed of the audit.
        note: A note for every figure.
    """

    def __init__(self, evaluator: HoldoutEvaluator, first_seed: int, note: str = "") -> None:
        self.evaluator = evaluator
        self._first_seed = first_seed
        self._note = note
        # What the first classifier seed measured, for each generator seed (None: not known).
        self._measured: dict[_Key, dict[int | None, Measurement]] = {}
        # The decisions of every classifier seed.
        self._predictions: dict[_Key, list[NDArray[np.int8]]] = {}
        # What other training rows and seeds add to the interval of a change.
        self._spreads: dict[_Key, procedure.Spreads] = {}
        self._group_spreads: dict[_Key, procedure.GroupSpreads] = {}

    def protocol(self, letter: str) -> str:
        """Return the protocol of figures against this outcome, of classifiers of protocol A or B."""
        return letter

    def of_constant(self, train_labels: NDArray[np.int8], letter: str) -> list[Record]:
        """Return the figures of the predictor that always gives the more frequent outcome of the train rows."""
        return noted(
            self._kept(tabular.constant_records(self.evaluator, train_labels, self.protocol(letter))), self._note
        )

    def of_classifiers(
        self,
        source: str,
        letter: str,
        measured: Sequence[Measurement],
        refits: Sequence[NDArray[np.float64]],
        generator_seed: int | None,
    ) -> list[Record]:
        """Return the figures of a source's classifiers, with the intervals of the procedure if there are refits.

        Args:
            source: Whose rows they were trained on.
            letter: A or B.
            measured: What they are worth against the target, by classifier seed; at least one.
            refits: Scores of the hold-out rows by refit, each of shape (m,).
            generator_seed: The seed of the rows; ``None`` if it is not known.
        """
        judged, refits = [self._judged(one) for one in measured], [self._of_rows(one) for one in refits]
        scores = [one.scores for one in judged if one.scores is not None]
        trained = procedure.Procedure(self.evaluator, scores, refits) if len(refits) > 1 else None
        self._spreads[source, letter] = trained.spreads if trained is not None else {}
        self._group_spreads[source, letter] = trained.group_spreads if trained is not None else {}
        self._measured[source, letter] = {generator_seed: judged[0]}
        self._predictions[source, letter] = [one.predictions for one in judged if one.predictions is not None]
        by_seed = RecordSet(record for one in judged for record in one.records)
        means = by_seed.with_means_over_seeds().shown
        shown = trained.records(means) if trained is not None else procedure.for_one_classifier(means)
        return noted([*(by_seed if len(judged) > 1 else ()), *shown], self._note)

    def of_decisions(self, source: str, decided: Measurement, seeds: int) -> list[Record]:
        """Return the figures of decisions that no classifier of the audit made.

        Args:
            source: Whose decisions.
            decided: What they are worth against the target.
            seeds: The number of classifier seeds of the original, to which they are compared.
        """
        judged = self._judged(decided)
        self._measured[source, "A"] = {None: judged}
        self._predictions[source, "A"] = [one for one in [judged.predictions] * seeds if one is not None]
        return noted(judged.records, self._note)

    def add_draw(self, source: str, letter: str, seed: int, measured: Measurement) -> None:
        """Take a classifier of a further draw into the comparison; it has no records of its own."""
        self._measured[source, letter][seed] = self._judged(measured)

    def changes(self, source: str, letter: str) -> list[Record]:
        """Return the changes of a source against the original, over all rows and by group."""
        original, key = (ORIGINAL, letter), (source, letter)
        changes = before_after.compare(
            self.evaluator,
            self._measured[original][None],
            self._measured[key],
            (self._spreads.get(original, {}), self._spreads.get(key, {})),
            Tag(source, self.protocol(letter)),
        )
        return noted([*changes, *self._moved(source, letter)], self._note)

    def _moved(self, source: str, letter: str) -> list[Record]:
        """Return who gets another decision than from the original's classifiers; empty if one was not trained."""
        original, key = (ORIGINAL, letter), (source, letter)
        pairs = list(zip(self._predictions[original], self._predictions[key], strict=False))  # by classifier seed
        if not pairs:
            return []
        evaluator, protocol = self.evaluator, self.protocol(letter)
        decisions = PairedDecisions(evaluator.labels, pairs, evaluator.outcomes, evaluator.schema.min_group_size)
        within = Tag(source, protocol, seed=self._first_seed if len(pairs) == 1 else None)
        change = Tag(source, change_protocol(protocol))
        moved = self._kept(decisions.records(evaluator.groupings, within, change))
        return procedure.with_refits(moved, self._group_spreads.get(original, {}), self._group_spreads.get(key, {}))

    def _judged(self, measured: Measurement) -> Measurement:
        """Return what a classifier is worth against this outcome, from what it is worth against the target."""
        return measured

    def _of_rows(self, scores: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the scores of the rows that have this outcome."""
        return scores

    def _kept(self, records: list[Record]) -> list[Record]:
        """Return the records that are shown for this outcome."""
        return records
