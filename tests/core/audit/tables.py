"""Small typed tables for the tests of this room."""

import numpy as np
import pandas as pd

from core.audit.inputs import AuditInput
from core.audit.statistics.confusion import GroupCounts, count
from core.data.column import Column
from core.data.examples import Examples
from core.data.groups import Grouping
from core.data.schema import Schema

SCHEMA = Schema(
    columns=(
        Column(name="id", kind="identifier"),
        Column(name="age", kind="integer"),
        Column(name="pay", kind="numerical"),
        Column(name="town", kind="categorical"),
        Column(name="since", kind="datetime"),
        Column(name="member", kind="boolean"),
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="hired", kind="categorical", role="target"),
    ),
    positive="yes",
)


def people(n: int, seed: int = 0, *, gap: float = 0.0) -> pd.DataFrame:
    """A typed frame with every kind, missing values, and a target that depends on age, pay and (by ``gap``) on sex."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 70, n)
    pay = rng.normal(30, 8, n)
    sex = np.where(rng.random(n) < 0.4, "f", "m")
    score = (age - 44) / 12 + (pay - 30) / 8 - gap * (sex == "f")
    frame = pd.DataFrame(
        {
            "id": pd.array([f"p{i}" for i in range(n)], dtype="str"),
            "age": pd.array(age, dtype="Int64"),
            "pay": pay,
            "town": pd.array(rng.choice(["A", "B", "C"], n), dtype="str"),
            "since": (pd.Timestamp("2020-01-01") + pd.to_timedelta(rng.integers(0, 1000, n), unit="D")).astype(
                "datetime64[us]"
            ),
            "member": pd.array(rng.random(n) < 0.5, dtype="boolean"),
            "sex": pd.array(sex, dtype="str"),
            "hired": pd.array(np.where(score + rng.normal(0, 0.7, n) > 0, "yes", "no"), dtype="str"),
        }
    )
    gaps = rng.random((n, 5)) < 0.05
    for position, name in enumerate(("age", "pay", "town", "since", "member")):
        frame.loc[gaps[:, position], name] = None
    return frame


def with_groups(sizes: dict[str, tuple[int, int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Labels, predictions and groups with the given counts ``(tp, fp, fn, tn)`` of each group."""
    labels, predictions, members = [], [], []
    for name, (tp, fp, fn, tn) in sizes.items():
        labels += [1] * tp + [0] * fp + [1] * fn + [0] * tn
        predictions += [1] * (tp + fp) + [0] * (fn + tn)
        members += [name] * (tp + fp + fn + tn)
    return np.array(labels, np.int8), np.array(predictions, np.int8), np.array(members, object)


def counts_by_group(groups) -> GroupCounts:
    """Confusion counts of rows made by `with_groups`."""
    labels, predictions, members = with_groups(groups)
    return count(labels, predictions, Grouping.of(members))


def table_input(schema, train, holdout, sources=None, latents=None, draws=None, **others):
    """What is audited, from plain frames."""
    wrapped = {id(frame): Examples(frame) for frame in (sources or {}).values()}
    of = {name: wrapped[id(frame)] for name, frame in (sources or {}).items()}
    drawn = {
        name: {seed: wrapped.get(id(frame), Examples(frame)) for seed, frame in found.items()}
        for name, found in (draws or {}).items()
    }
    return AuditInput(schema, Examples(train), Examples(holdout), of, latents or {}, drawn, **others)
