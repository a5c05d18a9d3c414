"""A record of less discriminatory alternatives, for rules on disparate impact such as New Jersey's."""

from __future__ import annotations

from core.audit.display_names import attribute_title, protocol_name, source_name
from core.audit.metrics.names import ACCURACY, PARITY_RATIO
from core.report.frameworks import wording
from core.report.frameworks.sheet import Content, Facts, Sheet, fill
from core.report.tables import other_classifiers
from core.report.tables.base import Table, interval_caption

KEY = "less_discriminatory"
_LETTERS = ("A", "B")
_MADE = ("synthetic", "decisions")


def sheet(facts: Facts) -> Sheet | None:
    """Return the section, if the run compared choices of rows, classifiers, models or thresholds; else ``None``."""
    sources = [name for name in _MADE if facts.shown.at(ACCURACY, source=name, protocol="A") is not None]
    trained = [_trained(facts, ["original", *sources])] if sources else []
    tables = [*facts.alternatives, *trained]
    if not tables:
        return None
    prefilled = {
        "practice": wording.roles(facts),
        "impact": wording.verdicts_of(facts, "original"),
        "searched": _searched(facts, sum(len(table.rows) for table in trained)),
        "found": _found(facts),
        "limits": wording.lines(wording.undecided(facts), wording.PARITY_LIMIT),
        "evidence": wording.lines(wording.hashes(facts, "train", "holdout"), wording.version(facts)),
    }
    return fill(KEY, facts, Content(prefilled, {"search": tables}))


def _trained(facts: Facts, sources: list[str]) -> Table:
    """Return accuracy and parity of the classifiers that were trained on the original rows and on those made."""
    own = str(facts.manifest.get("classifier_title", "the audit's classifier"))
    return Table(
        "Choices that were compared",
        "What each classifier learned from, whether it sees the group, and how it does on the same real test rows. "
        f"Parity ratio: the lowest over the highest rate of any group. {interval_caption(facts.shown)}",
        other_classifiers.header(facts.shown),
        other_classifiers.rows(facts.shown, own, sources),
        labels=3,
    )


def _searched(facts: Facts, choices: int) -> str:
    """Return what was tried, and on which rows it was chosen and told."""
    thresholds = (
        "Models and thresholds, one for everybody: chosen on one half of the rows, told on the other."
        if facts.alternatives
        else ""
    )
    trained = (
        f"{choices} classifiers: every choice of rows to learn from, of the learner, and of whether it sees the group. "
        "None was chosen on the test rows. Whoever now chooses the best of the table does, and should test it on new "
        "rows."
        if choices
        else ""
    )
    return wording.lines(thresholds, trained)


def _found(facts: Facts) -> str:
    """Return accuracy and parity ratio with the original rows and with those made, for each attribute."""
    said = []
    for name in facts.attributes:
        for letter in _LETTERS:
            parts = [
                f"{source_name(source)} rows {wording.figure(ratio)}, {wording.figure(accuracy)}"
                for source, ratio, accuracy in (
                    (
                        source,
                        facts.shown.at(PARITY_RATIO, source=source, protocol=letter, sensitive=name),
                        facts.shown.at(ACCURACY, source=source, protocol=letter),
                    )
                    for source in ("original", *_MADE)
                )
                if ratio is not None and accuracy is not None
            ]
            if len(parts) > 1:
                said.append(f"By {attribute_title(name)}, {protocol_name(letter)}: {'; '.join(parts)}.")
    return wording.lines(*said)
