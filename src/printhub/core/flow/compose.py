"""Station: builds a delivery's message at its first attempt and freezes it, so that every attempt sends the same."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID

from printhub.core.channels.channel import Material
from printhub.core.files.folders import WorkingFolders
from printhub.core.flow.claim import Claim
from printhub.core.flow.rules import Rules
from printhub.core.model.errors import Misconfigured, NotFetched, Scope, TemplateInvalid
from printhub.core.model.known import FileRecord
from printhub.core.model.record import Message
from printhub.core.store import deliveries as rows
from printhub.core.store import events, people
from printhub.core.store.store import Store, Tx


class StoredFiles:
    """Opens the files of one job for the adapter that delivers them."""

    def __init__(self, folders: WorkingFolders, files: dict[UUID, FileRecord]) -> None:
        """Know where each file lies."""
        self._folders = folders
        self._files = files

    def open(self, file_id: UUID) -> BinaryIO:
        """Open a file; raises Misconfigured where the hub keeps no copy of it."""
        try:
            return self._folders.open(self._place(file_id))
        except (NotFetched, OSError) as error:
            name = self._files[file_id].name
            raise Misconfigured(f"the stored file {name} cannot be opened: {error}", Scope.DELIVERY) from error

    def url(self, file_id: UUID, life: timedelta) -> str:
        """A URL to a stored file."""
        return self._folders.url(self._place(file_id), life)

    def _place(self, file_id: UUID) -> str:
        file = self._files.get(file_id)
        if file is None or file.stored is None:
            raise Misconfigured("the hub has no copy of this file: the storefront's files stay put", Scope.DELIVERY)
        return file.stored


class Composer:
    """Composes messages, and finds the frozen ones again."""

    def __init__(self, store: Store, rules: Rules, folders: WorkingFolders) -> None:
        """Read facts from `store` and files from `folders`."""
        self._store = store
        self._rules = rules
        self._folders = folders

    def message(self, claim: Claim) -> Message:
        """The message of a claimed delivery, its files within reach; composed and frozen if this is the first time.

        Raises TemplateInvalid when it cannot be composed.
        """
        delivery, dossier = claim.delivery, claim.dossier
        frozen = delivery.message_id
        body = self._store.read(lambda tx: events.body(tx, frozen)) if frozen else None
        message = self._rules.channel(delivery.kind).message.model_validate_json(body or self._compose(claim))
        bound = getattr(message, "bound", None)
        if bound is None or dossier is None:
            return message
        bound_message: Message = bound(StoredFiles(self._folders, dossier.files))
        return bound_message

    def _compose(self, claim: Claim) -> bytes:
        delivery = claim.delivery
        material = self._store.read(lambda tx: _material(tx, claim))
        try:
            message = self._rules.channel(delivery.kind).compose(delivery.verb, material)
        except ValueError as error:
            raise TemplateInvalid(str(error)) from error
        body = message.model_dump_json().encode()

        self._store.write_with_others(_freeze, (delivery.id, self._rules.new_id(), body, self._rules.now()))
        return body


def _freeze(tx: Tx, composed: Sequence[tuple[UUID, UUID, bytes, datetime]]) -> None:
    """Keep all messages that were composed while the store was busy: (delivery, message, body, now)."""
    events.keep_all(tx, [(message, body, "", now) for _, message, body, now in composed])
    rows.freeze(tx, [(delivery, message) for delivery, message, _, _ in composed])


def _material(tx: Tx, claim: Claim) -> Material:
    delivery, dossier = claim.delivery, claim.dossier
    if dossier is None:
        raise TemplateInvalid(f"delivery {delivery.id} belongs to no job and has no message")
    order = dossier.order
    stated = None
    if delivery.event_id is not None and delivery.subject == str(delivery.event_id):
        stated = events.of_id(tx, delivery.event_id)
    change = next((entry for entry in dossier.history if str(entry.id) == delivery.subject), None)
    return Material(
        storefront=delivery.storefront,
        mode=dossier.job.mode,
        job=dossier.job,
        order=order,
        personal=people.personal(tx, order.person_id if order else None),
        files=tuple(dossier.files.values()),
        change=change,
        stated=stated,
        current=dossier.job.status,
        cause_depth=events.depth_of(tx, change.event_id) if change else 0,
        traceparent=claim.traceparent,
    )
