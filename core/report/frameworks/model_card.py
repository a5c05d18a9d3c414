"""Model cards for teacher and student, in the sections of Mitchell et al. (2019)."""

from __future__ import annotations

from core.audit.display_names import attribute_title, source_name
from core.audit.figure_text import percent
from core.audit.metrics.code_usage import DISTANCE, DISTANCE_GIVEN_TARGET
from core.report.frameworks import wording
from core.report.frameworks.sheet import Content, Facts, Sheet, fill
from core.report.tables import base
from core.synthesis.base import STUDENT, TEACHER

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
    content = Content(prefilled=_prefilled(facts, name, what), tables={"figures": _tables(facts, name)})
    return fill("model_card", facts, content, f"model_card_{name}", model=source_name(name), network=name)


def _prefilled(facts: Facts, name: str, what: str) -> dict[str, str]:
    details = (what, wording.leakage(facts, name), _dials(facts, name), _savings(facts, name), wording.version(facts))
    return {
        "details": wording.lines(*details),
        "use": f"To make fair synthetic rows of the table {str(facts.manifest.get('name', 'of this run'))!r}.",
        "out_of_scope": "Decisions about persons; tables with other columns or from another population.",
        "factors": f"Groups by {', '.join(map(attribute_title, facts.attributes)) or 'none'}.",
        "metrics": "Demographic parity ratio and difference, equalized odds, accuracy, balanced accuracy, AUC. "
        f"Classifiers decide at a probability of .5. Every figure has a {percent(facts.shown.confidence)} interval; "
        f"groups with fewer than {facts.schema.min_group_size} rows take no part in a minimum or maximum.",
        "evaluation": wording.lines(
            "Real rows, kept aside before anything was fitted (hold-out).",
            wording.splitting(facts),
            wording.hashes(facts, "holdout"),
        ),
        "training": wording.lines(wording.roles(facts), wording.hashes(facts, "train")),
        "privacy": wording.lines(
            wording.guarantee(facts) or "The weights were learned from real rows; keep them like the table itself.",
            wording.privacy(facts, name),
        ),
        "caveats": wording.lines(wording.PARITY_LIMIT, wording.undecided(facts)),
    }


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
