import json

import pytest
from typer.testing import CliRunner

from core.audit.inputs import AuditInput
from core.audit.run import audit
from core.benchmarks import clean_tables, false_alarms, verdict_rates
from core.benchmarks.clean_tables import FILE, SCHEMA, TABLE, clean_conclusions, clean_table
from core.benchmarks.markdown_page import replace_between
from core.cli.main import app
from core.data.examples import Examples
from core.downstream_classifiers import random_forest
from core.events import ignore
from core.findings.conclusions import conclude
from core.findings.finding import VerdictKind

ROWS = 300


def alarm(family="selection_rates", part=false_alarms.PRIMARY, *, told=True):
    return {"family": family, "part": part, "told": told, "figure": "original A demographic_parity_difference sex"}


def table(number, alone=(), beside=(), likely=0):
    outcomes = {
        TABLE: {"announced": 0.1, "tests": 18, "alarms": list(alone), "shown": 0, "likely": 0},
        FILE: {"announced": 0.15, "tests": 90, "alarms": list(beside), "shown": 0, "likely": likely},
    }
    return {"table": number, "seconds": 8.0, "outcomes": outcomes}


def _said(finding):
    """All of a finding but the functions that word it."""
    return finding.claim.family, finding.claim.figure, finding.verdict, finding.reason, finding.p, finding.sentence


def test_the_audit_beside_a_file_has_the_records_of_the_audit_alone(monkeypatch):
    monkeypatch.setattr(random_forest, "TREES", 10)
    found = clean_conclusions(3, ROWS)
    frame = clean_table(3, ROWS)
    train, holdout = Examples(frame.iloc[:240]), Examples(frame.iloc[240:].reset_index(drop=True))
    alone = conclude(audit(AuditInput(SCHEMA, train, holdout)), SCHEMA)
    assert [_said(one) for one in found[TABLE].findings] == [_said(one) for one in alone.findings]
    for one in found.values():  # the table alone has a check too: whether a column gives the outcome away
        assert one.announced_rate == 0.15
        assert "at most 15 % wrongly call one" in one.statement


def test_draws_of_a_table_differ_and_its_number_fixes_it():
    assert clean_table(1).equals(clean_table(1))
    assert not clean_table(1).equals(clean_table(2))
    assert not clean_table(1).equals(clean_table(1, draw=1))


def test_an_interrupted_run_goes_on(tmp_path, monkeypatch):
    file = false_alarms.path(tmp_path)
    lines = [json.dumps(table(number)) for number in range(3)]
    file.write_text("\n".join([lines[0], lines[2], lines[1][:40]]), encoding="utf-8")
    asked = []

    def audited(seeds, rows, processes, cluster):
        asked.extend(seeds)
        yield from (table(seed) for seed in seeds)

    monkeypatch.setattr(false_alarms, "_audited", audited)
    events = []
    found = false_alarms.measure(5, tmp_path, events.append)
    assert asked == [1, 3, 4]
    assert [one["table"] for one in found] == [0, 1, 2, 3, 4]
    assert sorted(false_alarms.saved(file)) == [0, 1, 2, 3, 4]
    assert [event.step for event in events] == [2, 3, 4, 5]
    asked.clear()
    assert false_alarms.measure(5, tmp_path, ignore) == found
    assert not asked


def test_the_page_has_the_share_beside_what_is_announced():
    plan = verdict_rates.Plan(out=None, command="evenhand benchmark verdicts", draws=10)
    other = alarm("leakage", false_alarms.OTHERS, told=False)
    tables = [table(0, [alarm()], [alarm(), other]), table(1, beside=[alarm(part=false_alarms.CHECKS)]), table(2)]
    alone, beside = verdict_rates.alarms_page([*tables, table(3, likely=2)], plan).split("**Table and honest file**")
    assert "| a gap anywhere | at most 10 % | 1 | 25.0 % | [4.6, 69.9] |" in alone
    assert "checks of the file" not in alone
    assert "| a gap anywhere | at most 15 % | 2 | 50.0 % |" in beside
    assert "| proven harm on the first screen |  | 0 | 0.0 % |" in beside
    assert "| likely harm on the first screen |  | 1 | 25.0 % |" in beside
    assert "| all other tests | at most 5 % | 1 | 25.0 % |" in beside
    assert "| family `leakage` |  | 1 | 25.0 % |" in beside


def test_power_rises_with_gap_and_rows_and_falls_with_the_number_of_tests():
    def found(*arguments):
        return verdict_rates.power(*arguments)[VerdictKind.GAP]

    assert found(0.2, 200, 400) > found(0.1, 200, 400) > found(0.02, 200, 400)
    assert found(0.1, 1_000, 400) > found(0.1, 200, 400)
    assert found(0.1, 1_000, 400, 30) < found(0.1, 1_000, 400)
    assert verdict_rates.power(0.02, 100_000, 400)[VerdictKind.NO_GAP] > 390
    assert found(0.0, 1_000, 2_000) <= 0.07 * 2_000


def test_both_parts_have_a_place_on_the_page(tmp_path):
    page = tmp_path / "verdicts.md"
    page.write_text(verdict_rates.PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    for marker in ("false-alarms", "power"):
        replace_between(marker, "new", page)
    assert page.read_text(encoding="utf-8").count("\n\nnew\n\n") == 2


@pytest.mark.slow
def test_the_command_audits_tables_in_processes(tmp_path):
    done = CliRunner().invoke(
        app, ["benchmark", "verdicts", "--seeds", "2", "--processes", "2", "--out", str(tmp_path)]
    )
    assert done.exit_code == 0, done.output
    assert "1 of 2: clean tables\n" in done.stderr
    assert "2 clean tables of 1,500 rows" in (tmp_path / "verdicts.md").read_text(encoding="utf-8")
    assert len(false_alarms.saved(false_alarms.path(tmp_path))) == 2
    assert clean_tables.ROWS == 1_500
