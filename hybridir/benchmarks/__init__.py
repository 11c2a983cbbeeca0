"""Benchmarks: queries, passages and relevance per language, each read from its released files."""
