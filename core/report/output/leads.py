"""What the report's parts T3 to T7 measure: classifiers that were trained on rows, or the decisions of a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from core.audit.display_names import protocol_heading
from core.audit.glossary import DECIDED
from core.report.tables.limits import classifier_title


class Leads(NamedTuple):
    """A sentence or two on what each part measures; `t6_title` is a heading."""

    t3: str
    t5: str
    t6_title: str
    t6: str
    t6_limit: str
    t7: str
    t7_limit: str
    scores: str
    scores_limit: str


_OF_DECISIONS = Leads(
    "Every group, not only the extremes: the decisions of each model as the file has them. Nothing was trained.",
    "Each category's rate over the highest, in the outcomes and in the decisions of each model.",
    "Decisions beside the outcome",
    "The decisions of each model on all rows of the file, beside the outcome that came true and beside an "
    "always-the-same guess.",
    "Parity on these rows is no promise for other rows. If a model learned from some of them, it looks better than it "
    "is.",
    "How often each model judges rightly. An always-the-same guess bounds from below what a useful model scores.",
    "A model that scores no better than an always-the-same guess has parity only because it is trivial.",
    "Whether the scores of each model come true, whom they select at each threshold, and who has which score.",
    "All rows that a model scored; if it learned from some of them, it looks better than it is.",
)


def leads(manifest: Mapping[str, Any]) -> Leads:
    """Return the sentences that fit what the run measured."""
    if DECIDED in manifest.get("rows", {}):
        return _OF_DECISIONS
    classifier, own = classifier_title(manifest), protocol_heading("D")
    return Leads(
        f"Every group, not only the extremes: {classifier}, trained on each source and tested on real test rows, kept "
        f"aside. {own}: tested on the source's own rows.",
        "Each category's rate over the highest, in the data and in the predictions of classifiers.",
        "Before and after",
        f"The same kind of classifier ({classifier}), trained on each source and tested on the same real test rows, "
        f"beside an always-the-same guess. {own}: tested on the source's own rows, so it is no evidence about real "
        "ones.",
        "Parity on these test rows is no promise for other rows, nor for other classifiers.",
        "Trained on real against trained on synthetic rows, both tested on real rows. An always-the-same guess and the "
        "original rows bound what a useful classifier scores.",
        "A source that scores no better than an always-the-same guess has parity only because it is trivial.",
        f"The chances that a model ({classifier}), trained on each source and told the group, gives real test rows: "
        "whether they come true, whom each threshold selects, and who has which chance.",
        "One model for each source, where the figures in tables are means over several. A model of rows with repaired "
        "outcomes tells the chance of a repaired outcome, so its chances may differ from what came true.",
    )
