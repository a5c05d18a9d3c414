"""The name, the meaning and the order of sources, protocols and statuses. Metrics: `core.audit.metrics.catalog`.

`core.audit.display_names` formats the names.
"""

from __future__ import annotations

from itertools import product
from typing import Final, NamedTuple

from core.downstream_classifiers.default import TITLES, ClassifierName

_SEES, _BLIND = "model sees the group", "model does not see the group"
_REFERENCE = "against the reference outcome"


class Entry(NamedTuple):
    """What people read in place of a short name in records.

    Args:
        name: The name on screen and in the report.
        meaning: What it is.
    """

    name: str
    meaning: str


# In the order of tables and charts. A source that is not listed here is an external table.
SOURCES: Final[dict[str, Entry]] = {
    "original": Entry(
        "original",
        "The real rows as they are: all of them for figures of the data. Classifiers learn from the train rows.",
    ),
    "constant": Entry(
        "always-the-same guess", "Always the more frequent outcome: what any useful classifier must beat."
    ),
    "teacher": Entry(
        "full model",
        "Rows decoded from the teacher's latents, before outcomes are calibrated (images: before groups are redrawn).",
    ),
    "student": Entry(
        "compact model",
        "Rows decoded from the student's latents, before outcomes are calibrated (images: before groups are redrawn).",
    ),
    "synthetic": Entry(
        "synthetic",
        "The synthetic rows. Evenhand's own method decodes them from the student's latents, draws outcomes "
        "from a fair code and calibrates them; for images it draws groups independently of outcomes.",
    ),
    "decisions": Entry(
        "decisions", "Not rows: the decisions of a classifier that the method trained on the real train rows."
    ),
    "representation": Entry(
        "representation", "Not rows: the numbers to which the method maps real rows; classifiers learn from these."
    ),
}

MODEL: Final = "model"
"""The protocol of decisions that a model made elsewhere."""

OVER_TIME, SINCE_FIRST, SINCE_PREVIOUS = "over_time", "change_since_first", "change_since_previous"
"""The protocols of a model's decisions by period; the split is the period."""

ALL_ROWS: Final = "all_rows"
"""The protocol of a model's decisions on all rows, those without a known outcome too."""

NUMBERS: Final = "numbers"
"""The protocol of a model's predictions of a number."""

DECIDED: Final = "decided"
"""The manifest's name of rows on which a model decided."""

PROTOCOLS: Final[dict[str, Entry]] = {
    "data": Entry("the data", "the data, without a classifier"),
    "A": Entry(
        _SEES,
        "trained on the source's rows with the sensitive attribute as a feature, tested on real hold-out rows",
    ),
    "B": Entry(_BLIND, "as A, but the classifier does not see the sensitive attribute"),
    "C": Entry("latent features", "trained on latents of train rows, tested on latents of hold-out rows"),
    "D": Entry(
        "self-test", "trained and tested on the source's own rows; diagnostic only, no evidence about real rows"
    ),
    MODEL: Entry("decisions of a model", "decisions that a model made elsewhere, on all rows; nothing is trained"),
    "reference_group": Entry(
        "against a reference group",
        "rates of the decisions of a model: each group's minus, and over, those of a chosen group or of all rows",
    ),
    ALL_ROWS: Entry(
        "decisions on all rows",
        "how often a model selects among all rows, those whose outcome is unknown too; other figures are of the rows "
        "with a known outcome",
    ),
    NUMBERS: Entry(
        "predicted numbers",
        "the numbers that a model predicts, against those of the outcome and in its unit; nothing is trained",
    ),
    OVER_TIME: Entry("decisions over time", "the decisions of a model, on the rows of one period"),
    SINCE_FIRST: Entry("change since the first period", "a period's figure minus that of the first period"),
    SINCE_PREVIOUS: Entry("change since the period before", "a period's figure minus that of the period before"),
    **{
        f"{letter} {name}": Entry(
            f"{seen}, {title}", f"as {letter}, with {title} where that is not the audit's own classifier"
        )
        for (name, title), (letter, seen) in product(TITLES.items(), (("A", _SEES), ("B", _BLIND)))
    },
    "change": Entry(
        f"change, {_SEES}",
        "after minus before: the source's figure under A minus that of the original, on the same rows",
    ),
    "change B": Entry(f"change, {_BLIND}", "the same under B"),
    "generators": Entry(
        f"draws of the generator, {_SEES}",
        "figures under A of several draws of the generator; the seed is the generator's",
    ),
    "generators B": Entry(f"draws of the generator, {_BLIND}", "the same under B"),
    "data reference": Entry(
        f"the data, {_REFERENCE}",
        "how often the recorded outcome of the real rows differs from the reference outcome, each way",
    ),
    "A reference": Entry(
        f"{_REFERENCE}, {_SEES}",
        "the classifiers of A, judged by the reference outcome, from which none of them learned",
    ),
    "B reference": Entry(f"{_REFERENCE}, {_BLIND}", "the same for the classifiers of B"),
    f"{MODEL} reference": Entry(
        f"decisions of a model, {_REFERENCE}", "the same decisions, judged by the reference outcome"
    ),
    "change reference": Entry(
        f"change {_REFERENCE}, {_SEES}",
        "after minus before, as under “change”, with both classifiers judged by the reference outcome",
    ),
    "change B reference": Entry(f"change {_REFERENCE}, {_BLIND}", "the same under B"),
    "generators reference": Entry(
        f"draws of the generator, {_REFERENCE}, {_SEES}",
        "figures under A of several draws of the generator, judged by the reference outcome",
    ),
    "generators B reference": Entry(f"draws of the generator, {_REFERENCE}, {_BLIND}", "the same under B"),
    "conditional": Entry(
        "within strata, the data",
        "differences between groups in the data, among rows with the same value of a column",
    ),
    "conditional A": Entry(f"within strata, {_SEES}", "the same for the predictions of A on real hold-out rows"),
    "conditional B": Entry(f"within strata, {_BLIND}", "the same for the predictions of B"),
    f"conditional {MODEL}": Entry("within strata, decisions of a model", "the same for the decisions of a model"),
    "repair_level_search": Entry(
        f"search for the repair level, {_SEES}",
        "as A, for rows generated at several repair levels, tested on validation rows",
    ),
    "repair_level_search B": Entry(f"search for the repair level, {_BLIND}", "the same under B"),
    "fidelity": Entry("fidelity", "how similar the rows are to real ones"),
    "privacy": Entry("privacy", "whether rows reveal the people they were learned from"),
    "independence": Entry("independence", "whether latents or rows reveal the sensitive attribute"),
    "file": Entry("the file itself", "whether something about the file itself makes its other figures worthless"),
    "distillation": Entry(
        "distillation",
        "whether the student keeps what the teacher had: what its latents reveal, and what they decode to",
    ),
    "explanation": Entry("drivers", "feature importance of a classifier trained on the source's rows, as in A"),
    "overlay": Entry("similarity map", "the points of a projection, compared before they were projected"),
    "local_law_144": Entry(
        "NYC bias audit",
        "counts of a bias audit: what a hiring tool selected or scored, over all real rows",
    ),
    "generation": Entry("generation", "what generating the rows changed and cost"),
}

STATUSES: Final[dict[str, Entry]] = {
    "undefined": Entry("undefined", "The figure does not exist here, e.g. 0/0; the note says why."),
    "small_n": Entry(
        "too few rows",
        "The group has fewer rows than the minimum. It is shown, but left out of minima and maxima.",
    ),
    "degenerate": Entry(
        "no better than guessing",
        "The predictions are not measurably better than a constant (at the lower bounds of their intervals), "
        "so neither parity nor a gap means anything.",
    ),
    "withheld": Entry(
        "withheld",
        "It is of fewer rows than the settings allow to be handed on. The pages of the app show it.",
    ),
}


def against_reference(protocol: str) -> str:
    """Return the protocol of the same figures against the reference outcome.

    >>> against_reference("change B")
    'change B reference'
    """
    return f"{protocol} reference"


def with_classifier(protocol: str, classifier: ClassifierName) -> str:
    """Return the protocol of A or B with another downstream classifier than the audit's own.

    >>> with_classifier("B", "boosting")
    'B boosting'
    """
    return f"{protocol} {classifier}"


def change_protocol(protocol: str, of: str = "change") -> str:
    """Return the protocol of changes against the original (or of ``generators``) under A or B.

    >>> [change_protocol(one) for one in ("A", "B", "A reference", "B reference")]
    ['change', 'change B', 'change reference', 'change B reference']
    """
    return " ".join([of, *(word for word in protocol.split() if word != "A")])


def source_rank(source: str) -> tuple[int, str]:
    """Return the key that sorts sources as `SOURCES` does, those from elsewhere last."""
    return (list(SOURCES).index(source) if source in SOURCES else len(SOURCES), source)


def protocol_rank(protocol: str) -> tuple[int, str]:
    """Return the key that sorts protocols as `PROTOCOLS` does, unknown ones last."""
    return (list(PROTOCOLS).index(protocol) if protocol in PROTOCOLS else len(PROTOCOLS), protocol)


def split_rank(split: str) -> tuple[bool, str]:
    """Return the key that sorts the rows that were learned from before those held out."""
    return (split != "train", split)
