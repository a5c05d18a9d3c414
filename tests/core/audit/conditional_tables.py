"""Tables in which pooled rates and rates within departments differ."""

import numpy as np
import pandas as pd

from core.data.column import Column
from core.data.schema import Schema

SCHEMA = Schema(
    columns=(
        Column(name="department", kind="categorical"),
        Column(name="noise", kind="numerical"),
        Column(name="sex", kind="categorical", role="sensitive"),
        Column(name="hired", kind="categorical", role="target"),
    ),
    positive="yes",
)
_RATES = {"A": 0.7, "B": 0.4, "C": 0.2}
_MEN = (0.3, 0.3, 0.4)


def applicants(n, seed=0, *, women=(0.66, 0.2, 0.14), factor=0.7):
    """Women at ``factor`` of men's rate in every department. By default they apply where pooled rates agree."""
    rng = np.random.default_rng(seed)
    sex = np.where(rng.random(n) < 0.5, "f", "m")
    department = np.where(sex == "f", rng.choice(list("ABC"), n, p=women), rng.choice(list("ABC"), n, p=_MEN))
    rates = np.asarray([_RATES[name] for name in department]) * np.where(sex == "f", factor, 1)
    columns = {
        "department": pd.array(department, dtype="str"),
        "noise": rng.normal(size=n),
        "sex": pd.array(sex, dtype="str"),
        "hired": pd.array(np.where(rng.random(n) < rates, "yes", "no"), dtype="str"),
    }
    return pd.DataFrame(columns)
