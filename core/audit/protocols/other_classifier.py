"""Accuracy and parity with a downstream classifier that is not the audit's own, under protocols A and B."""

from __future__ import annotations

from core.audit.glossary import with_classifier
from core.audit.metrics.names import ACCURACY, PARITY_RATIO
from core.audit.protocols import procedure, tabular
from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
from core.audit.protocols.trainable import Trainable
from core.audit.records import Record
from core.downstream_classifiers.default import ClassifierName


def records(fit: Trainable, evaluator: HoldoutEvaluator, name: ClassifierName, seed: int) -> list[Record]:
    """Train once and return accuracy and parity of all tested rows; the protocol names the classifier.

    Args:
        fit: What it trains on and is tested on; its protocol is A or B.
        evaluator: The tested rows.
        name: The classifier of ``fit``.
        seed: The classifier's seed.
    """
    found = procedure.for_one_classifier(tabular.measure(fit, evaluator, seed).records)
    protocol = with_classifier(fit.protocol, name)
    return [
        one.model_copy(update={"protocol": protocol})
        for one in found
        if one.metric in (ACCURACY, PARITY_RATIO) and one.group is None
    ]
