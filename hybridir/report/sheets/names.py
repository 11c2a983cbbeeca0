"""What the tables of a part of a sweep are called."""

from hybridir.report.study.points import Points


def sheet_name(kind: str, part: Points, benchmark: str) -> str:
    """`scaling_xquad_r`, or `scaling_xquad_r_fixed-total-3800-at-random` where a sweep has several parts."""
    return "_".join([kind, benchmark, *([part.part.slug] if part.part else [])])


def where(part: Points, benchmark: str) -> str:
    """`xquad_r`, with the arm and order where a sweep has several parts."""
    return "; ".join([benchmark, *([part.part.name] if part.part else [])])
