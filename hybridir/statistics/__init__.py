"""Uncertainty, tests and curves: pure functions of arrays, each tested against simulated data of known truth."""
