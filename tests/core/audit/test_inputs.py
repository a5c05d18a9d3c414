import numpy as np
import pandas as pd
import pytest

from core.audit.run import Latents, audit, audit_table
from core.errors import ConfigError, DataError, SchemaError
from tests.core.audit.tables import SCHEMA, people, table_input

TRAIN, HOLDOUT = people(500, gap=1.0), people(400, 1, gap=1.0)


def test_bad_input_is_named():
    empty = TRAIN.iloc[:0]
    with pytest.raises(DataError, match="no rows"):
        audit_table(empty, SCHEMA)
    with pytest.raises(DataError, match="'theirs' table has no rows"):
        audit(table_input(SCHEMA, TRAIN, HOLDOUT, {"theirs": empty}))
    with pytest.raises(ConfigError, match="'original'"):
        audit(table_input(SCHEMA, TRAIN, HOLDOUT, {"original": TRAIN}))
    with pytest.raises(ConfigError, match="seed") as found:
        audit(table_input(SCHEMA, TRAIN, HOLDOUT, seeds=()))
    assert found.value.field == "audit_seeds"
    with pytest.raises(ConfigError, match="confidence level lies between") as found:
        audit(table_input(SCHEMA, TRAIN, HOLDOUT, confidence=1.5))
    assert found.value.field == "confidence"
    with pytest.raises(DataError, match="latents of 'teacher'"):
        audit(table_input(SCHEMA, TRAIN, HOLDOUT, latents={"teacher": Latents(np.ones((3, 1)), np.ones((2, 1)))}))
    with pytest.raises(SchemaError, match="missing"):
        audit_table(TRAIN.assign(hired=pd.array([None] * len(TRAIN), dtype="str")), SCHEMA)
