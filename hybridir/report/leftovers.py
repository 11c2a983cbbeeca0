"""Files of an earlier report that a new one no longer makes: a table of an arm that the sweep has no more."""

from collections.abc import Collection
from pathlib import Path

from hybridir.files import write_atomic


def remove_leftovers(folder: Path, written: Collection[Path]) -> None:
    """Remove the files that an earlier report wrote to `folder` and that are not among those `written` now.

    What a report wrote, a hidden list beside the folder says (`.tables` for `tables`); all other files stay.
    """
    known, names = folder.with_name(f".{folder.name}"), {path.name for path in written}
    earlier = known.read_text(encoding="utf8").splitlines() if known.is_file() else []
    stale = {folder / Path(line).name for line in earlier if Path(line).name not in names}
    for path in filter(Path.is_file, stale):
        path.unlink()
    write_atomic(known, "".join(f"{name}\n" for name in sorted(names)))
