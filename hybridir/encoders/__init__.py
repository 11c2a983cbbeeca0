"""Encoders: text to unit vectors, saved in the layout of sentence-transformers."""
