"""TabFairGDT: one decision tree a column, given the columns before it; the target's leaves are relabelled for parity.

Panagiotou et al., "TabFairGDT: A Fast Fair Tabular Data Generator using Autoregressive Decision Trees", ICDM 2025; the
authors' package (MIT licence), at its highest level of fairness, with its other defaults.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from columns import category_names, with_missing, without_missing

if TYPE_CHECKING:
    import pandas as pd

LAMBDA = 1.0
"""0 to 1: as unfair as the train rows, to as fair as the trees get."""
DTYPES = {"int64": "int", "float64": "float"}


def fit(train: pd.DataFrame, request: dict[str, Any]) -> Callable[[int], pd.DataFrame]:
    """Fit the trees; return their sampler.

    Raises:
        ValueError: There are several sensitive columns; the package knows one.
    """
    from tabfairgdt import TABFAIRGDT

    if len(request["sensitive"]) != 1:
        raise ValueError(f"TabFairGDT knows one sensitive column; these are {len(request['sensitive'])}.")
    categories = category_names(train, request)
    rows = without_missing(train, categories)
    dtypes = {name: "category" if name in categories else DTYPES[str(rows[name].dtype)] for name in rows}
    trees = TABFAIRGDT(
        protected_attribute=request["sensitive"][0], target=request["target"], dtype_map=dtypes, seed=request["seed"]
    )
    trees.fit(rows.astype(dict.fromkeys(categories, "category")), lamda=LAMBDA)
    return lambda count: with_missing(trees.generate(k=count), train, categories)
