"""Where the shared cases are."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def cases() -> Path:
    place = Path(os.environ.get("EVENHAND_CASES", Path(__file__).parents[3] / "shared" / "cases"))
    if not place.is_dir():
        pytest.skip("The shared cases are not here; set EVENHAND_CASES to their folder.")
    return place
