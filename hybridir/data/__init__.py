"""Pairs: questions and the passages that answer them, read once and kept as memory-mapped Arrow."""
