"""The report of a sweep, from nothing but what `gather` wrote: `study` reads it, `whole` writes all of it.

Imports go one way: study, then sheets and plots, then answer, then page; `captions` and `wording` serve them all.
"""
