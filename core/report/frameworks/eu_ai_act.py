"""EU AI Act, Article 10: a data-governance sheet for the data behind a high-risk system."""

from __future__ import annotations

from core.audit.display_names import attribute_title, source_name, split_name
from core.audit.metrics.names import PARITY_DIFFERENCE
from core.audit.record_set import RecordSet
from core.audit.records import Record
from core.findings.decision import decide, p_value
from core.findings.finding import VerdictKind
from core.report.frameworks import wording
from core.report.frameworks.sheet import Facts, Part, Sheet
from core.report.tables.base import Cell, Table, count_cell, figure_cell
from core.synthesis.base import STUDENT

KEY = "eu_ai_act"
_MADE = {
    "synthetic": "Synthetic rows were generated",
    "decisions": "A classifier was made",
    "representation": "Rows were turned into numbers that are meant to reveal less of the groups",
}
TITLE = "EU AI Act, Article 10: data governance"


def sheet(facts: Facts) -> Sheet:
    """Return the section; what the run knows is filled in."""
    return Sheet(
        KEY,
        TITLE,
        "Article 10 names what data governance for training, validation and testing data of a high-risk system "
        "concerns. Where a system is not made by training, only testing data are meant (10(6)). This sheet gathers "
        "what the run knows and leaves the rest to you; it says nothing about conformity and is not legal advice.",
        "Regulation (EU) 2024/1689 of 13 June 2024, Official Journal of 12 July 2024. Later changes are left out.",
        (_practices(facts), _quality(facts), _special_categories(facts)),
    )


def _practices(facts: Facts) -> Part:
    ask = facts.asking(KEY)
    return Part(
        "Practices, 10(2)",
        "",
        (
            ask(
                "design",
                "(a) Design choices",
                "What is predicted, what is compared, and why so.",
                wording.lines(wording.roles(facts), wording.splitting(facts)),
            ),
            ask("origin", "(b) Collection and origin", "Who collected the data, how, when, from whom."),
            ask("purpose", "(b) Original purpose", "For personal data: what they were collected for."),
            ask(
                "preparation",
                "(c) Preparation",
                "Annotation, labelling, cleaning, updating, enrichment, aggregation.",
                " ".join(facts.notes) or "On reading, nothing was left out, set aside or reinterpreted.",
            ),
            ask("labelling", "(c) How the outcome came about", "Who decided or measured it, and by which rule."),
            ask("assumptions", "(d) Assumptions", "What the data are supposed to measure and represent."),
            ask(
                "availability",
                "(e) Availability, quantity, suitability",
                "Whether there are enough rows of every group for the purpose.",
                wording.lines(wording.splitting(facts), wording.undecided(facts)),
            ),
            ask(
                "bias",
                "(f) Bias examined",
                "Biases that may harm health, safety or fundamental rights or lead to discrimination; also outputs "
                "that become inputs later.",
                wording.lines(wording.verdicts_of(facts, "original"), wording.PARITY_LIMIT),
            ),
            ask("feedback", "(f) Feedback", "Whether the system's outputs become data of later training."),
            ask(
                "measures",
                "(g) Measures taken",
                "What was done to detect, prevent and mitigate the biases found.",
                _measures(facts),
            ),
            ask(
                "gaps",
                "(h) Gaps and shortcomings",
                "What the data lack, and how that can be addressed.",
                wording.undecided(facts),
            ),
        ),
    )


def _measures(facts: Facts) -> str:
    made = next((name for name in _MADE if facts.has(name)), None)
    if made is None:
        return ""
    maker = wording.compared_method(facts)
    by_own = (
        "Synthetic rows were generated from latents that were trained with a penalty on their dependence on the "
        "sensitive attribute (independence penalty)."
    )
    return wording.lines(
        by_own if maker is None else f"{_MADE[made]} by {wording.about_method(maker)}",
        wording.leakage(facts, STUDENT if maker is None else made),
        wording.labels_changed(facts),
        wording.origin_of_parity(facts),
        wording.verdicts_of(facts, made, ("data", "A", "C")),
    )


def _quality(facts: Facts) -> Part:
    ask = facts.asking(KEY)
    return Part(
        "Quality and setting, 10(3) and 10(4)",
        "Relevant, sufficiently representative and, as far as possible, free of errors and complete, also as regards "
        "the groups on whom the system is used.",
        (
            ask("population", "Whom the rows should represent", "The persons on whom the system will be used."),
            ask(
                "completeness",
                "Completeness and errors",
                "What is missing, what is known to be wrong.",
                wording.missing(facts),
            ),
            ask("setting", "Setting, 10(4)", "Geographical, contextual, behavioural or functional peculiarities."),
        ),
        [_representation(facts, name) for name in facts.attributes],
    )


def _base_rates(facts: Facts) -> RecordSet:
    return facts.shown.of_groups.where(protocol="data", metric="base_rate")


def _representation(facts: Facts, sensitive: str) -> Table:
    """Return how many rows each group has in each table, with its share where the audit left it."""
    share = facts.shown.where(protocol="data", metric="category_share").by("source", "split", "sensitive", "group")
    mine = _base_rates(facts).where(sensitive=sensitive, source=("original", "synthetic"))
    return Table(
        f"Representation by {attribute_title(sensitive)}",
        "Rows of each group and the share of them with the positive outcome. Compare with the persons on whom the "
        "system will be used: these rows cannot say how many of them there are.",
        ("group", "source", "rows", "share of rows", "positive outcome"),
        tuple(
            (
                Cell(f"{record.group}"),
                Cell(
                    f"{record.source}, {split_name(record.split)}"
                    if record.source == "original"
                    else source_name(record.source)
                ),
                count_cell(record),
                figure_cell(share.get((record.source, record.split, record.sensitive, record.group))),
                figure_cell(record),
            )
            for record in mine
        ),
        labels=2,
    )


def _special_categories(facts: Facts) -> Part:
    ask = facts.asking(KEY)
    return Part(
        "Special categories of personal data, 10(5)",
        "They may be processed only as far as strictly necessary to detect and correct bias, under all of these "
        "conditions besides those of data-protection law.",
        (
            ask(
                "synthetic_alone",
                "(a) Could other data do, synthetic or anonymised ones included?",
                "Whether the bias can be detected and corrected without the special categories.",
                _synthetic_alone(facts),
            ),
            ask(
                "reuse",
                "(b) Limits on re-use, security, pseudonymisation",
                "State-of-the-art measures.",
            ),
            ask("access", "(c) Access", "Who may see the data, how that is controlled and documented."),
            ask("transfer", "(d) No transfer", "That no other party gets or sees them."),
            ask("deletion", "(e) Deletion", "When they are deleted: bias corrected, or end of retention."),
            ask("record", "(f) Record of processing", "Why it was strictly necessary, and other data would not do."),
        ),
    )


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
        return f"{altered} So there is no answer here."
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
    """Return the parity difference of a source. For real rows under ``data``, it is that of the train rows."""
    return facts.shown.at(PARITY_DIFFERENCE, source=source, protocol=protocol, sensitive=sensitive)
