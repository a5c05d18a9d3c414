"""Files that are made to fool a summary, honest files that must not be accused, and the audits of both."""

import numpy as np
import pandas as pd

from core.audit.inputs import AuditInput
from core.audit.run import audit
from core.data.column import Column, Kind, Role
from core.data.examples import Examples
from core.data.schema import Schema
from core.findings.conclusions import Conclusions, conclude

SCHEMA = Schema(
    columns=(
        Column(name="sex", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="origin", kind=Kind.CATEGORICAL, role=Role.SENSITIVE),
        Column(name="age", kind=Kind.NUMERICAL),
        Column(name="years", kind=Kind.INTEGER),
        Column(name="field", kind=Kind.CATEGORICAL),
        Column(name="hired", kind=Kind.CATEGORICAL, role=Role.TARGET),
    ),
    positive="yes",
    favorable="positive",
)
TRAIN, TEST = 1_200, 600


def people(rows, seed=0, *, gap=0.0):
    """Applicants: women are younger and more often in law; the outcome follows age, years and field."""
    rng = np.random.default_rng([7, seed])
    sex = rng.choice(["f", "m"], rows)
    age = rng.normal(np.where(sex == "f", 36, 43), 9, rows)
    years = rng.poisson(6, rows)
    field = np.where(rng.random(rows) < np.where(sex == "f", 0.6, 0.3), "law", "trade")
    score = 0.08 * (age - 40) + 0.3 * (years - 6) + 1.2 * (field == "law") - 0.5 - gap * (sex == "f")
    return pd.DataFrame(
        {
            "sex": sex,
            "origin": rng.choice(["a", "b", "c"], rows, p=[0.6, 0.25, 0.15]),
            "age": age,
            "years": years,
            "field": field,
            "hired": np.where(rng.random(rows) < 1 / (1 + np.exp(-score)), "yes", "no"),
        }
    )


def concluded(made, *, train=None, holdout=None, schema=SCHEMA) -> Conclusions:
    """Conclusions on a file beside real rows of the same population."""
    train = people(TRAIN, 1) if train is None else train
    holdout = people(TEST, 2) if holdout is None else holdout
    sources = {} if made is None else {"made": Examples(made)}
    inputs = AuditInput(schema, Examples(train), Examples(holdout), sources, seeds=(0,))
    return conclude(audit(inputs), schema)


def jittered(frame, seed=0):
    rng = np.random.default_rng(seed)
    return frame.assign(age=frame["age"] + rng.normal(0, 0.05, len(frame)))


def shuffled(frame, column, seed=0):
    return frame.assign(**{column: frame[column].sample(frac=1, random_state=seed).to_numpy()})


def cancelling(rows, seed=0):
    """Women are hired less often in every department, and apply where most are hired."""
    rng = np.random.default_rng([9, seed])
    frame = people(rows, seed)
    easy = rng.random(rows) < np.where(frame["sex"] == "f", 0.75, 0.25)
    rate = np.where(easy, 0.6, 0.25) * np.where(frame["sex"] == "f", 0.7, 1.0)
    return frame.assign(
        field=np.where(easy, "law", "trade"),
        age=rng.normal(40, 9, rows),
        years=rng.poisson(6, rows),
        hired=np.where(rng.random(rows) < rate, "yes", "no"),
    )


def _with_test_rows():
    return pd.concat([people(TRAIN // 2, 5), people(TEST, 2)], ignore_index=True)


def _memoriser():
    return pd.concat([people(TRAIN, 6).iloc[: TRAIN - 60], people(TRAIN, 1).iloc[:60]], ignore_index=True)


def _leaky():
    frame = people(TRAIN, 8)
    return frame.assign(years=np.where(frame["hired"] == "yes", 9, 3))


def _rare():
    frame = people(TRAIN, 13)
    keep = (frame["origin"] != "c") | (np.arange(len(frame)) % 8 == 0)
    return frame[keep].reset_index(drop=True)


FOOLING = {  # name: the file, and a word of the sentence that must be among the first three
    "copy of the train rows": (lambda: people(TRAIN, 1), "hold real people"),
    "copy with one jittered cell": (lambda: jittered(people(TRAIN, 1)), "hold real people"),
    "one row in twenty is copied": (_memoriser, "hold real people"),
    "holds the test rows": (_with_test_rows, "hold the test rows"),
    "holds jittered test rows": (lambda: jittered(_with_test_rows()), "hold the test rows"),
    "a group is erased": (lambda: people(TRAIN, 9).query("sex == 'm'").reset_index(drop=True), "no people of sex f"),
    "a small group is nearly erased": (_rare, "people of origin c are"),
    "a feature encodes the outcome": (_leaky, "the column years gives the outcome away"),
    "few rows, repeated": (lambda: pd.concat([people(100, 10)] * 12, ignore_index=True), "few rows written many times"),
    "outcomes are shuffled": (lambda: shuffled(people(TRAIN, 11), "hired"), "the outcome is as good as unrelated"),
    "the sensitive column is shuffled": (
        lambda: shuffled(people(TRAIN, 12), "sex"),
        "the column sex is as good as unrelated",
    ),
    "one outcome only": (lambda: people(TRAIN, 14).assign(hired="yes"), "no rows with the outcome “no”"),
    "a column is constant": (lambda: people(TRAIN, 15).assign(field="law"), "lost values of the column field"),
    "values that nobody has": (
        lambda: people(TRAIN, 16).assign(field=np.where(np.arange(TRAIN) % 5 == 0, "art", "law")),
        "values of the column field that real rows never have",
    ),
}


def _independent(frame):
    return pd.DataFrame({name: frame[name].sample(frac=1, random_state=i).to_numpy() for i, name in enumerate(frame)})


def _smoothed(seed):
    """Another draw with rounded numbers, as many generators make it."""
    frame = people(TRAIN, seed)
    return frame.assign(age=frame["age"].round(0))


def _resampled_parts(seed):
    """Rows whose features come from one person and whose sex and origin come from another like them."""
    frame = people(TRAIN, seed).sort_values("age", ignore_index=True)
    return frame.assign(origin=np.roll(frame["origin"].to_numpy(), 3)).sample(frac=1, random_state=0)


HONEST = {
    **{f"another draw {seed}": (lambda seed=seed: people(TRAIN, seed)) for seed in range(100, 108)},
    **{f"a smaller draw {seed}": (lambda seed=seed: people(400, seed)) for seed in range(108, 111)},
    **{f"a larger draw {seed}": (lambda seed=seed: people(2_400, seed)) for seed in range(111, 114)},
    **{f"a rounded draw {seed}": (lambda seed=seed: _smoothed(seed)) for seed in range(114, 117)},
    **{f"recombined {seed}": (lambda seed=seed: _resampled_parts(seed)) for seed in range(117, 119)},
    "another share of women": lambda: people(TRAIN, 119).sample(frac=0.8, random_state=0).reset_index(drop=True),
    "with a gap of its own": lambda: people(TRAIN, 120, gap=0.8),
}
