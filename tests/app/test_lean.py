import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
WALK = """
import sys
from pathlib import Path

from streamlit.testing.v1 import AppTest

app = AppTest.from_file("app.py", default_timeout=60)
app.query_params["run"] = "small"
app.run()
for path in sorted(Path("pages").glob("*.py")):
    app.switch_page(f"pages/{path.name}").run()
    assert not app.exception, (path.name, app.exception[0].message)
print("torch" in sys.modules, "shap" in sys.modules, "umap" in sys.modules)
"""


def test_no_page_imports_what_only_training_needs(finished):
    environment = {**os.environ, "EVENHAND_RUNS": str(finished.parent)}
    walked = subprocess.run(  # noqa: S603  # fixed words
        [sys.executable, "-c", WALK], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert walked.returncode == 0, walked.stderr
    assert walked.stdout.strip() == "False False False"
