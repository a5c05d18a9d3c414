"""What the rows of an exported generator are like: fidelity, privacy and downstream figures of its own rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.audit.metrics.names import ACCURACY, ODDS_DIFFERENCE, OPPORTUNITY_DIFFERENCE, PARITY_RATIO
from core.audit.records import Record
from core.events import Event, Listener

if TYPE_CHECKING:
    import pandas as pd

    from core.config import RunConfig
    from core.data.schema import Schema
    from core.synthesis.table.row_generator import RowGenerator

STAGE: Final = "export"
STEPS: Final = 6
"""Of an export: the first reads the run, the others measure."""
MOST_ROWS: Final = 100_000
"""Rows that are drawn to be measured, at most."""
SOURCE: Final = "exported generator"
_DOWNSTREAM: Final = (ACCURACY, PARITY_RATIO, OPPORTUNITY_DIFFERENCE, ODDS_DIFFERENCE)
_FIGURES: Final = {
    "fidelity": ("column_shapes", "pair_trends", "c2st_auc"),
    "privacy": (
        "exact_copies",
        "exact_copies_all",
        "distance_share",
        "membership_auc",
        "membership_recall",
        "singling_out_advantage",
        "linkability_advantage",
        "inference_advantage",
        "rare_values_advantage",
    ),
    "A": _DOWNSTREAM,
    "B": _DOWNSTREAM,
}
"""Metrics by protocol, in the order in which they are shown."""


def figures(
    generator: RowGenerator,
    config: RunConfig,
    schema: Schema,
    real: tuple[pd.DataFrame, pd.DataFrame],
    listener: Listener,
) -> list[Record]:
    """Measure rows of a generator as the audit measures those of its run: one draw, one classifier seed.

    Args:
        generator: The exported generator, as whoever receives it reads it.
        config: Settings of the run: seeds, downstream classifier, confidence of the intervals.
        schema: Schema of the run, with its minimum group size.
        real: Typed train and hold-out rows.
        listener: Receives an event before each step.
    """
    from core.audit.metrics import fidelity, privacy  # these import scikit-learn, which takes a second
    from core.audit.protocols import procedure, tabular
    from core.audit.protocols.holdout_evaluator import HoldoutEvaluator
    from core.audit.statistics.confidence import intervals_at
    from core.audit.steps import outcome_names
    from core.data.compared_groups import compared_in_tests
    from core.data.groups import GroupedFrame
    from core.synthesis.samples import joined
    from core.synthesis.table.generated_rows import samples_of

    train, holdout = real
    listener(Event(STAGE, 1, STEPS, message="Generating rows to measure."))
    frame = joined(samples_of(generator.generate(min(len(train), MOST_ROWS), seed=config.seed))).frame
    found: list[Record] = []
    with intervals_at(config.confidence):
        listener(Event(STAGE, 2, STEPS, message="Measuring fidelity."))
        found += fidelity.records(schema, train, holdout, frame, SOURCE)
        listener(Event(STAGE, 3, STEPS, message="Measuring privacy."))
        found += privacy.records(schema, train, holdout, frame, SOURCE)
        of_tests = compared_in_tests(GroupedFrame(train, schema), GroupedFrame(holdout, schema))
        evaluator = HoldoutEvaluator(holdout, schema, outcome_names(schema, train), of_tests)
        for step, sees in ((4, True), (5, False)):
            listener(Event(STAGE, step, STEPS, message="Training a classifier on the rows."))
            fit = tabular.on_rows(
                schema, SOURCE, frame, train, holdout, with_sensitive=sees, classifier=config.classifier
            )
            found += procedure.for_one_classifier(tabular.measure(fit, evaluator, config.audit_seeds[0]).records)
    return _chosen(found, evaluator.outcomes[0])


def _chosen(found: list[Record], positive: str) -> list[Record]:
    """Return the figures over all groups, of the positive outcome, in the order in which they are shown."""
    return [
        record
        for protocol, metrics in _FIGURES.items()
        for metric in metrics
        for record in found
        if (record.protocol, record.metric) == (protocol, metric)
        and record.group is None
        and record.positive in {None, positive}
    ]
