"""The figures of a sweep, as SVG and PNG."""
