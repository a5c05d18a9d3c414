"""How well classifiers predict: what the synthetic rows cost, beside the always-the-same guess.

Rule: the loss of accuracy against the original rows, on the same test rows, with its paired interval. Error rate: that
of `core.findings.decision`. Where there is nothing to compare, the accuracy is stated and not tested.
"""

from __future__ import annotations

from collections.abc import Iterator

from core.audit.display_names import attribute_title, protocol_name, source_name
from core.audit.figure_text import interval, number
from core.audit.glossary import MODEL
from core.audit.metrics.multiclass import ACCURACY as CLASS_ACCURACY
from core.audit.metrics.multiclass import GAP as CLASS_GAP
from core.audit.records import Record
from core.findings.evidence import ORIGINAL, REPRESENTATION, Evidence, called, per_1000
from core.findings.families.against_original import negated
from core.findings.finding import Claim, SharedSentence, Topic, VerdictKind

FAMILY = "performance"
_STATED = 1.0  # no accuracy is above it, so a stated figure is never a gap


def claims(evidence: Evidence) -> Iterator[Claim]:
    """Yield which models decide alike, the accuracy over all rows, and over all classes by attribute."""
    yield from _alike(evidence)
    text = _accuracies(evidence)
    for source in evidence.products if text else ():
        shared = SharedSentence((FAMILY,), lambda told: told[0].sentence)
        figure, accuracy = _loss(evidence, source), _accuracy(evidence, source)
        if figure is not None:
            texts = dict.fromkeys(VerdictKind, text)
            yield Claim(FAMILY, Topic.PERFORMANCE, figure, texts, margin=evidence.margin, told_with=shared)
        elif accuracy is not None:
            yield _stated(accuracy, text, shared)
    for name in evidence.all.attributes:
        accuracy = evidence.all.at(
            CLASS_ACCURACY, source=evidence.product, protocol=_protocol(evidence, evidence.product)
        )
        if accuracy is not None and (text := _classes(evidence, name)):
            yield _stated(accuracy, text, None)


def _alike(evidence: Evidence) -> Iterator[Claim]:
    """State which models decide alike, since only the first of them has sentences of its own."""
    by_first: dict[str, list[str]] = {}
    for name, first in evidence.alike.items():
        by_first.setdefault(first, []).append(f"“{name}”")
    for first, names in by_first.items():
        figure = evidence.mine.at("accuracy", source=first, protocol=MODEL)
        if figure is not None and figure.value is not None:
            others = " and ".join(names)
            text = (
                f"{others} decide{'s' if len(names) == 1 else ''} as “{first}” does, counted in every group; what is "
                f"said of the decisions of “{first}” holds for {others} too."
            )
            yield _stated(figure, text, None)


def _stated(figure: Record, text: str, shared: SharedSentence | None) -> Claim:
    texts = {VerdictKind.NO_GAP: text}
    return Claim(FAMILY, Topic.PERFORMANCE, figure, texts, margin=_STATED, counted=True, fact=True, told_with=shared)


def _protocol(evidence: Evidence, source: str) -> str:
    """Return the protocol of the accuracies; the constant guess has that of what it is compared with."""
    judged = evidence.product if source in ("constant", ORIGINAL) and _is_model(evidence) else source
    return evidence.protocols(judged)[-1]


def _is_model(evidence: Evidence) -> bool:
    return evidence.protocols(evidence.product) == (MODEL,)


def _accuracy(evidence: Evidence, source: str) -> Record | None:
    found = evidence.mine.at("accuracy", source=source, protocol=_protocol(evidence, source))
    return found if found is not None and found.value is not None else None


def _loss(evidence: Evidence, source: str) -> Record | None:
    """Return by how much accuracy falls: the negative of the change."""
    change = evidence.mine.at("accuracy", source=source, protocol="change")
    if change is None or change.value is None:
        return None
    return negated(change)


def _accuracies(evidence: Evidence) -> str:
    if _is_model(evidence) and (text := _over_classes(evidence)):
        return text
    right, balanced = [], []
    for source in dict.fromkeys(("constant", *evidence.compared)):
        accuracy = _accuracy(evidence, source)
        if accuracy is None:
            continue
        right.append(f"{per_1000(accuracy.value or 0.0)} {_decider(evidence, source)}")
        also = evidence.mine.at("balanced_accuracy", source=source, protocol=_protocol(evidence, source))
        balanced.append("–" if also is None or also.value is None else number(also.value))
    if len(right) < 2:
        return ""
    if _is_model(evidence):
        means = f" (balanced accuracy {', '.join(balanced)})" if set(balanced) != {"–"} else ""
        return f"Judged rightly, of 1,000 rows: {', '.join(right)}{means}."
    is_latent = evidence.product == REPRESENTATION
    how = protocol_name("A") + (f"; representation: {protocol_name('C')}" if is_latent else "")
    means = f"; balanced accuracy {', '.join(balanced)}" if set(balanced) != {"–"} else ""
    return f"Of 1,000 real test rows, classifiers judge rightly: {', '.join(right)} ({how}{means})."


def _over_classes(evidence: Evidence) -> str:
    """Return how many rows each model judges rightly over all classes; empty with two classes."""
    found = [evidence.all.at(CLASS_ACCURACY, source=source, protocol=MODEL) for source in evidence.products]
    told = [f"{per_1000(one.value)} by “{one.source}”" for one in found if one is not None and one.value is not None]
    return f"Judged rightly over all classes, of 1,000 rows: {', '.join(told)}." if told else ""


def _decider(evidence: Evidence, source: str) -> str:
    if source == "constant":
        return "by always the same guess"
    return f"by “{source}”" if _is_model(evidence) else f"from the {called(source)}"


def _classes(evidence: Evidence, sensitive: str) -> str:
    """Return, of a target of several values, the accuracy over all of them and its spread over groups."""
    parts = []
    for source in evidence.compared:
        where = {"source": source, "protocol": _protocol(evidence, source)}
        accuracy = evidence.mine.at(CLASS_ACCURACY, **where)
        gap = evidence.mine.at(CLASS_GAP, sensitive=sensitive, **where)
        if accuracy is None or accuracy.value is None or gap is None or gap.value is None:
            return ""
        figure = f"{number(accuracy.value)} {interval(accuracy)}".strip()
        parts.append(
            f"{figure} trained on {source_name(source)}, and {number(gap.value)} between the best and the worst group"
        )
    return (
        f"Accuracy over all classes on real rows kept aside ({protocol_name('A')}), by {attribute_title(sensitive)}: "
        f"{'; '.join(parts)}."
    )
