import os
import stat
import time

import pandas as pd
import pytest
from pydantic import BaseModel

from core.runs.draft_folder import DRAFTS, KEPT_DAYS, DraftFolder, remove_old
from core.runs.run_folder import RunFolder, find_runs


class About(BaseModel):
    said: str = "é"


@pytest.fixture
def draft(tmp_path):
    folder = DraftFolder.create(tmp_path)
    folder.artifacts.save_table("loaded", pd.DataFrame({"a": [1]}))
    folder.save(About())
    return folder


def aged(folder: DraftFolder, days: float) -> None:
    then = time.time() - days * 24 * 3600
    os.utime(folder.about.path, (then, then))


def test_a_draft_is_found_by_its_token_alone(draft, tmp_path):
    found = DraftFolder.find(tmp_path, draft.token)
    assert found is not None
    assert found.about.read(About).said == "é"
    assert found.artifacts.table("loaded")["a"].tolist() == [1]


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "../../etc", "0" * 31, "0" * 33, "0" * 32, "A" * 32, "0" * 32 + "\n"],
    ids=["empty", "dot", "dots", "path", "short", "long", "unknown", "capitals", "line-end"],
)
def test_what_is_no_token_finds_nothing(draft, tmp_path, token):
    assert DraftFolder.find(tmp_path, token) is None


def test_a_draft_is_no_run(draft, tmp_path):
    RunFolder.create(tmp_path / "run")
    assert [folder.path.name for folder in find_runs(tmp_path)] == ["run"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions.")
def test_only_the_owner_may_list_and_read_it(draft, tmp_path):
    for path in (tmp_path / DRAFTS, *(tmp_path / DRAFTS).rglob("*")):
        mode = stat.S_IMODE(path.stat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path.name


def test_tokens_differ_and_are_long(tmp_path):
    tokens = {DraftFolder.create(tmp_path).token for _ in range(20)}
    assert len(tokens) == 20
    assert {len(token) for token in tokens} == {32}


def test_old_drafts_go_when_another_is_made_and_young_ones_stay(draft, tmp_path):
    aged(draft, KEPT_DAYS - 0.1)
    young = DraftFolder.create(tmp_path)
    young.save(About())
    assert DraftFolder.find(tmp_path, draft.token) is not None
    aged(draft, KEPT_DAYS + 0.1)
    DraftFolder.create(tmp_path)
    assert not draft.path.exists()
    assert DraftFolder.find(tmp_path, young.token) is not None


def test_a_half_written_draft_is_not_found_and_goes_in_time(tmp_path):
    half = DraftFolder.create(tmp_path)
    assert DraftFolder.find(tmp_path, half.token) is None
    then = time.time() - (KEPT_DAYS + 1) * 24 * 3600
    os.utime(half.path, (then, then))
    remove_old(tmp_path)
    assert not half.path.exists()


def test_other_folders_among_the_drafts_are_left(tmp_path):
    other = tmp_path / DRAFTS / "notes"
    other.mkdir(parents=True)
    os.utime(other, (0, 0))
    remove_old(tmp_path)
    assert other.exists()


def test_removing_leaves_nothing(draft):
    draft.remove()
    assert not draft.path.exists()
