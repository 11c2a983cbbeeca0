"""The two ways in which hybridir fails on purpose; each carries its exit code."""


class UserError(Exception):
    """The request was wrong: one sentence that names the value, what is allowed and what to do."""

    exit_code = 2


class RunFailed(Exception):
    """A run started and could not finish; the sentence says why and what to try."""

    exit_code = 1
