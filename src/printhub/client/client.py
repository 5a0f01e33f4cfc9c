"""The client: typed questions and answers, batches of events, and the feed of changes as an iterator."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

from pydantic import TypeAdapter
from requests import Session

from printhub.client.exchange import Exchange
from printhub.core.model.envelope import Event
from printhub.shapes.event import ReceiptShown
from printhub.shapes.explanation import ExplanationShown
from printhub.shapes.job import JobFoundLine, JobLine, JobShown
from printhub.shapes.order import OrderAsked, OrderShown

_STRUCTURED = "application/cloudevents+json"
_BATCH = "application/cloudevents-batch+json"
_LARGEST_BATCH = 1000
_PAGE = 200
_LARGEST_BODY = 4 * 2**20
"""Bytes of a batch: well below what a hub takes in unless it is told otherwise."""
_receipts: TypeAdapter[list[ReceiptShown]] = TypeAdapter(list[ReceiptShown])


@dataclass(frozen=True, slots=True)
class Change:
    """One change; going on after `cursor` brings what follows it."""

    cursor: str
    event: Event


class HubClient:
    """A hub, as a storefront knows it; for one thread at a time.

    Everything may be tried again, and is, where the hub does not answer or asks for patience: events are taken in
    once under their id, acts once under a key. All methods raise HubRefused and HubUnreachable.

    >>> with HubClient("https://hub.example", token) as hub:  # doctest: +SKIP
    ...     hub.emit(Event(id="1", source="https://shop.example/", specversion="1.0", type="printhub.order.placed",
    ...                    data={...}))
    """

    def __init__(
        self, url: str, token: str, *, timeout: float = 30, attempts: int = 5, session: Session | None = None
    ) -> None:
        """Speak to the hub at `url`.

        Each try may take `timeout` seconds, and there are `attempts` at the most. `session` is for those who need
        proxies or certificates of their own.
        """
        self._exchange = Exchange(url, token, timeout=timeout, attempts=attempts, session=session)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connections."""
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._exchange.close()

    def emit(self, event: Event) -> ReceiptShown:
        """Hand in one event; returns after the hub has recorded it. An event that it refuses raises HubRefused."""
        answer = self._exchange.send("/v1/events", event.to_json(), _STRUCTURED)
        return _receipts.validate_python(answer["receipts"])[0]

    def emit_all(self, events: Iterable[Event]) -> Iterator[ReceiptShown]:
        """Hand in many events in batches, in their order; yields a receipt for each as its batch is recorded.

        An event that is refused does not stop the others: its receipt says so. `index` counts from 0 over all.
        """
        begun = 0
        for batch in _batches(events):
            body = b"[" + b",".join(batch) + b"]"
            answer = self._exchange.send("/v1/events", body, _BATCH)
            for receipt in _receipts.validate_python(answer["receipts"]):
                yield receipt.model_copy(update={"index": begun + receipt.index})
            begun += len(batch)

    def changes(
        self, after: str | None = None, *, types: Sequence[str] = (), follow: bool = False, wait: int = 25
    ) -> Iterator[Change]:
        """What changed since `after`, in order; None begins at the beginning of the feed.

        Keep the `cursor` of a change once it is dealt with, and go on after it: nothing is missed and nothing comes
        twice. With `follow` it goes on for ever, and waits `wait` seconds at a time for something to come.
        """
        while True:
            asked = {"after": after, "type": list(types), "wait": wait if follow else 0, "limit": _PAGE}
            page = self._exchange.get("/v1/changes", asked, timeout=wait + 30.0)
            for item in page["items"]:
                yield Change(item["cursor"], Event.model_validate(item["event"]))
            after = page["next"]
            if not page["more"] and not follow:
                return

    def jobs(self, **wanted: Any) -> Iterator[JobFoundLine]:
        """Find jobs, the newest first, page after page; `wanted` are the filters of `GET /v1/jobs`."""
        for item in self._all("/v1/jobs", wanted):
            yield JobFoundLine.model_validate(item)

    def job(self, number: str, *, storefront: str | None = None) -> JobShown:
        """All about a job."""
        return JobShown.model_validate(self._exchange.get(f"/v1/jobs/{_safe(number)}", _in(storefront)))

    def explain(self, number: str, *, storefront: str | None = None) -> ExplanationShown:
        """Why a job stands where it stands."""
        return ExplanationShown.model_validate(self._exchange.get(f"/v1/jobs/{_safe(number)}/explain", _in(storefront)))

    def block(self, number: str, why: str, *, storefront: str | None = None) -> JobLine:
        """Keep a job from going into production."""
        return self._act_on_job(number, "block", why, storefront)

    def release(self, number: str, why: str, *, storefront: str | None = None) -> JobLine:
        """Remove all that blocks a job."""
        return self._act_on_job(number, "release", why, storefront)

    def order(self, number: str, *, storefront: str | None = None) -> OrderShown:
        """All about an order."""
        return OrderShown.model_validate(self._exchange.get(f"/v1/orders/{_safe(number)}", _in(storefront)))

    def cancel_order(self, number: str, why: str, *, storefront: str | None = None) -> OrderAsked:
        """Ask for the cancellation of an order, as a member of staff would."""
        path = f"/v1/orders/{_safe(number)}/cancel"
        return OrderAsked.model_validate(self._exchange.post(path, {"why": why}, _in(storefront)))

    def _act_on_job(self, number: str, act: str, why: str, storefront: str | None) -> JobLine:
        path = f"/v1/jobs/{_safe(number)}/{act}"
        return JobLine.model_validate(self._exchange.post(path, {"why": why}, _in(storefront)))

    def _all(self, path: str, wanted: dict[str, Any]) -> Iterator[Any]:
        after: str | None = None
        while True:
            page = self._exchange.get(path, wanted | ({"after": after} if after else {}))
            yield from page["items"]
            after = page["next"]
            if after is None:
                return


def _in(storefront: str | None) -> dict[str, str]:
    return {"storefront": storefront} if storefront else {}


def _safe(number: str) -> str:
    return quote(number, safe="")


def _batches(events: Iterable[Event]) -> Iterator[Sequence[bytes]]:
    batch: list[bytes] = []
    size = 0
    for event in events:
        body = event.to_json()
        if batch and (len(batch) == _LARGEST_BATCH or size + len(body) > _LARGEST_BODY):
            yield batch
            batch, size = [], 0
        batch.append(body)
        size += len(body) + 1
    if batch:
        yield batch
