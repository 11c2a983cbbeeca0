"""Tables and plots of a sweep, from nothing but its `results.csv` and `plan.json`."""
