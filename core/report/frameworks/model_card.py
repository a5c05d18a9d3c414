"""Model cards for teacher and student, in the sections of Mitchell et al. (2019)."""

from __future__ import annotations

from core.audit.display_names import attribute_title, source_name
from core.audit.figure_text import percent
from core.audit.metrics.code_usage import DISTANCE, DISTANCE_GIVEN_TARGET
from core.report.frameworks import wording
from core.report.frameworks.sheet import Facts, Part, Sheet
from core.report.tables import base
from core.synthesis.base import STUDENT, TEACHER

_WORDING = (
    "Mitchell et al., “Model Cards for Model Reporting”, FAT* 2019 (January 2019), its nine sections. A model card "
    "informs; it is no approval and not legal advice."
)
_DIALS = {
    "latent": "latent dimensions",
    "hidden": "hidden units",
    "independence": "independence term",
    "independence_weight": "its weight",
    "quality": "quality loss",
    "codewords": "codewords",
    "kl_weight": "KL weight",
}


def teacher_sheet(facts: Facts) -> Sheet | None:
    """Return the teacher's card, if the run trained one."""
    return _card(
        facts,
        TEACHER,
        "A variational autoencoder trained with a penalty on the dependence of its latents on the sensitive attribute "
        "(independence penalty). It encodes rows of this one table and decodes latents to rows. The penalty does not "
        f"make them independent.{_code(facts, TEACHER)}",
    )


def student_sheet(facts: Facts) -> Sheet | None:
    """Return the student's card, if the run trained one."""
    return _card(
        facts,
        STUDENT,
        "A smaller encoder distilled from the frozen full model (teacher). The teacher's decoder decodes rows from its "
        f"latents.{_code(facts, STUDENT)}",
    )


def _code(facts: Facts, name: str) -> str:
    """Say what a codebook does, if the network has one."""
    if facts.shown.where(metric=DISTANCE_GIVEN_TARGET, source=name):
        return (
            f" Each row is then given one of a few codewords of its {facts.schema.target}, drawn so that every group "
            "with this value uses each of them alike. It is decoded from the group and the latent of a random train "
            f"row with this codeword and {facts.schema.target}; its own latent is not used further."
        )
    if not facts.shown.where(metric=DISTANCE, source=name):
        return ""
    return (
        " Each row is then given one of a few codewords, drawn so that every group uses each of them alike. Rows are "
        "decoded from the codeword and the group; the latents before it are not used further."
    )


def _card(facts: Facts, name: str, what: str) -> Sheet | None:
    if not facts.has(name):
        return None
    key = f"model_card_{name}"
    return Sheet(
        key,
        f"Model card: {source_name(name)}",
        f"What the {source_name(name)} ({name} network) is, what it was measured on, and what it is not for. It "
        "predicts nothing about a person: figures are those of classifiers trained on rows decoded from its latents.",
        _WORDING,
        (
            _about(facts, key, name, what),
            _measured(facts, key),
            Part(
                "Quantitative analyses",
                "Overall and by group, beside the original rows and an always-the-same guess.",
                (),
                _tables(facts, name),
            ),
            _considerations(facts, key, name),
        ),
    )


def _about(facts: Facts, key: str, name: str, what: str) -> Part:
    ask = facts.asking(key)
    return Part(
        "Model details and intended use",
        "",
        (
            ask(
                "details",
                "Model details",
                "What it is, version, how it was trained.",
                wording.lines(
                    what,
                    wording.leakage(facts, name),
                    _dials(facts, name),
                    _savings(facts, name),
                    wording.version(facts),
                ),
            ),
            ask("developer", "Who trained it", "Person or organisation, date, and where to send questions."),
            ask("licence", "Licence", "Under which it may be used, and how to cite it."),
            ask(
                "use",
                "Primary intended use",
                "What it is for.",
                f"To make fair synthetic rows of the table {str(facts.manifest.get('name', 'of this run'))!r}.",
            ),
            ask("users", "Primary intended users", "For whom it is."),
            ask(
                "out_of_scope",
                "Out of scope",
                "What it must not be used for.",
                "Decisions about persons; tables with other columns or from another population.",
            ),
        ),
    )


def _dials(facts: Facts, name: str) -> str:
    hyperparameters = wording.settings(facts, name)
    optimisation = hyperparameters.get("optimisation", {})
    said = [f"{label} {hyperparameters[param]}" for param, label in _DIALS.items() if param in hyperparameters]
    said += [f"{optimisation['epochs']} epochs"] if "epochs" in optimisation else []
    said += [f"batches of {optimisation['batch_size']}"] if "batch_size" in optimisation else []
    return f"Settings: {', '.join(said)}." if said else ""


def _savings(facts: Facts, name: str) -> str:
    if name != STUDENT:
        return ""
    metrics = ("parameters_ratio", "encode_time_ratio")
    found = [facts.shown.at(metric, source=STUDENT, protocol="generation") for metric in metrics]
    said = wording.figures(found)
    return f"Compared with the full model: {said}" if said else ""


def _measured(facts: Facts, key: str) -> Part:
    ask = facts.asking(key)
    minimum = facts.schema.min_group_size
    return Part(
        "Factors, metrics, data",
        "",
        (
            ask(
                "factors",
                "Factors",
                "Groups that were compared, and those that should have been but could not.",
                f"Groups by {', '.join(map(attribute_title, facts.attributes)) or 'none'}.",
            ),
            ask("other_factors", "Factors not measured", "Groups, instruments or settings that no column records."),
            ask(
                "metrics",
                "Metrics",
                "What was measured, and how sure it is.",
                "Demographic parity ratio and difference, equalized odds, accuracy, balanced accuracy, AUC. "
                "Classifiers decide at a probability of .5. Every figure has a "
                f"{percent(facts.shown.confidence)} interval; groups with fewer than "
                f"{minimum} rows take no part in a minimum or maximum.",
            ),
            ask(
                "evaluation",
                "Evaluation data",
                "On which rows, and why these.",
                wording.lines(
                    "Real rows, kept aside before anything was fitted (hold-out).",
                    wording.splitting(facts),
                    wording.hashes(facts, "holdout"),
                ),
            ),
            ask(
                "training",
                "Training data",
                "On which rows it was trained.",
                wording.lines(wording.roles(facts), wording.hashes(facts, "train")),
            ),
        ),
    )


def _tables(facts: Facts, name: str) -> list[base.Table]:
    mine = facts.shown.where(source=("original", "constant", name))
    own = facts.shown.where(source=name)
    found = []
    for attribute in facts.attributes:
        found += [base.fairness_table(mine, attribute), base.group_table(own, "A", attribute)]
    latents = own.where(protocol="independence")
    found.append(
        base.protocol_table(
            latents,
            "independence",
            "What the latents reveal of the groups",
            "AUC: 0.5 is guessing. Correlation: 0 is none.",
        )
    )
    return [table for table in found if table.rows]


def _considerations(facts: Facts, key: str, name: str) -> Part:
    ask = facts.asking(key)
    return Part(
        "Ethical considerations, caveats",
        "",
        (
            ask(
                "privacy",
                "Privacy",
                "What the network may betray of the people whose rows it saw.",
                wording.lines(
                    wording.guarantee(facts)
                    or "The weights were learned from real rows; keep them like the table itself.",
                    wording.privacy(facts, name),
                ),
            ),
            ask("risks", "Risks and harms", "Who could be harmed by its use, and what was done about it."),
            ask(
                "caveats",
                "Caveats",
                "What the figures do not show.",
                wording.lines(wording.PARITY_LIMIT, wording.undecided(facts)),
            ),
            ask("recommendations", "Recommendations", "What a user should do or test first."),
        ),
    )
