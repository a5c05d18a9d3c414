import pytest

from core.events import Event
from core.pipeline.time_left import Progress, progress, timed, usual_seconds
from core.runs.run_folder import RunFolder
from core.runs.state import Status

STAGES = ["teacher", "labels", "audit"]
USUAL = {"teacher": 10.0, "codebook": 2.0, "labels": 8.0, "audit": 20.0}


@pytest.fixture
def run(tmp_path, saved_schema):
    def make(name: str, seconds: dict[str, float], status: Status = Status.DONE, **config: object) -> RunFolder:
        folder = RunFolder.create(tmp_path / name)
        folder.config.save({"preset": "fast", "method": "evenhand", **config})
        folder.schema.save(saved_schema)
        folder.stage_seconds.save(seconds)
        folder.job.update_state(status=status)
        return folder

    return make


@pytest.fixture(scope="module")
def saved_schema():
    from core.data.sources.load import load

    return load("demo", rows=50).schema


def test_without_an_earlier_run_nothing_is_estimated():
    found = progress(STAGES, [Event("teacher", 3, 10, seconds_left=5.0)], {}, {})
    assert found == Progress(1, 3)


def test_later_stages_take_as_much_longer_as_the_current_one():
    # half of the first stage is left and takes 10 s, so this run is twice as slow as the earlier one
    found = progress(STAGES, [Event("teacher", 5, 10, seconds_left=10.0)], {}, USUAL)
    assert found.share == pytest.approx(5 / 40)
    assert found.seconds_left == pytest.approx(10 + 2 * (2 + 8 + 20))


def test_finished_stages_set_the_pace():
    events = [Event("teacher", 10, 10), Event("codebook", 1, 1), Event("labels", 2, 4)]
    found = progress(STAGES, events, {"teacher": 5.0, "codebook": 1.0}, USUAL)
    assert (found.position, found.count) == (2, 3)
    assert found.share == pytest.approx((12 + 4) / 40)
    assert found.seconds_left == pytest.approx(0.5 * (4 + 20))


def test_the_time_left_falls_and_the_share_rises_to_the_end():
    events, taken, seen = [], {}, []
    for stage, seconds in USUAL.items():
        for step in range(11):
            events.append(Event(stage, step, 10, seconds_left=seconds * (10 - step) / 10))
            seen.append(progress(STAGES, events, taken, USUAL))
        taken[stage] = seconds
    left, shares = [one.seconds_left for one in seen], [one.share for one in seen]
    assert left == sorted(left, reverse=True)
    assert shares == sorted(shares)
    assert (left[-1], shares[-1]) == (pytest.approx(0), pytest.approx(1))


def test_the_newest_finished_run_of_the_same_kind_counts(run):
    mine = run("mine", {}, Status.RUNNING)
    earlier = [
        mine,
        run("running", USUAL, Status.RUNNING),
        run("other", USUAL, preset="default"),
        run("short", {"teacher": 1.0}),
        run("newer", {name: 2 * value for name, value in USUAL.items()}),
        run("older", USUAL),
    ]
    assert usual_seconds(mine, STAGES, earlier) == {name: 2 * value for name, value in USUAL.items()}
    assert usual_seconds(mine, STAGES, earlier[:4]) == {}


def test_the_seconds_of_a_stage_are_kept_when_it_ends(run):
    folder = run("mine", {"teacher": 3.0}, Status.RUNNING)
    heard = []
    listener = timed(folder, heard.append)
    listener(Event("labels", 0, 2))
    assert set(folder.stage_seconds.read()) == {"teacher"}
    listener(Event("labels", 2, 2))
    assert set(folder.stage_seconds.read()) == {"teacher", "labels"}
    assert folder.stage_seconds.read()["teacher"] == 3.0
    assert len(heard) == 2
