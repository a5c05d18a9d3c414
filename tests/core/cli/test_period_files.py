import pytest

from core.cli.period_files import period_files
from core.errors import ConfigError


def test_a_period_has_the_name_of_its_file_or_one_of_its_own(tmp_path):
    odd = tmp_path / "a=b.csv"
    odd.touch()
    found = period_files(["x/2024.csv", "before=x/old.csv", str(odd)])
    assert {name: str(path) for name, path in found.items()} == {
        "2024": "x/2024.csv",
        "before": "x/old.csv",
        "a=b": str(odd),
    }


def test_two_periods_of_one_name_are_refused():
    with pytest.raises(ConfigError, match="Two periods are named 'decided'"):
        period_files(["2024/decided.csv", "2025/decided.csv"])
