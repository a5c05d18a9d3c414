from core.app.job_monitor import how_it_ended
from core.errors import Problem, give
from core.runs.state import State, Status


def test_a_failed_run_says_what_would_mend_it_in_the_words_of_the_pages():
    problem = Problem("Outcome repair needs more rows.", "label_channel", (give("label_channel", "off"),))
    state = State(status=Status.FAILED, message="In other words.", started="x", problem=problem)
    said = how_it_ended(state)
    assert said.startswith(
        "It stopped because of a problem. Outcome repair needs more rows. Set “Outcome repair” to “Off"
    )
    assert "In other words" not in said


def test_a_run_that_failed_otherwise_says_what_it_left():
    said = how_it_ended(State(status=Status.FAILED, message="Unexpected KeyError.", started="x"))
    assert said == "It stopped because of a problem. Unexpected KeyError."
