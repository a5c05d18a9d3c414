import pytest

from core.audit.data_kind import Tabular


@pytest.fixture(scope="session", autouse=True)
def no_refits_by_default():
    """Audits in tests train each classifier once. Tests of refits ask for them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tabular, "refits", 0)
        yield
