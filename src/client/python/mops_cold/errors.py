"""What this package raises. Every message says what could not be done, what is the case, and what to do."""

from __future__ import annotations


class MopsColdError(Exception):
    """Anything that this package could not do."""


class ConfigurationError(MopsColdError):
    """The environment does not say where the storage is, or says it twice."""


class StorageUnavailable(MopsColdError):
    """Nothing answers where the storage is said to be."""


class CredentialsRefused(MopsColdError):
    """The storage does not let in whoever asks: expired, revoked, or without the role."""


class InvalidTask(MopsColdError, ValueError):
    """A task that the app would refuse."""


class JobExists(MopsColdError):
    """There is another job of the same name, with other tasks."""


class SubmissionStopped(MopsColdError):
    """A submission ended before all of its messages were sent; its message says how to go on."""


class NotFound(MopsColdError, LookupError):
    """There is no such job, run, task or output."""


class UnreadableOutput(MopsColdError, ValueError):
    """An output that is damaged, cut off, or no table."""


class BundleNotPushed(MopsColdError):
    """A folder could not be stored as a bundle."""


class MissingPackage(MopsColdError, ImportError):
    """What was asked for needs a package that is not installed here."""


class SimulationFailed(MopsColdError):
    """A task ended without a result."""

    def __init__(
        self, task_id: str, outcome: str, reason: str, error_type: str = "", traceback: str = ""
    ) -> None:
        super().__init__(task_id, outcome, reason, error_type, traceback)
        self.task_id = task_id
        self.outcome = outcome
        self.reason = reason
        self.error_type = error_type
        self.traceback = traceback

    def __str__(self) -> str:
        tail = f"\n{self.traceback.rstrip()}" if self.traceback else ""
        return f"Task {self.task_id} ended as {self.outcome}: {self.reason}{tail}"


class OutputWarning(UserWarning):
    """A table that does not hold what one might think: tasks are left out, columns differ, a value is NaN."""
