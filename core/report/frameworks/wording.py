"""Sentences about a run that several sheets share: what was compared, found and left undecided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from core.audit.display_names import attribute_title, source_name, split_name
from core.audit.figure_text import interval, number
from core.audit.glossary import DECIDED
from core.audit.metrics.catalog import describe
from core.audit.metrics.code_usage import DISTANCES
from core.audit.metrics.local_law_144 import PROTOCOL
from core.audit.records import Record, Status
from core.data import groups
from core.data.column import Role
from core.findings.families.favorable import is_declared
from core.findings.finding import VerdictKind
from core.findings.rate_verdicts import Verdict, measured_on
from core.report.frameworks.sheet import Facts
from core.report.holdout_words import official_origin
from core.report.tables.base import is_missing
from core.synthesis.base import STUDENT
from core.synthesis.methods.method_info import EVENHAND, MethodInfo, methods_for

_MAX_NAMED = 8
PARITY_LIMIT = (
    "Parity of selection rates is one notion of fairness among several that exclude one another. The verdict “no "
    "gap found” is no proof of equal treatment."
)


def figure(record: Record) -> str:
    """Return a figure in a sentence: ``parity ratio 0.318 [0.288, 0.350]``."""
    if record.value is None:
        return f"{describe(record.metric).label} undefined"
    return f"{describe(record.metric).label} {number(record.value)} {interval(record)}".rstrip()


def figures(found: Iterable[Record | None]) -> str:
    """Return figures that are there, as one sentence; empty if none is."""
    said = [figure(record) for record in found if record is not None]
    return f"{', '.join(said)}." if said else ""


def listed(names: Sequence[str]) -> str:
    """Return ``a, b, c and 4 more``.

    >>> listed(list("abcdefghij")), listed([])
    ('a, b, c, d, e, f, g, h and 2 more', 'none')
    """
    if len(names) <= _MAX_NAMED:
        return ", ".join(names) or "none"
    return f"{', '.join(names[:_MAX_NAMED])} and {len(names) - _MAX_NAMED} more"


def lines(*parts: str) -> str:
    """Return paragraphs, empty ones left out."""
    return "\n".join(part for part in parts if part)


def roles(facts: Facts) -> str:
    """Return what is predicted, what is compared and what is not used."""
    schema = facts.schema
    ignored = [name for name in schema.with_role(Role.IGNORED) if name != schema.reference]
    reference = "" if schema.reference is None else f" Reference outcome, never learned: column {schema.reference!r}."
    return (
        f"Outcome: column {schema.target!r}, positive value {groups.positive_name(schema)!r}. "
        f"{favorable(facts)} Groups compared by: "
        f"{', '.join(schema.sensitive) or 'none'}. {len(schema.features)} columns are features"
        f"{f'; not used: {listed(ignored)}' if ignored else ''}.{reference}"
    )


def favorable(facts: Facts) -> str:
    """Return which outcome is favourable and whether a person said so."""
    if facts.schema.favorable is None:
        return "Favourable outcome: not declared."
    said = "declared" if is_declared(facts.schema) else f"not declared but guessed, as {facts.schema.favorable_guess}"
    return f"Favourable outcome: {facts.shown.positive_outcome!r}, {said}."


def splitting(facts: Facts) -> str:
    """Return how the hold-out came about."""
    rows = facts.manifest.get("rows", {})
    if not rows:
        return ""
    if DECIDED in rows:
        return f"{rows[DECIDED]:,} rows with decisions of a model; nothing was learned from them."
    how = (
        official_origin(facts.manifest)
        if facts.manifest.get("official_split")
        else "drawn at random, stratified by outcome and group, before anything was fitted"
    )
    return f"{rows['train']:,} real rows to learn from; {rows['holdout']:,} kept aside to test (hold-out): {how}."


def preparation(facts: Facts) -> str:
    """Return what was left out, set aside or reinterpreted on reading."""
    return " ".join(facts.notes) or "On reading, nothing was left out, set aside or reinterpreted."


def hashes(facts: Facts, *names: str) -> str:
    """Return SHA-256 of real tables, as the manifest has them."""
    known = facts.manifest.get("sha256", {})
    return " ".join(f"SHA-256 of the {name} rows: {known[name]}." for name in names if name in known)


def version(facts: Facts) -> str:
    """Return which program, on what, with which seed."""
    environment = facts.manifest.get("environment", {})
    parts = [f"Evenhand {environment['evenhand']}" if "evenhand" in environment else "Evenhand"]
    parts += [f"commit {environment['commit'][:12]}"] if environment.get("commit") else []
    parts += [f"device {environment['device']}"] if environment.get("device") else []
    parts += [f"seed {facts.manifest['config']['seed']}"] if "config" in facts.manifest else []
    return f"{', '.join(parts)}."


def compared_method(facts: Facts) -> MethodInfo | None:
    """Return the method of a run with a compared method. A run of Evenhand's own method and an audit give ``None``."""
    one = methods_for(facts.schema.data_kind).get(facts.manifest.get("config", {}).get("method", EVENHAND))
    return one if one is not None and one.is_compared else None


def about_method(one: MethodInfo) -> str:
    """Return what a method is and does, in a sentence or two."""
    return f"{one.title} ({one.source}): {one.about[0].lower()}{one.about[1:]}"


def settings(facts: Facts, *path: str) -> dict[str, Any]:
    """Return a part of the settings as the manifest has them; empty if it has none."""
    found: Any = facts.manifest.get("settings", {})
    for name in path:
        found = found.get(name, {}) if isinstance(found, dict) else {}
    return found if isinstance(found, dict) else {}


def verdict(one: Verdict) -> str:
    """Return a verdict in a sentence."""
    return f"By {attribute_title(one.sensitive)}, {measured_on(one.difference)}: {one.word}. {one.reason}"


def verdicts_of(facts: Facts, source: str, protocols: Sequence[str] = ("data", "A")) -> str:
    """Return the verdicts on one source's rows."""
    return lines(*(verdict(one) for one in facts.judged if one.source == source and one.protocol in protocols))


def missing(facts: Facts) -> str:
    """Return columns of the real rows with missing values."""
    gaps = facts.shown.overall.where(source="original").filter(is_missing)
    gaps = gaps.where(split=gaps[0].split) if gaps else gaps
    named = [f"{record.metric.removeprefix('missing:')} {number(record.value or 0)}" for record in gaps]
    if not named:
        return "No column of the real rows has missing values."
    return f"Columns with missing values, by share of the {split_name(gaps[0].split)}: {listed(named)}."


def undecided(facts: Facts) -> str:
    """Return what the audit could not decide: small groups, undefined figures, verdicts without an answer."""
    small = facts.shown.of_groups.where(status=Status.SMALL_N, source="original")
    names = list(dict.fromkeys(f"{attribute_title(record.sensitive or '')}: {record.group}" for record in small))
    undefined = len(facts.shown.where(status=Status.UNDEFINED).without(protocol=PROTOCOL))
    return lines(
        f"Groups with too few rows to take part in a minimum or maximum: {listed(names)}." if names else "",
        *_open_verdicts(facts),
        f"{undefined} figures are undefined; each says why." if undefined else "",
    )


def _open_verdicts(facts: Facts) -> Iterator[str]:
    """Yield, for each attribute, of which rows and of whose models' decisions a verdict needs more rows."""
    found = [one for one in facts.judged if one.kind is VerdictKind.UNDECIDED]
    for name in dict.fromkeys(one.sensitive for one in found):
        parts = []
        for protocol, what in (("data", "the rows themselves"), ("A", "what models decide that learned from them")):
            mine = [one.source for one in found if (one.sensitive, one.protocol) == (name, protocol)]
            if mine:
                parts.append(f"{what} ({listed([source_name(one) for one in dict.fromkeys(mine)])})")
        if parts:
            yield f"By {attribute_title(name)}, too few rows for a verdict on {' and on '.join(parts)}."


def labels_changed(facts: Facts) -> str:
    """Return how many outcomes label repair altered."""
    found = facts.shown.at("labels_changed", source="synthetic", protocol="generation")
    if found is None or found.value is None:
        return ""
    corrected = facts.shown.at("labels_corrected", source="synthetic", protocol="generation")
    later = (
        f" After the fair code, calibration altered the outcome of a share of {number(corrected.value)}."
        if corrected is not None and corrected.value is not None
        else ""
    )
    return (
        f"A share of {number(found.value)} of the synthetic rows has another outcome than the real pattern would have "
        f"given it (outcome repair, fair label channel).{later}"
    )


def altered(facts: Facts) -> str:
    """Return why the final synthetic rows say nothing of the real gap; empty if nothing was altered to remove it."""
    if share := outcomes_altered(facts):
        what = f"the outcomes of a share of {number(share)} of them are not those of the real pattern"
    elif facts.schema.image is not None and facts.has(STUDENT):
        what = "their groups were drawn independently of their outcomes"
    else:
        return ""
    return f"The final synthetic rows cannot answer this, by construction: {what}."


def origin_of_parity(facts: Facts) -> str:
    """Return that equal rates come from altered outcomes, if any were, with the parity ratio in the real rows."""
    if not outcomes_altered(facts):
        return ""
    said = []
    for name in facts.attributes:
        before, after = (
            facts.shown.at("demographic_parity_ratio", source=source, protocol="data", sensitive=name)
            for source in ("original", "synthetic")
        )
        if before is not None and after is not None:
            said.append(
                f"by {attribute_title(name)}, {figure(before)} in the real and {figure(after)} in the synthetic"
            )
    origin = (
        "Where rates are equal in the synthetic rows, that is because outcomes were drawn from a code that every group "
        "has equally often, in place of the real pattern."
    )
    return f"{origin} In the rows: {'; '.join(said)}." if said else origin


def outcomes_altered(facts: Facts) -> float:
    """Return the share of synthetic rows with another outcome than the real pattern gave them; 0 if unknown."""
    found = facts.shown.at("labels_changed", source="synthetic", protocol="generation")
    return 0.0 if found is None else found.value or 0.0


def leakage(facts: Facts, source: str) -> str:
    """Return how well the strongest adversary tells the groups from a source's latents, by view, and from real rows."""
    said = []
    for name in facts.attributes:
        codes = facts.shown.where(metric=DISTANCES, source=source, protocol="independence", sensitive=name)
        alone = "the code of each row, from which rows are made" if codes else "means alone"
        views = [
            f"{number(one.value)} {interval(one)}".rstrip() + f" from {what}"
            for what, one in (
                (what, facts.shown.at(metric, source=whose, protocol="independence", sensitive=name))
                for metric, whose, what in (
                    ("leakage_auc_means_and_spreads", source, "means and spreads"),
                    ("leakage_auc_means", source, alone),
                    (
                        "leakage_auc_means_given_target",
                        source,
                        f"{alone}, among rows with the same {facts.schema.target}",
                    ),
                    ("leakage_auc_samples", source, "samples, from which rows are made"),
                    ("leakage_auc_rows", "original", "the features of the real rows"),
                )
            )
            if one is not None and one.value is not None
        ]
        if len(views) > 1:
            said.append(f"{attribute_title(name)}: AUC {', '.join(views)}")
    if not said:
        return ""
    return (
        "What the latents of hold-out rows reveal to the strongest of three adversaries (0.5 is guessing, 1 is always "
        f"right): {'; '.join(said)}."
    )


def guarantee(facts: Facts) -> str:
    """Return the privacy guarantee of the run's weights; empty if there is none."""
    stated = facts.manifest.get("privacy")
    if stated is None:
        return ""
    return (
        f"The weights were learned with differential privacy for one train row: epsilon {stated['epsilon']:.2f}, delta "
        f"{stated['delta']:.1e}, {stated['steps']} steps at a sampling rate of {stated['sampling_rate']:.3f}, clip "
        f"{stated['clip']:g}, noise multipliers {stated['noise_histograms']:.2f} (histograms) and "
        f"{stated['noise_training']:.2f} (training), by the {stated['accountant']}. The figures below are not covered."
    )


def privacy(facts: Facts, source: str) -> str:
    """Return the privacy figures of one source's rows over all of them."""
    mine = facts.shown.overall.where(protocol="privacy", source=source)
    said = [f"{figure(record)} ({split_name(record.split)})" for record in mine]
    return f"{', '.join(said)}. None of these proves that nothing leaks." if said else ""
