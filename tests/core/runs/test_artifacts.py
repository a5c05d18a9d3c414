import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from core.errors import RunError
from core.runs.artifacts import RealLatents
from core.runs.run_folder import RunFolder


@pytest.fixture
def folder(tmp_path):
    return RunFolder.create(tmp_path / "run")


def test_tables_come_back_with_their_types(folder):
    frame = pd.DataFrame({"a": pd.array([1, None], "Int64"), "b": pd.Series(["x", None], dtype="str")})
    folder.artifacts.save_table("train", frame)
    folder.synthetic.save(frame)
    pd.testing.assert_frame_equal(folder.artifacts.table("train"), frame)
    pd.testing.assert_frame_equal(folder.synthetic.read(), frame)


def test_a_failing_table_leaves_the_old_one(folder, monkeypatch):
    folder.artifacts.save_table("train", pd.DataFrame({"a": [1]}))

    def broken(*_):
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="disk full"):
        folder.artifacts.save_table("train", pd.DataFrame({"a": [2]}))
    assert folder.artifacts.table("train")["a"].tolist() == [1]


def test_damaged_or_missing_tables_are_said(folder):
    with pytest.raises(RunError, match=r"no tables/train\.parquet"):
        folder.artifacts.table("train")
    folder.synthetic.path.write_bytes(b"PAR1")
    with pytest.raises(RunError, match="damaged"):
        folder.synthetic.read()


def test_tensors_come_back(folder):
    torch = pytest.importorskip("torch")
    folder.artifacts.save_tensors("teacher", {"w": torch.arange(6.0).reshape(2, 3).T, "n": torch.tensor(3)})
    back = folder.artifacts.tensors("teacher")
    assert torch.equal(back["w"], torch.arange(6.0).reshape(2, 3).T)
    (folder.path / "weights" / "teacher.safetensors").write_bytes(b"short")
    with pytest.raises(RunError, match="damaged"):
        folder.artifacts.tensors("teacher")


def test_latents_come_back_and_need_no_torch(folder):
    train, holdout = np.arange(6.0).reshape(3, 2).T, np.zeros((1, 3))
    folder.artifacts.save_latents("teacher", RealLatents(train, holdout, holdout_codes=np.array([2**40])))
    back = folder.artifacts.latents("teacher")
    assert back.holdout_codes.tolist() == [2**40]
    assert back.train_targets is None
    assert (back.train.dtype, back.train.tolist()) == (np.float32, train.tolist())
    assert back.holdout.shape == (1, 3)
    code = (
        "import sys, pathlib, core.runs.run_folder as store\n"
        "store.RunFolder.open(pathlib.Path(sys.argv[1])).artifacts.latents('teacher')\n"
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(folder.path)], check=False).returncode == 0  # noqa: S603
    (folder.path / "latents" / "teacher.safetensors").write_bytes(b"short")
    with pytest.raises(RunError, match="damaged"):
        folder.artifacts.latents("teacher")


def test_what_is_about_people_is_for_its_owner_only(folder):
    (folder.path / "tables").mkdir(mode=0o755)
    folder.artifacts.save_table("train", pd.DataFrame({"a": [1]}))
    assert (folder.path / "tables").stat().st_mode & 0o777 == 0o700
    assert (folder.path / "tables" / "train.parquet").stat().st_mode & 0o777 == 0o600
