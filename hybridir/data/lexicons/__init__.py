"""Bilingual lexicons from English: which there are, how they are read, and how a word is looked up."""
