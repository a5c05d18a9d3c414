from core.benchmarks import stage_times
from core.benchmarks.stage_times import StageTimes
from core.events import Event


def test_a_stage_ends_with_the_first_event_of_the_next_and_is_added_up(monkeypatch):
    clock = iter([0.0, 1.0, 3.0, 7.0, 8.0])
    monkeypatch.setattr(stage_times.time, "perf_counter", lambda: next(clock))
    times = StageTimes()
    for stage in ("teacher", "teacher", "student", "teacher"):
        times(Event(stage, 0, 1))
    assert times.seconds() == {"prepare": 1.0, "teacher": 2.0 + 1.0, "student": 4.0}
