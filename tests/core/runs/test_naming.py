from core.runs.naming import new_run_path


def test_names_are_plain_stay_inside_and_never_repeat(tmp_path):
    hostile = ["../../etc/passwd", "Über Tisch.csv", "", "a" * 300, ".."]
    found = [new_run_path(tmp_path, name) for name in hostile * 3]
    assert len({path.name for path in found}) == len(found)
    assert all(path.parent == tmp_path for path in found)
    assert all(path.name.replace("-", "").isalnum() and len(path.name) < 80 for path in found)
