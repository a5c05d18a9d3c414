"""Made-up records in the form and about the size that an audit of a real table leaves."""

from core.audit.records import Record, Status
from core.data.column import Column, Kind, Role
from core.data.schema import Schema
from core.findings.conclusions import conclude

SCHEMA = Schema(
    columns=(
        Column(name="sex", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="income", kind=Kind.CATEGORICAL, role=Role.TARGET),
    ),
    positive=">50K",
)
RATES = {
    "original": {"Female": 0.083, "Male": 0.261},
    "teacher": {"Female": 0.16, "Male": 0.18},
    "student": {"Female": 0.165, "Male": 0.178},
    "synthetic": {"Female": 0.181, "Male": 0.185},
}
UTILITY = {
    "original": (0.863, 0.777, 0.914),
    "teacher": (0.834, 0.731, 0.874),
    "student": (0.826, 0.72, 0.869),
    "synthetic": (0.842, 0.738, 0.836),
}
SIZES = {"Female": 5421, "Male": 10860}


def concluded(records):
    """What these records let one conclude."""
    return conclude(records, SCHEMA)


def sample_records(sensitive: str = "sex", positive: str = ">50K", groups: tuple[str, str] = ("Female", "Male")):
    """Records of all protocols, with seeds, an undefined figure, a small group and an unknown metric."""
    names = dict(zip(("Female", "Male"), groups, strict=True))
    records = [*_data(sensitive, positive, names)]
    for protocol in ("A", "B"):
        records += _constant(protocol, sensitive, positive)
        for source in RATES:
            records += _classifier(source, protocol, sensitive, positive, names)
    return [*records, *_others(sensitive, names)]


def _data(sensitive, positive, names):
    for source, split in (("original", "train"), ("original", "holdout"), ("synthetic", "all")):
        for positive_name, flip in ((positive, False), ("other", True)):
            common = {"source": source, "protocol": "data", "split": split, "sensitive": sensitive}
            common["positive"] = positive_name
            for group, rate in {"Female": 0.109, "Male": 0.304}.items():
                value = 1 - rate if flip else rate
                yield Record(
                    metric="base_rate",
                    group=names[group],
                    value=value,
                    low=value - 0.01,
                    high=value + 0.01,
                    interval="wilson",
                    n=SIZES[group],
                    **common,
                )
            yield Record(metric="demographic_parity_ratio", value=0.36, low=0.33, high=0.39, n=16281, **common)
            yield Record(metric="demographic_parity_difference", value=0.195, low=0.18, high=0.21, n=16281, **common)
            yield Record(metric="demographic_parity_ratio_null_p10", value=0.95, n=16281, **common)
        yield Record(source=source, protocol="data", split=split, metric="missing:workclass", value=0.057, n=16281)


def _classifier(source, protocol, sensitive, positive, names):
    accuracy, balanced, auc = UTILITY[source]
    rates = RATES[source]
    ratio = rates["Female"] / rates["Male"]
    for seed in (0, 1, None):
        shift = 0.002 * (seed or 0)
        common = {"source": source, "protocol": protocol, "seed": seed}
        pairs = (("accuracy", accuracy), ("balanced_accuracy", balanced), ("auc", auc), ("f1", 0.67))
        for metric, mean in pairs:
            value = mean + shift
            yield Record(metric=metric, value=value, low=value - 0.006, high=value + 0.006, n=16281, **common)
        common |= {"sensitive": sensitive, "positive": positive}
        note = f"Selection rate lowest in {names['Female']!r}, highest in {names['Male']!r}."
        yield Record(
            metric="demographic_parity_ratio",
            value=ratio + shift,
            low=ratio - 0.03,
            high=min(1, ratio + 0.03),
            interval="koopman",
            n=16281,
            note=note,
            **common,
        )
        gap = rates["Male"] - rates["Female"]
        yield Record(
            metric="demographic_parity_difference",
            value=gap + shift,
            low=max(gap - 0.01, 0.0),
            high=gap + 0.01,
            n=16281,
            **common,
        )
        yield Record(metric="demographic_parity_ratio_null_p10", value=0.951, n=16281, **common)
        yield Record(metric="equalized_odds_ratio", value=ratio * 0.9, low=ratio * 0.8, high=ratio, **common)
        yield Record(metric="equalized_odds_difference", value=0.09, low=0.06, high=0.12, **common)
        for group, rate in rates.items():
            for metric, value in (("selection_rate", rate), ("tpr", 0.58), ("fpr", 0.06), ("precision", 0.7)):
                yield Record(
                    metric=metric,
                    group=names[group],
                    value=value,
                    low=value - 0.011,
                    high=value + 0.011,
                    interval="wilson",
                    n=SIZES[group],
                    **common,
                )
        yield Record(
            metric="selection_rate",
            group="(missing)",
            value=0.2,
            low=0.08,
            high=0.4,
            n=12,
            status=Status.SMALL_N,
            note="The group has 12 rows, fewer than 30.",
            **common,
        )


def _constant(protocol, sensitive, positive):
    common = {"source": "constant", "protocol": protocol}
    yield Record(metric="accuracy", value=0.764, low=0.757, high=0.77, n=16281, **common)
    yield Record(metric="balanced_accuracy", value=0.5, n=16281, **common)
    yield Record(
        metric="demographic_parity_ratio",
        sensitive=sensitive,
        positive=positive,
        status=Status.UNDEFINED,
        note="Undefined: the selection rate is 0 in every group, and 0/0 is no ratio.",
        **common,
    )


def _others(sensitive, names):
    for source, shapes, c2st in (("original", 0.995, 0.5), ("synthetic", 0.991, 0.606)):
        yield Record(source=source, protocol="fidelity", metric="column_shapes", value=shapes)
        yield Record(
            source=source, protocol="fidelity", metric="c2st_auc", value=c2st, low=c2st - 0.01, high=c2st + 0.01
        )
        yield Record(source=source, protocol="privacy", metric="exact_copies_train", value=24, n=5000)
        yield Record(source=source, protocol="privacy", metric="distance_share", value=0.517, low=0.5, high=0.53)
    for source in ("teacher", "student"):
        yield Record(source=source, protocol="independence", sensitive=sensitive, metric="adversary_auc", value=0.56)
    generation = {"source": "synthetic", "protocol": "generation", "split": "all"}
    yield Record(metric="labels_changed", value=0.086, n=26048, **generation)
    for group, value in (("Female", 0.11), ("Male", 0.07)):
        yield Record(metric="labels_changed", sensitive=sensitive, group=names[group], value=value, **generation)
    yield Record(source="synthetic", protocol="horoscope", metric="ascendant_of_rows", value=12.5)
