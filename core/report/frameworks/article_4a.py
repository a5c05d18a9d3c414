"""EU AI Act, Article 4a: a record of whether sensitive data were needed to find and correct a bias."""

from __future__ import annotations

from core.audit.display_names import attribute_title, source_name
from core.audit.metrics.names import PARITY_DIFFERENCE
from core.audit.records import Record
from core.findings.decision import decide, p_value
from core.findings.finding import VerdictKind
from core.report.frameworks import wording
from core.report.frameworks.eu_ai_act import measures
from core.report.frameworks.sheet import Content, Facts, Sheet, fill
from core.synthesis.base import STUDENT

KEY = "article_4a"


def sheet(facts: Facts) -> Sheet:
    """Return the section; what the run knows is filled in."""
    prefilled = {
        "bias": wording.verdicts_of(facts, "original"),
        "synthetic_alone": _synthetic_alone(facts),
        "correction": _correction(facts),
        "protection": wording.guarantee(facts),
        "handed_on": wording.privacy(facts, "synthetic"),
        "record": wording.lines(wording.hashes(facts, "train", "holdout"), wording.version(facts)),
    }
    return fill(KEY, facts, Content(prefilled))


def _correction(facts: Facts) -> str:
    """Return what was done, and how a classifier decides that does not see the sensitive attribute."""
    done = measures(facts)
    blind = wording.verdicts_of(facts, "synthetic", ("B",)) if facts.has("synthetic") else ""
    return wording.lines(done, f"Without the sensitive attribute among the features: {blind}" if blind else "")


def _synthetic_alone(facts: Facts) -> str:
    """Return whether the gaps in the real rows would have been found in synthetic rows by themselves.

    The rows that count are those that nobody altered to remove the gap. Rows with outcomes from a fair code cannot show
    it by construction; of images, the student's rows can, since groups are redrawn after them.
    """
    if not facts.has("synthetic"):
        return ""
    altered = wording.altered(facts)
    drawn = any(
        _difference(facts, STUDENT, protocol, name) for name in facts.attributes for _, protocol in _KINDS.values()
    )
    if altered and (wording.outcomes_altered(facts) or not drawn):
        return f"{altered} So there is no answer here; a run at repair level 0 can give one."
    source = STUDENT if drawn else "synthetic"
    said = [_seen_alone(facts, source, name, kind) for name in facts.attributes for kind in _KINDS]
    closing = f"These are the {source_name(STUDENT)}'s own rows, before anything was altered." if drawn else _OTHERS
    return wording.lines(*said, f"{closing} {altered}".strip() if any(said) else "")


_OTHERS = "Other synthetic rows may carry the gap on, or less of it."
# What is compared, and the protocol that shows it in the real and in the synthetic rows.
_KINDS = {
    "in the data": ("data", "data"),
    "in the predictions of a classifier": ("A", "D"),
}
_ANSWERS = {
    "lost": "So the gap could not have been found from these synthetic rows alone.",
    "kept": "So a gap could have been found from these synthetic rows alone, though not its size.",
    "absent": "No gap was found in the real rows, so there was none to find.",
    "unknown": "Too few rows to answer.",
}


def _seen_alone(facts: Facts, source: str, sensitive: str, kind: str) -> str:
    real, made = (
        _difference(facts, "original", _KINDS[kind][0], sensitive),
        _difference(facts, source, _KINDS[kind][1], sensitive),
    )
    if real is None or made is None:
        return ""
    # Each answer is about one table by itself, so that the correction for the report's other tests does not apply.
    kinds = [decide(one, facts.schema.margin, p_value(one), 1 - one.confidence)[0] for one in (real, made)]
    return (
        f"By {attribute_title(sensitive)}, {kind}: real rows {wording.figure(real)}, {kinds[0].value}; synthetic rows "
        f"alone {wording.figure(made)}, {kinds[1].value}. {_ANSWERS[_case(*kinds)]}"
    )


def _case(real: VerdictKind, made: VerdictKind) -> str:
    if VerdictKind.UNDECIDED in (real, made):
        return "unknown"
    if real is VerdictKind.NO_GAP:
        return "absent"
    return "kept" if made is VerdictKind.GAP else "lost"


def _difference(facts: Facts, source: str, protocol: str, sensitive: str) -> Record | None:
    """Return the parity difference of a source."""
    return facts.shown.at(PARITY_DIFFERENCE, source=source, protocol=protocol, sensitive=sensitive)
