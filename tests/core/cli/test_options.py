import subprocess
import sys

import pytest
from typer.testing import CliRunner

from core import pipeline
from core.cli.main import app
from core.cli.options import parse_bin_edges, shares
from core.data.holdout_fraction import HOLDOUT_FRACTION
from core.data.sources.catalog import BUILT_IN
from core.errors import ConfigError
from core.pipeline import RunResult


@pytest.fixture
def shell():
    return CliRunner()


def test_help_names_every_built_in_dataset_and_the_default_without_pandas():
    script = (
        "import sys; from core.cli import options as o; print(o.Data.__metadata__[0].help, "
        "o.HoldoutFraction.__metadata__[0].help, 'pandas' in sys.modules)"
    )
    said = subprocess.run(  # noqa: S603  # our own line
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout
    assert f"built-in name: {', '.join(BUILT_IN)}." in said
    assert f"default {HOLDOUT_FRACTION:g}." in said
    assert said.strip().endswith("False")


@pytest.mark.parametrize("text", ["age", "age=", "=3", "age=a,b"])
def test_cut_points_that_are_none_are_said(text):
    with pytest.raises(ConfigError, match="age=25,40,60"):
        parse_bin_edges([text])


def test_the_decimal_mark_is_given_where_numbers_could_be_two(shell, tmp_path):
    lines = "".join(f"{1 + n % 9},{n % 7}{n % 5}5\t{'fm'[n % 2]}\t{n % 3 % 2}\n" for n in range(120))
    (tmp_path / "pay.tsv").write_text(f"pay\tsex\thired\n{lines}")
    asked = ["audit", str(tmp_path / "pay.tsv"), "--pictures", "none", "--target", "hired", "--sensitive", "sex"]
    told = shell.invoke(app, [*asked, "--out", str(tmp_path / "a")])
    assert told.exit_code == 0
    assert "or as decimal_mark" in told.output.replace("\n", " ")
    assert shell.invoke(app, [*asked, "--decimal-mark", ",", "--out", str(tmp_path / "b")]).exit_code == 0
    assert '"decimal": ","' in (tmp_path / "b" / "schema.json").read_text(encoding="utf-8").replace('":"', '": "')
    assert shell.invoke(app, [*asked, "--decimal-mark", ";"]).exit_code == 2


@pytest.mark.parametrize("text", ["Female", "Female=", "=0.5", "Female=half"])
def test_shares_that_are_none_are_said(text):
    with pytest.raises(ConfigError, match=r"Female=0\.5"):
        shares([text])


@pytest.mark.parametrize("value", ["0", "1.5", "-1", "nan"])
def test_a_target_out_of_its_range_names_the_option(shell, tmp_path, value):
    result = shell.invoke(app, ["run", "demo", "--target-dpr", value, "--out", str(tmp_path / "run")])
    assert result.exit_code == 2
    assert "--target-dpr" in result.stderr
    assert "above 0 and at most 1" in result.stderr.replace("\n", " ")
    assert not (tmp_path / "run").exists()


def test_a_target_without_the_channel_is_one_sentence(shell, tmp_path):
    given = ["run", "demo", "--target-dpr", "0.9", "--label-channel", "off", "--out", str(tmp_path / "run")]
    result = shell.invoke(app, given)
    assert result.exit_code == 1
    assert "Give --label-channel attribute_blind, or leave --target-dpr out." in result.stderr
    assert not (tmp_path / "run").exists()


def test_options_of_images_reach_the_data(shell, monkeypatch):
    given = []
    monkeypatch.setattr(
        pipeline,
        "audit_dataset",
        lambda dataset, *_, **__: given.append(dataset) or RunResult(None, [], [], dataset.schema),
    )
    result = shell.invoke(app, ["audit", "color-digits", "--bias", "0.5", "--image-size", "8", "--seed", "4"])
    assert result.exit_code == 0, result.stderr
    (dataset,) = given
    assert dataset.attachments.size == (8, 8)
    assert "50 %" in dataset.notes[0]
    assert "seed 4" in dataset.notes[0]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--bias", "0.5"], "A bias goes with color-digits"),
        (["--image-size", "32"], "An image size goes with images only"),
        (["--labels", "l.csv"], "A file of labels goes with a zip of images only"),
    ],
)
def test_options_of_images_are_refused_for_a_table(shell, options, said):
    result = shell.invoke(app, ["audit", "demo", *options])
    assert result.exit_code == 1
    assert said in result.stderr


def test_the_url_of_a_database_asks_for_a_query(shell):
    result = shell.invoke(app, ["audit", "sqlite:///people.db"])
    assert result.exit_code == 1
    assert "Give another DATA, or give --sql." in result.output


def test_a_query_is_read_from_a_database(shell, tmp_path):
    pytest.importorskip("sqlalchemy")
    url = f"sqlite:///{tmp_path / 'people.db'}"
    for command in (["audit"], ["run", "--out", str(tmp_path / "run")], ["thresholds"]):
        result = shell.invoke(app, [*command, url, "--sql", "SELECT 1 FROM people"])
        assert "'people.db' cannot answer the query (OperationalError)" in result.output, command
        assert "Give another --sql." in result.output
