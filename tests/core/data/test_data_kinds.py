import subprocess
import sys

import pytest

from core.data.column import Column, Kind
from core.data.data_kinds import DATA_KINDS, TABLE, data_kind_of
from core.data.schema import Schema


@pytest.mark.parametrize("name", DATA_KINDS)
def test_one_column_marks_a_kind_of_data(name):
    column = DATA_KINDS[name].column
    assert (column is None) == (name == TABLE)
    if column is not None:
        marker = Column(name="a", kind=Kind(column))
        assert marker.is_identifying
        assert Schema(columns=(Column(name="b", kind=Kind.INTEGER), marker)).data_kind == name


def test_no_two_kinds_of_data_have_the_same_column():
    columns = [info.column for info in DATA_KINDS.values()]
    assert len(set(columns)) == len(columns)


def test_without_such_a_column_data_are_a_table():
    assert data_kind_of([]) == data_kind_of([Kind.IDENTIFIER, Kind.NUMERICAL]) == TABLE


def test_the_schema_imports_no_method_and_no_modality():
    code = "import sys, core.data.schema; print(*(name for name in sys.modules if name.startswith('core.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)  # noqa: S603
    assert "core.data.data_kinds" in done.stdout.split()
    assert not [name for name in done.stdout.split() if name.startswith(("core.synthesis", "core.modalities"))]
