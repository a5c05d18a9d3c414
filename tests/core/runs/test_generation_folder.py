import pandas as pd
import pytest

from core.errors import RunError
from core.runs.generation_folder import GenerationFolder
from core.runs.run_folder import RunFolder, open_job
from core.runs.state import Status


@pytest.fixture
def generation(tmp_path):
    run = RunFolder.create(tmp_path / "run")
    return GenerationFolder.create(run.path, {"rows": 3})


def test_a_generation_is_queued_and_found_by_its_run(generation, tmp_path):
    (found,) = RunFolder.open(tmp_path / "run").generations()
    assert found.path == generation.path
    assert (found.request.read(), found.job.state().status) == ({"rows": 3}, Status.QUEUED)
    assert (found.run, found.queue_folder) == (tmp_path / "run", tmp_path)


def test_a_job_is_opened_as_what_it_is(generation, tmp_path):
    assert isinstance(open_job(generation.path), GenerationFolder)
    assert isinstance(open_job(tmp_path / "run"), RunFolder)
    with pytest.raises(RunError, match="not a run folder"):
        open_job(tmp_path)


def test_a_generation_that_is_done_cannot_be_resumed(generation):
    generation.check_resumable()
    generation.job.update_state(status=Status.DONE)
    with pytest.raises(RunError, match="is finished"):
        generation.check_resumable()


def test_a_removed_generation_leaves_nothing_but_what_others_put_there(generation):
    generation.synthetic.save(pd.DataFrame({"a": [1]}))
    generation.notes.save(["One."])
    (generation.path / "sign-off.txt").write_text("seen")
    generation.remove()
    assert [path.name for path in generation.path.iterdir()] == ["sign-off.txt"]
    assert not GenerationFolder.is_generation(generation.path)


def test_an_empty_folder_is_removed_with_its_generation(generation):
    generation.remove()
    assert not generation.path.exists()
