"""The few things that this package does with a storage account, and what its refusals mean."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    HttpResponseError,
    ResourceExistsError,
    ResourceNotFoundError,
    ServiceRequestError,
)
from azure.core.pipeline.transport import RequestsTransport
from azure.storage.blob import BlobPrefix, BlobServiceClient, ContainerClient, ContentSettings
from azure.storage.blob import ExponentialRetry as BlobRetry
from azure.storage.queue import ExponentialRetry as QueueRetry
from azure.storage.queue import QueueServiceClient

from .errors import CredentialsRefused, StorageUnavailable
from .settings import Account, Settings

#: Requests at the same time, and connections that are kept for them.
AT_ONCE = 32


@dataclass(frozen=True)
class Listed:
    """A blob, as its listing tells."""

    name: str
    metadata: Mapping[str, str]
    created_at: datetime | None
    written_at: datetime | None


@dataclass(frozen=True)
class Read:
    """A blob's bytes, and what stands beside them."""

    content: bytes
    content_type: str
    metadata: Mapping[str, str]


class Storage:
    """Containers and queue of one app. Safe for threads."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        with _told("connect to the storage"):
            self._blobs: BlobServiceClient = _open(BlobServiceClient, settings.blobs, BlobRetry)
            self._queues: QueueServiceClient = _open(QueueServiceClient, settings.queues, QueueRetry)
        for service in (self._blobs, self._queues):
            _must_answer(service.url)
        self._containers: dict[str, ContainerClient] = {}
        self._queue = self._queues.get_queue_client(settings.queue)

    @property
    def jobs(self) -> str:
        return self.settings.jobs

    @property
    def results(self) -> str:
        return self.settings.results

    @property
    def account(self) -> str:
        return str(self._blobs.account_name)

    def make(self) -> None:
        """Makes containers and queue that are missing. Who may only use them goes on: a deployment has made them."""
        for make in (
            self._container(self.jobs).create_container,
            self._container(self.results).create_container,
            self._queue.create_queue,
        ):
            self._make("make containers and queue", make)

    @staticmethod
    def _make(what: str, make: Callable[[], object]) -> None:
        try:
            with _told(what):
                make()
        except (ResourceExistsError, CredentialsRefused):
            pass

    def read(self, container: str, name: str) -> Read | None:
        """A blob in one request (of at most 32 MiB); None when there is none."""
        with _told(f"read {container}/{name}"):
            try:
                download = self._container(container).download_blob(name)
                content = download.readall()
            except ResourceNotFoundError:
                return None
        properties = download.properties
        content_type = properties.content_settings.content_type or "application/octet-stream"
        return Read(content, content_type, properties.metadata or {})

    def text(self, container: str, name: str) -> str | None:
        """A small blob's text; None when there is none."""
        found = self.read(container, name)
        return None if found is None else found.content.decode("utf-8")

    def create_once(
        self, name: str, content: bytes, content_type: str, metadata: Mapping[str, str] | None = None
    ) -> bool:
        """Writes a blob of the jobs container that must not exist yet; False when it existed, and the first one stays."""
        with _told(f"write {self.jobs}/{name}"):
            try:
                self._container(self.jobs).upload_blob(
                    name,
                    content,
                    overwrite=False,
                    metadata=None if metadata is None else dict(metadata),
                    content_settings=ContentSettings(content_type=content_type),
                )
                return True
            except ResourceExistsError:
                return False

    def list(self, prefix: str) -> Iterator[Listed]:
        """Blobs of the jobs container: one request for 5,000. None where the container does not exist yet."""
        with _told(f"list {self.jobs}/{prefix}"):
            try:
                for blob in self._container(self.jobs).list_blobs(
                    name_starts_with=prefix, include=["metadata"]
                ):
                    made = blob.creation_time or blob.last_modified
                    yield Listed(blob.name, blob.metadata or {}, made, blob.last_modified)
            except ResourceNotFoundError:
                return

    def folders(self, prefix: str) -> Iterator[str]:
        """Names of the folders of the jobs container right below a folder that begin as the prefix goes on."""
        folder = prefix[: prefix.rfind("/") + 1]
        with _told(f"list {self.jobs}/{prefix}"):
            try:
                for item in self._container(self.jobs).walk_blobs(name_starts_with=prefix, delimiter="/"):
                    if isinstance(item, BlobPrefix):
                        yield str(item.name)[len(folder) :].rstrip("/")
            except ResourceNotFoundError:
                return

    def send(self, text: str) -> None:
        """A message that lives until it is done: the default would drop it after a week."""
        with _told(f"send to the queue {self.settings.queue}"):
            self._queue.send_message(text, time_to_live=-1)

    def ask(self, text: str) -> None:
        """A message about a whole job, in the queue of its own that such messages have."""
        name = f"{self.settings.queue}-jobs"
        queue = self._queues.get_queue_client(name)
        self._make("make the queue", queue.create_queue)
        with _told(f"send to the queue {name}"):
            queue.send_message(text, time_to_live=-1)

    def close(self) -> None:
        self._blobs.close()
        self._queues.close()

    def _container(self, name: str) -> ContainerClient:
        if name not in self._containers:
            self._containers[name] = self._blobs.get_container_client(name)
        return self._containers[name]


def _open(service: Any, account: Account, retry: Any) -> Any:
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, requests.adapters.HTTPAdapter(pool_maxsize=AT_ONCE))
    options = {
        "transport": RequestsTransport(session=session),
        "retry_policy": retry(initial_backoff=0.5, increment_base=2, retry_total=5),
    }
    if account.connection_string is not None:
        return service.from_connection_string(account.connection_string, **options)
    # Loaded only where an identity is used: it takes as long as everything else.
    from azure.identity import DefaultAzureCredential

    identity = {"managed_identity_client_id": account.client_id} if account.client_id else {}
    return service(account.url, credential=DefaultAzureCredential(**identity), **options)


def _must_answer(address: str) -> None:
    """Fails at once where nothing listens: the library would try for half a minute. Behind a proxy nothing can be said."""
    if any(os.environ.get(name) for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy")):
        return
    url = urlsplit(address)
    port = url.port or (80 if url.scheme == "http" else 443)
    try:
        socket.create_connection((url.hostname or "", port), timeout=5).close()
    except OSError as error:
        raise StorageUnavailable(
            f"Cannot reach the storage account at {url.scheme}://{url.netloc}: {error.strerror or error}. Start it "
            "(`npm run dev` starts one here), or correct AZURE_STORAGE_CONNECTION_STRING or MODELOPS_AZURE_STORAGE_ACCOUNT."
        ) from error


@contextmanager
def _told(what: str) -> Iterator[None]:
    """Says what a refusal of the storage means for whoever asked. What is there already, or missing, is the caller's."""
    try:
        yield
    except (ResourceExistsError, ResourceNotFoundError):
        raise
    except ClientAuthenticationError as error:
        raise CredentialsRefused(
            f"Cannot {what}: the storage account does not accept who asks ({_first_line(error)}). Log in again (`az login`), "
            "or renew the key or signature in AZURE_STORAGE_CONNECTION_STRING."
        ) from error
    except HttpResponseError as error:
        if error.status_code == 403:
            raise CredentialsRefused(
                f"Cannot {what}: the storage account refuses it ({_first_line(error)}). Its clock, key, signature or role: "
                "renew what has expired, or ask for Storage Blob Data Contributor and Storage Queue Data Message Sender."
            ) from error
        raise StorageUnavailable(
            f"Cannot {what}: the storage account answered: {_first_line(error)}"
        ) from error
    except ServiceRequestError as error:
        raise StorageUnavailable(
            f"Cannot {what}: the storage account does not answer ({_first_line(error)}). Try again when it does."
        ) from error
    except (AzureError, ValueError) as error:
        raise StorageUnavailable(f"Cannot {what}: {_first_line(error)}") from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
