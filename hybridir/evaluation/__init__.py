"""Evaluation: exact ranks from one similarity pass, metrics on them, and the scores of a run."""
