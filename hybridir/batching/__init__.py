"""Batching: which rows make the global batch of every step, as a pure function (law 1)."""
