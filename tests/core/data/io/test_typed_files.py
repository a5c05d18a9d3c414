"""Feather, ORC, Stata, SAS and SPSS: the same table with its types; damage is said."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather as pa_feather
import pyarrow.orc as pa_orc
import pytest

from core.data.io.table_files import read_table
from core.data.sources.upload import load_upload
from core.errors import DataError

FRAME = pd.DataFrame({"age": [31, 27, 45], "sex": ["f", "m", "f"], "pay": [1.5, 2.25, 0.0]})


def _orc(path: Path) -> None:
    pa_orc.write_table(pa.Table.from_pandas(FRAME), str(path))


def _feather(path: Path) -> None:
    pa_feather.write_feather(pa.Table.from_pandas(FRAME), path)


def _stata(path: Path) -> None:
    FRAME.to_stata(path, write_index=False)


@pytest.mark.parametrize(("name", "write"), [("t.orc", _orc), ("t.feather", _feather), ("t.dta", _stata)])
def test_types_are_kept(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    write(tmp_path / name)
    found = load_upload(tmp_path / name)
    assert [str(column.kind) for column in found.schema.columns] == ["integer", "categorical", "numerical"]
    assert found.frame.to_dict("list") == {"age": [31, 27, 45], "sex": ["f", "m", "f"], "pay": [1.5, 2.25, 0.0]}


def test_labels_of_stata_are_the_values(tmp_path: Path) -> None:
    FRAME.assign(sex=pd.Categorical(FRAME["sex"])).to_stata(tmp_path / "t.dta", write_index=False)
    assert load_upload(tmp_path / "t.dta").frame["sex"].tolist() == ["f", "m", "f"]


def test_sav_is_read_or_its_reader_is_named(tmp_path: Path) -> None:
    path = tmp_path / "t.sav"
    if importlib.util.find_spec("pyreadstat") is None:
        path.write_bytes(b"$FL2")
        with pytest.raises(DataError, match=r"install evenhand\[spss\]"):
            read_table(path)
        return
    import pyreadstat

    pyreadstat.write_sav(FRAME, str(path))
    assert load_upload(path).frame["age"].tolist() == [31, 27, 45]


@pytest.mark.parametrize("name", ["t.orc", "t.feather", "t.dta", "t.sas7bdat", "t.xpt"])
def test_damage_is_said(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"not a table")
    with pytest.raises(DataError, match="is damaged or not"):
        read_table(tmp_path / name)
