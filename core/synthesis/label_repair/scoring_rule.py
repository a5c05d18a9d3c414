"""What a fair scoring rule (post-processor) is: the log-odds of the fair label, given features and group of a row.

``eta = P(y = 1 | .)`` is an out-of-fold score. A rule turns it into the log-odds of the fair label, before sharpening
and calibration (``core.synthesis.label_repair.repair``). There are two: ``attribute_blind`` and ``attribute_aware``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from core.data.encoding.table import CodedRows

    Floats = NDArray[np.float64]

OUTCOME_ITERATIONS = 300
ETA_RANGE = (1e-4, 1.0 - 1e-4)


class FairScoringRule(Protocol):
    """Maps rows to the log-odds of the fair label."""

    blind: ClassVar[bool]
    """Whether the rule does not read the sensitive columns. It then predicts the group from the features (a proxy)."""

    def out_of_fold_scores(self) -> Floats:
        """Return the out-of-fold P(y = 1 | .) of the train rows, shape (n,)."""

    def out_of_fold_logits(self) -> Floats:
        """Return the out-of-fold log-odds of the fair label of the train rows, shape (n,)."""

    def logits(self, rows: CodedRows) -> Floats:
        """Return the log-odds of the fair label of generated rows, shape (m,)."""
