"""What an audit rests on: scope, people, words, methods, and how to repeat it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from core.audit.display_names import protocol_entry, source_entry, source_name
from core.audit.figure_text import number, percent
from core.audit.glossary import DECIDED, PROTOCOLS, SOURCES, STATUSES, protocol_rank
from core.audit.metrics.catalog import describe
from core.audit.metrics.names import DETECTABLE, ODDS_DIFFERENCE, PARITY_DIFFERENCE, PARITY_RATIO
from core.audit.record_set import RecordSet
from core.audit.records import ORIGINAL
from core.findings.conclusions import Conclusions
from core.findings.evidence import of_100
from core.findings.families.favorable import is_declared
from core.report.auditor.chapter import Chapter, Fact
from core.report.auditor.command import command, files, others
from core.report.first_screen import scope_of
from core.report.holdout_words import official_origin
from core.report.output.leads import leads
from core.report.tables.base import NOTHING_MISSING, is_missing, none_missing
from core.report.tables.data_checks import undecided
from core.report.tables.judged import RATES, SCORES, judged_by, population_table
from core.report.tables.limits import classifier_title

_MAX_NOTES: Final = 5
_FILES: Final = ("metrics.json", "schema.json", "config.json", "synthetic.csv")
_AND: Final = re.compile(r",? and |, ")
_MEAN: Final = re.compile(r"^mean over \d+ seeds of ")
_CHANGED: Final = ("preset", "repair_level", "target_dpr", "epsilon", "epsilon_dp", "criterion", "label_channel")


def scope(name: str, conclusions: Conclusions, manifest: Mapping[str, Any]) -> Chapter:
    """Return what was audited, and the question that it answers first."""
    evidence = conclusions.evidence
    sources = [source for source in evidence.compared if source != "constant"]
    facts = [
        *scope_of(name, conclusions, manifest),
        ("Kind of audit", _kind(conclusions, manifest)),
        ("Compared", ", ".join(source_name(source) for source in sources)),
    ]
    if primary := conclusions.primary_question:
        facts.append(("Primary question", primary))
    return Chapter("Scope", facts=tuple(facts))


def _kind(conclusions: Conclusions, manifest: Mapping[str, Any]) -> str:
    if DECIDED in manifest.get("rows", {}):
        return "of decisions that a model made elsewhere; nothing was trained"
    method = manifest.get("method")
    if method is not None:
        return f"of a table before and after synthetic data were made from it (method: {method})"
    if conclusions.evidence.product != ORIGINAL:
        return "of a table, and of a synthetic version of it that was made elsewhere"
    return "of a table as it is; no synthetic rows were made"


def population(conclusions: Conclusions, notes: Sequence[str], manifest: Mapping[str, Any]) -> Chapter:
    """Return whose rows they are, where they come from, and what was changed before they were measured."""
    return Chapter(
        "Population and provenance",
        (_rows(manifest), *_missing(conclusions.records), *undecided(manifest)),
        _changes(notes, manifest),
        _hashes(manifest),
        (population_table(conclusions.records),),
        ("Columns", "Missing values", "Columns that reveal the group"),
    )


def _rows(manifest: Mapping[str, Any]) -> str:
    rows = manifest.get("rows", {})
    if DECIDED in rows:
        return f"All {rows[DECIDED]:,} rows with decisions were measured. Nothing was learned from them."
    if not rows:
        return "The number of rows was not recorded."
    how = (
        f"They are {official_origin(manifest)}"
        if manifest.get("official_split")
        else "They were drawn at random within each outcome and group, before anything was learned"
    )
    return (
        f"Models learned from {rows['train']:,} real rows. {rows['holdout']:,} real rows were kept aside to test "
        f"them. {how}."
    )


def _missing(mine: RecordSet) -> Iterator[str]:
    gaps = mine.overall.where(source=ORIGINAL).filter(is_missing)
    columns = {one.metric.removeprefix("missing:"): one.value for one in gaps if one.value}
    if columns:
        most = max(columns, key=lambda name: columns[name] or 0.0)
        yield (
            f"{_counted(len(columns), 'column')} with missing values; the most in “{most}” "
            f"({of_100(columns[most] or 0.0)} of 100 rows). They were kept as values of their own."
        )
    elif none_missing(mine):
        yield NOTHING_MISSING


def _changes(notes: Sequence[str], manifest: Mapping[str, Any]) -> tuple[str, ...]:
    changes = [str(one["sentence"]) for one in manifest.get("data_changes", ())]
    said = list(dict.fromkeys((*changes, *notes)))
    left = len(said) - _MAX_NOTES
    more = [f"{left} more stand in the annex, under “Check these columns” and “Changes of the data”."]
    return (*said[:_MAX_NOTES], *(more if left > 0 else ()))


def _hashes(manifest: Mapping[str, Any]) -> tuple[Fact, ...]:
    known = manifest.get("sha256", {})
    titles = {"train": "SHA-256 of the train rows", "holdout": "SHA-256 of the test rows"}
    if DECIDED in manifest.get("rows", {}):
        titles = {"train": "SHA-256 of the rows"}
    return tuple((title, known[name]) for name, title in titles.items() if name in known)


def definitions(conclusions: Conclusions) -> Chapter:
    """Return what the words of this part mean here."""
    records, schema = conclusions.records, conclusions.schema
    metrics = [
        describe(name) for name in (*RATES, *SCORES, PARITY_DIFFERENCE, PARITY_RATIO, ODDS_DIFFERENCE, DETECTABLE)
    ]
    used = {record.metric for record in records}
    declared = "as declared" if is_declared(schema) else "a guess that nobody confirmed"
    facts = [
        ("Good outcome", f"{conclusions.evidence.outcome}, {declared}. Rates count it."),
        ("Margin", f"{of_100(schema.margin)} of 100. A smaller difference is taken not to matter. It is a choice."),
        ("Gap found", "Chance does not give such a difference, after correction for all tests of this report."),
        ("No gap beyond the margin", "The whole interval is below the margin. It is no proof of equal treatment."),
        ("Too few rows to tell", "The interval holds both no difference and the margin."),
        *((one.label, one.sentence) for one in metrics if one.name in used and one.sentence),
        *_setups(conclusions),
        *((STATUSES[one].name, STATUSES[one].meaning) for one in ("small_n", "degenerate")),
    ]
    return Chapter("Definitions as used here", facts=tuple(facts), annexes=("What the words mean",))


def _setups(conclusions: Conclusions) -> Iterator[Fact]:
    pairs = judged_by(conclusions.evidence)
    for source in dict.fromkeys(source for source, _ in pairs):
        if source in SOURCES and source != ORIGINAL:
            yield source_entry(source), SOURCES[source].meaning
    for protocol in sorted({protocol for _, protocol in pairs}, key=protocol_rank):
        if protocol in PROTOCOLS:
            meaning = PROTOCOLS[protocol].meaning
            yield protocol_entry(protocol), f"{meaning[:1].upper()}{meaning[1:]}."


def methods(conclusions: Conclusions, manifest: Mapping[str, Any]) -> Chapter:
    """Return how figures, intervals and verdicts were made."""
    level = percent(conclusions.records.confidence)
    return Chapter(
        "Methods",
        (
            leads(manifest).t6,
            f"Intervals cover the true figure in {level} of samples. {_intervals(conclusions)}",
            "A verdict holds the interval of a difference against 0 and against the margin. A gap is called if the "
            "interval is above 0 after correction and not below the margin. No gap is called only if the whole "
            "interval is below the margin (equivalence logic; Schuirmann 1987).",
            *_generation(manifest),
        ),
    )


def _intervals(conclusions: Conclusions) -> str:
    kinds = [one.interval or "" for one in conclusions.records.where(metric=(*RATES, *SCORES, PARITY_DIFFERENCE))]
    parts = [_MEAN.sub("", part) for kind in kinds for part in _AND.split(kind)]
    named = list(dict.fromkeys(part for part in parts if part))
    return f"Their methods here: {', '.join(named)}." if named else ""


def _generation(manifest: Mapping[str, Any]) -> Iterator[str]:
    config = manifest.get("config", {})
    if DECIDED in manifest.get("rows", {}):
        return
    seeds = config.get("audit_seeds", ())
    if seeds:
        yield (
            f"Each classifier ({classifier_title(manifest)}) was trained with {_counted(len(seeds), 'seed')}; figures "
            "are means over them."
        )
    if "method" in manifest:
        chosen = [
            f"{name.replace('_', ' ')} {_shown(config[name])}" for name in _CHANGED if config.get(name) is not None
        ]
        draws = config.get("generator_draws")
        yield (
            f"Synthetic rows: method {manifest['method']}, {', '.join(chosen)}; "
            f"{_counted(draws, 'draw')} of the generator compared. Every setting stands in the annex “Manifest”."
        )


def _shown(value: object) -> str:
    return number(value) if isinstance(value, float) else str(value)


def _counted(count: int | None, what: str) -> str:
    return f"{count or 0:,} {what}{'' if count == 1 else 's'}"


def reproduction(manifest: Mapping[str, Any]) -> Chapter:
    """Return the command, the seed and the hashes that a second run must have."""
    hashes = manifest.get("hashes", {})
    facts = [("Command", command(manifest)), *others(manifest)]
    facts += [("Seed", str(manifest["config"]["seed"]))] if "config" in manifest else []
    facts += [(f"SHA-256 of {name}", hashes[name]) for name in _FILES if name in hashes]
    return Chapter(
        "Reproduction",
        (
            f"{files(manifest)}; schema.json and config.json lie in the run's folder. With the same versions, device "
            "and number of threads, the same command gives the same figures. The command “evenhand verify” checks this "
            "report and the run's files against their hashes. Hashes show accidental changes, and not those of someone "
            "who rewrites them too.",
        ),
        facts=tuple((name, text) for name, text in facts if text),
        annexes=("Manifest",),
    )


def versions(manifest: Mapping[str, Any]) -> Chapter:
    """Return the software that made the figures."""
    found = manifest.get("environment", {})
    packages = ", ".join(f"{name} {version}" for name, version in found.get("packages", {}).items())
    machine = ", ".join(
        one
        for one in (
            found.get("platform", ""),
            f"{found['processors']} processors" if found.get("processors") else "",
            f"threads: {found['threads']}" if found.get("threads") else "",
            f"device: {found['device']}" if found.get("device") else "",
        )
        if one
    )
    facts = [
        (
            "Evenhand",
            " ".join(filter(None, (found.get("evenhand"), f"commit {found['commit']}" if found.get("commit") else ""))),
        ),
        ("Python", str(found.get("python", ""))),
        ("Packages", packages),
        ("Machine", machine),
    ]
    return Chapter("Versions", facts=tuple((name, text) for name, text in facts if text))
