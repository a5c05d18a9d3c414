import io

from rich.console import Console

from core.events import Event
from core.report.output import console
from tests.core.report.samples import concluded, sample_records


def printed(tables, said=()):
    stream = io.StringIO()
    console.show(tables, said, console=Console(file=stream, width=160))
    return stream.getvalue()


def test_the_overview_has_what_a_shell_needs():
    text = printed(console.overview(concluded(sample_records())))
    for part in (
        "balanced accuracy",
        "chance limit",
        "0.978 [0.948, 1.000]",
        "undefined",
        "column shapes",
        "distance share",
    ):
        assert part in text


def test_every_verdict_is_listed_gaps_first():
    table = next(one for one in console.overview(concluded(sample_records())) if "verdict" in one.header)
    words = [row[table.header.index("verdict")].text for row in table.rows]
    assert {"gap found", "no gap beyond the margin"} <= set(words)
    assert words[0] == "gap found"
    assert words == sorted(words, key=words.index)


def test_names_from_the_data_are_no_markup():
    text = printed(console.overview(concluded(sample_records(sensitive="[red]sex[/red]"))), ["[bold]x[/bold]"])
    assert "[red]sex[/red]" in text
    assert "[bold]x[/bold]" in text


def test_findings_are_sentences():
    assert any("178 [" in sentence for sentence in concluded(sample_records()).sentences)


def test_progress_says_each_stage_once_without_a_terminal(capsys):
    with console.progress() as listener:
        for step in range(3):
            listener(Event("teacher", step, 2, message="Learning."))
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("teacher") == 1


def test_progress_draws_bars_on_a_terminal(monkeypatch):
    stream = io.StringIO()
    made = Console(file=stream, force_terminal=True, width=100)
    monkeypatch.setattr(console, "Console", lambda **_: made)
    with console.progress() as listener:
        listener(Event("teacher", 1, 2, losses={"kl": 0.5}, seconds_left=3.0))
        listener(Event("teacher", 2, 2))
    assert "teacher" in stream.getvalue()
    assert "100 %" in stream.getvalue()


def test_a_label_is_not_broken_within_a_word():
    """In 80 columns, "always-the-same guess" was printed as "always-the-sa" and "me guess"."""
    stream = io.StringIO()
    terminal = Console(file=stream, width=80, force_terminal=True, no_color=True)
    console.show(console.overview(concluded(sample_records())), console=terminal)
    assert "always-the-same" in stream.getvalue()
    assert "always-the-sa\n" not in stream.getvalue()
