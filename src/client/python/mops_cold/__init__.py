"""ModelOps Cold Functions from Python: sweeps of simulations, each in a fresh process in Azure, and their results as DataFrames.

>>> from mops_cold import Client
>>> client = Client.from_env()
>>> job = client.submit("./model", "my_model.seir/baseline", [{"beta": 0.2}, {"beta": 0.3}], replicates=10)
>>> job.watch()
>>> job.output("incidence")
"""

from ._version import __version__
from .aio import AsyncClient, AsyncJob, AsyncSimulation
from .client import Client
from .errors import (
    BundleNotPushed,
    ConfigurationError,
    CredentialsRefused,
    InvalidTask,
    JobExists,
    MissingPackage,
    MopsColdError,
    NotFound,
    OutputWarning,
    SimulationFailed,
    StorageUnavailable,
    SubmissionStopped,
    UnreadableOutput,
)
from .job import Job, Task
from .service import SimulationService
from .settings import Account, Settings
from .simulation import Simulation, SimulationExecutor
from .status import Status

__all__ = [
    "Account",
    "AsyncClient",
    "AsyncJob",
    "AsyncSimulation",
    "BundleNotPushed",
    "Client",
    "ConfigurationError",
    "CredentialsRefused",
    "InvalidTask",
    "Job",
    "JobExists",
    "MissingPackage",
    "MopsColdError",
    "NotFound",
    "OutputWarning",
    "Settings",
    "Simulation",
    "SimulationExecutor",
    "SimulationFailed",
    "SimulationService",
    "Status",
    "StorageUnavailable",
    "SubmissionStopped",
    "Task",
    "UnreadableOutput",
    "__version__",
]
