"""Which of several orders stands for an arm, where only one is shown."""

from hybridir.report.study.points import Points

PREFERRED = "at random"
"""The order that is shown where an arm has several: only there is it chance which languages train."""


def preferred_parts(points: Points, benchmark: str) -> list[Points]:
    """One part per arm: the one in random order, else its first."""
    by_arm: dict[str, Points] = {}
    for part in points.parts:
        if benchmark not in part.benchmarks:
            continue
        arm, order = (part.part.arm, part.part.order) if part.part else ("", "")
        if arm not in by_arm or order == PREFERRED:
            by_arm[arm] = part
    return list(by_arm.values())
