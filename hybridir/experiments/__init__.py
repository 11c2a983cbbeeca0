"""Experiments: a run, its folder on disk, sweeps of many runs, and the workers that carry them out."""
