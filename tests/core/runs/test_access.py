"""Who may open what: runs, later generations and tables belong to who made them."""

import json
from pathlib import Path

import pytest

from core.errors import ConfigError, RunError
from core.runs import access, access_log, jobs
from core.runs.access import NOBODY, OPERATOR, Viewer
from core.runs.draft_folder import DraftFolder
from core.runs.generation_folder import GenerationFolder
from core.runs.naming import new_run_path
from core.runs.removal import delete
from core.runs.run_folder import RunFolder, find_runs, open_job
from core.runs.titles import rename
from tests.kept_runs import generate_later, keep

ANN, BEN = Viewer("ann@example.org"), Viewer("ben@example.org")


@pytest.fixture(autouse=True)
def told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_ACCESS", "login")


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    """A finished run of Ann's with a later generation."""
    with access.acting_as(ANN):
        folder = keep(tmp_path / "hers")
        generate_later(folder)
    return folder


def logged(home: Path) -> list[tuple[str, ...]]:
    lines = map(json.loads, (home / access_log.NAME).read_text().splitlines())
    return [(line["who"], line["action"], line["run"], line.get("what", "")) for line in lines]


def test_the_owner_opens_it_and_so_does_whoever_runs_the_machine(run: RunFolder) -> None:
    for who in (ANN, OPERATOR):
        with access.acting_as(who):
            assert RunFolder.open(run.path).path == run.path
            assert [one.path for one in find_runs(run.path.parent)] == [run.path]
            assert len(run.generations()) == 1


@pytest.mark.parametrize("who", [BEN, NOBODY], ids=["another", "nobody"])
def test_to_others_it_is_as_if_it_were_not_there(run: RunFolder, who: Viewer) -> None:
    later = run.generations()[0].path
    files = {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}
    with access.acting_as(who):
        assert find_runs(run.path.parent) == []
        for path, use in [
            (run.path, RunFolder.open),
            (run.path, open_job),
            (later, open_job),
            (later, GenerationFolder.open),
            (run.path, jobs.status),
            (later, jobs.status),
            (run.path, jobs.submit),
            (run.path, jobs.cancel),
            (run.path, delete),
            (run.path, lambda path: rename(path, "mine")),
        ]:
            with pytest.raises(RunError) as refused:
                use(path)
            with pytest.raises(RunError) as missing:
                RunFolder.open(path.with_name("missing"))
            assert str(refused.value) == str(missing.value).replace("missing", path.name)
        with pytest.raises(RunError):
            RunFolder.create(run.path)
    assert {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()} == files


def test_a_run_without_an_owner_is_the_operators(run: RunFolder, tmp_path: Path) -> None:
    for name, content in [("command-line", None), ("damaged", "{"), ("empty", '{"name": ""}')]:
        keep(tmp_path / name)
        assert not (tmp_path / name / access.OWNER).exists()
        if content is not None:
            (tmp_path / name / access.OWNER).write_text(content)
        for who in (ANN, NOBODY):
            with access.acting_as(who), pytest.raises(RunError, match="is not a run folder"):
                RunFolder.open(tmp_path / name)
        assert RunFolder.open(tmp_path / name)


def test_a_table_without_a_run_is_its_owners(tmp_path: Path) -> None:
    with access.acting_as(ANN):
        draft = DraftFolder.create(tmp_path)
        draft.save(access.Owner(name="anything"))
        assert DraftFolder.find(tmp_path, draft.token) is not None
    with access.acting_as(BEN):
        assert DraftFolder.find(tmp_path, draft.token) is None


def test_nobody_makes_nothing(tmp_path: Path) -> None:
    with access.acting_as(NOBODY):
        for make in (lambda: RunFolder.create(tmp_path / "run"), lambda: DraftFolder.create(tmp_path)):
            with pytest.raises(RunError, match="Log in"):
                make()
    assert not list(tmp_path.iterdir())


def test_names_cannot_be_guessed_where_people_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(new_run_path(Path("runs"), "people").name.rpartition("-")[2]) == 32
    monkeypatch.setenv("EVENHAND_ACCESS", "open")
    assert len(new_run_path(Path("runs"), "people").name.rpartition("-")[2]) == 4


def test_open_access_asks_nobody(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_ACCESS", "open")
    monkeypatch.setattr(access, "_acting", [lambda: NOBODY])
    before = (run.path.parent / access_log.NAME).read_bytes()
    assert RunFolder.open(run.path)
    assert not (keep(run.path.parent / "another").path / access.OWNER).exists()
    assert (run.path.parent / access_log.NAME).read_bytes() == before


def test_an_unknown_way_is_refused_and_opens_nothing(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVENHAND_ACCESS", "logn")
    with pytest.raises(ConfigError, match="EVENHAND_ACCESS must be open, browser or login, not 'logn'"):
        RunFolder.open(run.path)


def test_the_owner_is_private_and_in_no_checksum(run: RunFolder) -> None:
    assert (run.path / access.OWNER).stat().st_mode & 0o777 == 0o600
    assert access.OWNER not in (run.path / "hashes.json").read_text()
    assert run.owns(access.OWNER)


def test_what_is_done_with_a_run_is_logged_without_rows(run: RunFolder) -> None:
    with access.acting_as(ANN):
        access_log.record(access_log.DOWNLOADED, run.generations()[0].path, "rows.csv")
        rename(run.path, "Loans of spring")
        delete(run.path)
    home = run.path.parent
    assert logged(home) == [
        (ANN.name, "made", "hers", ""),
        (ANN.name, "downloaded", "hers", "rows.csv"),
        (ANN.name, "renamed", "hers", ""),
        (ANN.name, "deleted", "hers", ""),
    ]
    assert (home / access_log.NAME).stat().st_mode & 0o777 == 0o600
    assert "Loans" not in (home / access_log.NAME).read_text()


def test_what_cannot_be_logged_is_not_done(run: RunFolder) -> None:
    log = run.path.parent / access_log.NAME
    log.unlink()
    log.mkdir()
    with access.acting_as(ANN), pytest.raises(OSError, match="directory"):
        delete(run.path)
    assert RunFolder.open(run.path)


def test_a_role_decides_who_sees_real_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert ANN.sees_real_rows
    monkeypatch.setenv("EVENHAND_REAL_ROWS", " ben@example.org, cleo@example.org ")
    assert [who.sees_real_rows for who in (ANN, BEN, NOBODY, OPERATOR)] == [False, True, False, True]
