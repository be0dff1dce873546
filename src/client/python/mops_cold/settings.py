"""Where the storage is: the same environment variables as the command line tool has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from .errors import ConfigurationError

# Azurite's one well-known account; it opens nothing but that process.
_development = (
    "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;"
    "AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;"
    "BlobEndpoint=http://127.0.0.1:10000/devstoreaccount1;QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1;"
)


@dataclass(frozen=True)
class Account:
    """A storage service, by connection string or by the address that an identity reaches it at."""

    connection_string: str | None = None
    url: str | None = None
    client_id: str | None = None

    def __repr__(self) -> str:
        return f"Account({self.url or 'by connection string'})"  # a connection string holds a key


@dataclass(frozen=True)
class Settings:
    """Accounts, and the names of containers and queue in them."""

    blobs: Account
    queues: Account
    results: str = "results"
    jobs: str = "jobs"
    queue: str = "simulation-tasks"

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """The settings in an environment; an empty value counts as absent.

        Raises ConfigurationError when they name no storage, or two.
        """
        given = {name: value for name, value in env.items() if value != ""}
        blobs = _blobs(given)
        return cls(
            blobs=blobs,
            queues=_queues(given, blobs),
            results=_name(given, "MODELOPS_AZURE_CONTAINER", "results"),
            jobs=_name(given, "MODELOPS_JOBS_CONTAINER", "jobs"),
            queue=_name(given, "MODELOPS_QUEUE_NAME", "simulation-tasks"),
        )


def _blobs(env: Mapping[str, str]) -> Account:
    connection = env.get("AZURE_STORAGE_CONNECTION_STRING")
    account = env.get("MODELOPS_AZURE_STORAGE_ACCOUNT")
    if connection is not None:
        connection = _expanded(connection)
        named = re.search(r"(?:^|;)AccountName=([^;]+)", connection, re.IGNORECASE)
        if account and named and _account_name(account) != named[1]:
            raise ConfigurationError(
                f'AZURE_STORAGE_CONNECTION_STRING names the account "{named[1]}" and MODELOPS_AZURE_STORAGE_ACCOUNT '
                f'"{_account_name(account)}": remove one of them.'
            )
        return Account(connection_string=connection)
    if account is None:
        raise ConfigurationError(
            "Cannot connect: no storage is set. Set AZURE_STORAGE_CONNECTION_STRING, or MODELOPS_AZURE_STORAGE_ACCOUNT "
            "to use an identity (`az login`); `npm run dev` has storage here, and prints the line that sets it."
        )
    url = account.rstrip("/") if "://" in account else f"https://{account}.blob.core.windows.net"
    return Account(url=url, client_id=env.get("AZURE_CLIENT_ID"))


def _queues(env: Mapping[str, str], blobs: Account) -> Account:
    """As the Functions host finds it: the setting that MODELOPS_QUEUE_CONNECTION names, else the account of the blobs."""
    name = env.get("MODELOPS_QUEUE_CONNECTION", "AzureWebJobsStorage")
    connection = env.get(name) or env.get(f"AzureWebJobs{name}")
    if connection is not None:
        return Account(connection_string=_expanded(connection))
    account = env.get(f"{name}__accountName")
    url = env.get(f"{name}__queueServiceUri") or (account and f"https://{account}.queue.core.windows.net")
    if url:
        return Account(url=url, client_id=env.get(f"{name}__clientId"))
    if blobs.url is None:
        return blobs
    return Account(url=blobs.url.replace(".blob.", ".queue."), client_id=blobs.client_id)


def _expanded(connection: str) -> str:
    return _development if re.search(r"UseDevelopmentStorage=true", connection, re.IGNORECASE) else connection


def _account_name(account: str) -> str:
    return (urlsplit(account).hostname or account).split(".")[0] if "://" in account else account


def _name(env: Mapping[str, str], variable: str, default: str) -> str:
    name = env.get(variable, default)
    if re.fullmatch(r"[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]", name) is None:
        raise ConfigurationError(
            f'{variable} is "{name}": it must be 3 to 63 lower-case letters, digits and single hyphens.'
        )
    return name
