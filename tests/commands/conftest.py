"""The cache of tiny worlds, shared with the tests of experiments."""

from tests.experiments.conftest import cache

__all__ = ["cache"]
