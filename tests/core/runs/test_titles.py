import pytest

from core.errors import ConfigError
from core.runs.run_folder import RunFolder
from core.runs.titles import MAX_TITLE, read_title, rename, run_name


@pytest.fixture
def folder(tmp_path):
    return RunFolder.create(tmp_path / "run")


def test_a_title_stands_beside_the_name_which_stays(folder):
    assert (read_title(folder), run_name(folder)) == ("", "run")
    assert rename(folder.path, "  Loans,\n spring  *2026* ") == "Loans, spring *2026*"
    assert read_title(RunFolder.open(folder.path)) == "Loans, spring *2026*"
    assert run_name(folder) == "Loans, spring *2026* (run)"


def test_a_blank_title_takes_it_away(folder):
    rename(folder.path, "Loans")
    assert rename(folder.path, " ") == ""
    assert read_title(folder) == ""
    assert not folder.title.exists()


@pytest.mark.parametrize("text", ["x" * (MAX_TITLE + 1), "a\x1b[31mb", "a\u202eb"], ids=["long", "escape", "reversed"])
def test_a_title_that_is_long_or_not_plain_is_refused_and_the_old_one_stays(folder, text):
    rename(folder.path, "Loans")
    with pytest.raises(ConfigError, match="The title cannot be kept"):
        rename(folder.path, text)
    assert read_title(folder) == "Loans"


def test_a_title_has_no_checksum_and_is_not_inherited_by_the_next_run_in_the_place(folder):
    rename(folder.path, "Loans")
    folder.checksums.record()
    assert "title.json" not in folder.checksums.recorded()
    assert read_title(RunFolder.create(folder.path)) == ""
