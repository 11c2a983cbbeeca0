"""The tables of a sweep, as Markdown, CSV and LaTeX."""
