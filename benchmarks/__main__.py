"""All benchmarks one after the other, each in a process of its own, and one table of what came out.

    python -m benchmarks [NAME ...]

Exits with 1 where a benchmark itself fails; a goal that is not met is printed, and no failure.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.ratios import Row, print_rows

SHARED = ("__init__", "__main__", "pairs", "ratios", "real_text")


def main() -> int:
    known = sorted(path.stem for path in Path(__file__).parent.glob("*.py") if path.stem not in SHARED)
    wanted = sys.argv[1:] or known
    unknown = sorted(set(wanted) - set(known))
    if unknown:
        print(f"{unknown[0]!r} is no benchmark: there are {', '.join(known)}.", file=sys.stderr)
        return 2
    rows, failed = list[Row](), list[str]()
    with tempfile.TemporaryDirectory() as folder:
        for name in wanted:
            print(f"== {name}", flush=True)
            kept = Path(folder) / f"{name}.json"
            if subprocess.run(
                [sys.executable, "-m", f"benchmarks.{name}", "--json", str(kept)], check=False
            ).returncode:
                failed.append(name)
            else:
                rows += [Row(**row) for row in json.loads(kept.read_text(encoding="utf8"))]
    print_rows(rows)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
