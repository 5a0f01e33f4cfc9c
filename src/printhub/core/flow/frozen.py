"""Finds the messages that were frozen when deliveries were first claimed, so that every attempt sends the same."""

from datetime import timedelta
from typing import BinaryIO
from uuid import UUID

from printhub.core.channels.channel import Material
from printhub.core.files.folders import WorkingFolders
from printhub.core.flow.claim import Claim
from printhub.core.flow.links import Links
from printhub.core.flow.rules import Rules
from printhub.core.model.errors import Misconfigured, NotFetched, Scope, TemplateInvalid
from printhub.core.model.known import FileRecord
from printhub.core.model.record import Message
from printhub.core.notifications.draft import MARK, Draft
from printhub.core.store import events
from printhub.core.store.store import Store
from printhub.core.templates.templates import Templates


class StoredFiles:
    """Opens the files of one job for the adapter that delivers them."""

    def __init__(
        self, folders: WorkingFolders, links: Links, files: dict[UUID, FileRecord], delivery: UUID | None
    ) -> None:
        """Know where each file lies; addresses are promised to the partner of `delivery`."""
        self._folders = folders
        self._links = links
        self._files = files
        self._delivery = delivery

    def open(self, file_id: UUID) -> BinaryIO:
        """Open a file; raises Misconfigured where the hub keeps no copy of it."""
        try:
            return self._folders.open(self._known(file_id).stored or "")
        except (NotFetched, OSError) as error:
            name = self._files[file_id].name
            raise Misconfigured(f"the stored file {name} cannot be opened: {error}", Scope.DELIVERY) from error

    def url(self, file_id: UUID, life: timedelta) -> str:
        """A URL to a stored file, on record before it is handed out."""
        return self._links.promise(self._known(file_id), self._delivery, life)

    def _known(self, file_id: UUID) -> FileRecord:
        file = self._files.get(file_id)
        if file is None or file.stored is None:
            raise Misconfigured("the hub has no copy of this file: the storefront's files stay put", Scope.DELIVERY)
        return file


class FrozenMessages:
    """Gives workers the messages of what they claimed."""

    def __init__(self, store: Store, rules: Rules, folders: WorkingFolders, links: Links, templates: Templates) -> None:
        """Read messages from `store` and files from `folders`; `links` are their addresses, `templates` their words."""
        self._templates = templates
        self._store = store
        self._links = links
        self._rules = rules
        self._folders = folders

    def of(self, claim: Claim) -> Message:
        """The message of a claimed delivery, its files within reach.

        Raises TemplateInvalid when it could not be composed.
        """
        delivery, dossier = claim.delivery, claim.dossier
        if claim.fault is not None:
            raise TemplateInvalid(claim.fault)
        body, frozen = claim.body, delivery.message_id
        if body is None and frozen is not None:
            body = self._store.read(lambda tx: events.body(tx, frozen))
        if body is None:
            raise TemplateInvalid(f"delivery {delivery.id} belongs to no job and has no message")
        if body.startswith(MARK):
            body = self._written(claim, Draft.model_validate_json(body))
        message = self._rules.channel(delivery.kind).message.model_validate_json(body)
        bound = getattr(message, "bound", None)
        if bound is None or dossier is None:
            return message
        bound_message: Message = bound(StoredFiles(self._folders, self._links, dossier.files, delivery.id))
        return bound_message

    def _written(self, claim: Claim, draft: Draft) -> bytes:
        """The message that a draft becomes with its words, kept in the draft's place: later attempts send the same."""
        words = self._templates.render(draft.notification, draft.storefront, draft.languages, draft.facts)
        files = tuple(claim.dossier.files.values()) if claim.dossier else ()
        material = Material(draft.storefront, draft.mode, files=files, draft=draft, words=words)
        try:
            message = self._rules.channel(claim.delivery.kind).compose(claim.delivery.verb, material)
        except ValueError as error:
            raise TemplateInvalid(str(error)) from error
        body, frozen = message.model_dump_json().encode(), claim.delivery.message_id
        if frozen is not None:
            self._store.write(lambda tx: events.keep_instead(tx, frozen, body))
        return body
