"""What a failed run leaves for those who come later: why it failed, as data that each front end words."""

import pytest

from core.errors import ConfigError, Problem, give
from core.runs.locks import record_result
from core.runs.run_folder import RunFolder
from core.runs.state import State, Status


def test_a_failure_that_can_be_mended_is_kept_as_data_until_the_run_goes_on(tmp_path):
    folder = RunFolder.create(tmp_path / "run")
    error = ConfigError("It needs more rows.", field="label_channel", remedies=[give("label_channel", "off")])
    with pytest.raises(ConfigError), record_result(folder):
        raise error
    state = RunFolder.open(tmp_path / "run").job.state()
    assert (state.status, state.problem) == (Status.FAILED, error.problem)
    assert state.message == "It needs more rows. Pass label_channel='off'."
    assert folder.job.update_state(status=Status.RUNNING, message="").problem is None


def test_another_failure_has_no_problem_to_mend(tmp_path):
    folder = RunFolder.create(tmp_path / "run")
    with pytest.raises(ZeroDivisionError), record_result(folder):
        raise ZeroDivisionError
    assert folder.job.state().problem is None
    assert "ZeroDivisionError" in folder.job.state().message


def test_a_state_from_before_problems_were_kept_is_read():
    assert State.model_validate({"status": "failed", "started": "x", "message": "Why."}).problem is None
    kept = {"status": "failed", "started": "x", "problem": {"sentence": "Why.", "field": "seed", "remedies": []}}
    assert State.model_validate(kept).problem == Problem("Why.", "seed")
