"""Calls of the services, by hand instead of by generated stubs."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Any, Dict, Iterator, Optional, Tuple, Union

import grpc

from floe.errors import ErrorKind, FloeError, from_rpc
from floe.flat import a_type
from floe.v1 import catalog_pb2, ingest_pb2, query_pb2

_MESSAGE_BYTES_MAX = 64 << 20
_RECONNECT_MS_MAX = 2_000
_ATTEMPTS = 5
_READS = frozenset(("Get", "GetStream", "DescribeTable", "ListTables", "ListTenants", "ListKeys", "Status"))
_RETRY_SECONDS = 0.2

_SERVICES = {
    "catalog": catalog_pb2.DESCRIPTOR.services_by_name["CatalogService"],
    "ingest": ingest_pb2.DESCRIPTOR.services_by_name["IngestService"],
    "query": query_pb2.DESCRIPTOR.services_by_name["QueryService"],
}


@dataclass(frozen=True)
class Endpoints:
    """Where each service listens, as host:port or any gRPC target."""

    ingest: str
    query: str
    catalog: str


def backoff(attempt: int, asked: float = 0.0) -> float:
    """Seconds to wait before the next attempt: doubling, with jitter, at least what the server asks for."""
    return max(asked, min(_RETRY_SECONDS * 2**attempt, 5.0) * random.uniform(0.5, 1.0))


class Rpc:
    """The channels of a client, and the calls over them."""

    def __init__(
        self,
        endpoints: Endpoints,
        api_key: str,
        tls: bool,
        ca_certificates: Optional[bytes],
        call_seconds: float,
    ) -> None:
        self._endpoints = endpoints
        self._credentials = grpc.ssl_channel_credentials(ca_certificates) if tls else None
        self._metadata: Tuple[Tuple[str, str], ...] = ()
        if api_key:
            self._metadata = (("authorization", f"Bearer {api_key}"),)
        self._call_seconds = call_seconds
        self._channels: Dict[str, grpc.Channel] = {}
        self._calls: Dict[str, Any] = {}
        self._closed = False
        for service, descriptor in _SERVICES.items():
            self._bind(getattr(endpoints, service), descriptor)

    def _bind(self, target: str, service: Any) -> None:
        channel = self._channel(target)
        for method in service.methods:
            streams_in = getattr(method, "client_streaming", method.name == "Append")
            streams_out = getattr(method, "server_streaming", method.name in ("Append", "Query"))
            kind = ("stream" if streams_in else "unary") + "_" + ("stream" if streams_out else "unary")
            self._calls[method.name] = getattr(channel, kind)(
                f"/{service.full_name}/{method.name}",
                # requests of streams are serialized by who sends them, once however often they are sent
                request_serializer=None if streams_in else _serialized,
                response_deserializer=_message_class(method.output_type).FromString,
            )

    def _channel(self, target: str) -> grpc.Channel:
        if target not in self._channels:
            options = [
                ("grpc.max_receive_message_length", _MESSAGE_BYTES_MAX),
                ("grpc.max_send_message_length", -1),
                ("grpc.initial_reconnect_backoff_ms", 100),
                ("grpc.min_reconnect_backoff_ms", 1_000),
                ("grpc.max_reconnect_backoff_ms", _RECONNECT_MS_MAX),
                # a connection of its own for each client, so that closing one never touches another
                ("grpc.use_local_subchannel_pool", 1),
            ]
            if self._credentials is not None:
                self._channels[target] = grpc.secure_channel(target, self._credentials, options)
            else:
                self._channels[target] = grpc.insecure_channel(target, options)
        return self._channels[target]

    def call(self, method: str, request: Any, repeatable: bool = True) -> Any:
        """One request, one response.

        What the server itself refuses for now is asked again a few times; a connection that breaks only where the
        call is ``repeatable``, for then nobody knows whether it has happened.
        """
        self._check_open()
        deadline = time.monotonic() + self._call_seconds
        attempt = 0
        while True:
            left = max(0.001, deadline - time.monotonic())
            try:
                return self._calls[method](request, metadata=self._metadata, timeout=left)
            except grpc.RpcError as e:
                failure = from_rpc(e, method in _READS)
            attempt += 1
            wait = backoff(attempt, failure.retry_after)
            again = failure.nothing_done or (failure.retryable and repeatable)
            if not again or attempt >= _ATTEMPTS or time.monotonic() + wait > deadline:
                raise failure from None
            time.sleep(wait)

    def stream(self, method: str, request: Any, timeout: Optional[float] = None) -> Any:
        """One request, many responses; the call iterates over them and raises grpc.RpcError."""
        self._check_open()
        return self._calls[method](request, metadata=self._metadata, timeout=timeout)

    def append(self, requests: Iterator[bytes], wait: bool) -> Any:
        """Serialized requests in, responses out; ``wait`` for a server, rather than fail where there is none."""
        self._check_open()
        return self._calls["Append"](requests, metadata=self._metadata, wait_for_ready=wait)

    def _check_open(self) -> None:
        if self._closed:
            raise FloeError("INVALID_ARGUMENT", "the client is closed", number=100)

    def close(self) -> None:
        self._closed = True
        for channel in self._channels.values():
            channel.close()


def _serialized(message: Any) -> bytes:
    data: bytes = message.SerializeToString()
    return data


def _message_class(descriptor: Any) -> Any:
    for module in (catalog_pb2, ingest_pb2, query_pb2):
        if hasattr(module, descriptor.name):
            return getattr(module, descriptor.name)
    raise FloeError("DEFECT", f"no generated class for {descriptor.full_name}")


def check_key(api_key: Any) -> None:
    """Refuses what can't go into a header; the message has nothing of the key."""
    if not api_key:
        return
    if not isinstance(api_key, str):
        raise FloeError("INVALID_ARGUMENT", f"api_key is {a_type(api_key)}, not a str")
    for at, sign in enumerate(api_key):
        if not "!" <= sign <= "~":
            what = "a blank or a line break" if sign.isspace() else "a sign that no key has"
            raise FloeError(
                "INVALID_ARGUMENT",
                f"the API key has {what} as character {at + 1} of {len(api_key)}",
                hint="pass the key as it was made; text out of a file needs strip()",
            )


def endpoints_of(endpoint: Union[str, Endpoints]) -> Endpoints:
    if isinstance(endpoint, Endpoints):
        return endpoint
    return Endpoints(endpoint, endpoint, endpoint)


