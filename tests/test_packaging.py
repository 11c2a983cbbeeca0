import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_the_wheel_carries_configuration_and_sweeps(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("conf", "sweeps"):
        here = {path.relative_to(ROOT).as_posix() for path in (ROOT / folder).rglob("*.yaml")}
        assert here and {f"hybridir/{name}" for name in here} <= names
    assert "hybridir/languages/catalog.csv" in names
    assert {f"hybridir/report/page/templates/page.{kind}" for kind in ("html", "css", "js")} <= names
    assert not any(name.startswith(("tests/", "runs/", "results/")) for name in names)
