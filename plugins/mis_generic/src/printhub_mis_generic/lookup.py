"""Did a call arrive? Reads the MIS's own word on it."""

from dataclasses import replace

from printhub import Absent, CannotTell, Finding, Found, Misconfigured, Rejected, Report, Unavailable, Verb
from printhub_mis_generic.answer_config import ErrorConfig
from printhub_mis_generic.answers import Asked, failure, progress, require_success
from printhub_mis_generic.call_config import CallConfig
from printhub_mis_generic.lookup_config import LookupConfig
from printhub_mis_generic.reading import Reading


def find(
    reading: Reading, verb: Verb, lookup: LookupConfig, call: CallConfig | None, errors: ErrorConfig, asked: Asked
) -> Finding:
    """What a lookup's answer says of `verb`; `call` is the verb's own section.

    Absent only where the MIS says so. Raises Unavailable and Misconfigured where it could not be asked at all.
    """
    if reading.status in lookup.absent_statuses:
        return Absent()
    if (doubt := _doubt(reading, lookup, errors, asked)) is not None:
        return doubt
    found = lookup.found(reading.document)
    entries = [found] if isinstance(found, dict) else found
    if not isinstance(entries, list):
        return CannotTell("the answer does not have what `lookup.found` names")
    if not entries:
        return Absent()
    matching = [replace(reading, document=entry) for entry in entries]
    if len(matching) > 1:
        matching = [one for one in matching if asked.reference and one.reference(lookup.reference) == asked.reference]
    if len(matching) != 1:
        return CannotTell(f"the MIS has {len(entries)} entries of this job, and not one of them is known to be meant")
    return _state(matching[0], verb, lookup, call, asked)


def _doubt(reading: Reading, lookup: LookupConfig, errors: ErrorConfig, asked: Asked) -> CannotTell | None:
    """Why the answer says nothing; None if it says something."""
    if reading.status >= 400:
        error = failure(reading, errors, asked)
        if isinstance(error, Unavailable | Misconfigured) and reading.status not in {404, 501}:
            raise error
        return CannotTell(error.detail)
    try:
        require_success(reading, lookup, errors, asked)
    except (Unavailable, Rejected, Misconfigured) as error:
        return CannotTell(error.detail)
    return None


def _state(entry: Reading, verb: Verb, lookup: LookupConfig, call: CallConfig | None, asked: Asked) -> Finding:
    rule = lookup.verbs.get(verb)
    if rule is None:
        return CannotTell(f"`lookup.verbs` does not say how an entry shows {verb}")
    reference = entry.reference(lookup.reference) or asked.reference
    if entry.holds(rule.refused):
        return Found(Rejected(asked.redact(entry.text(rule.message)) or f"The MIS refused {verb}."))
    covers = call.covers if call else frozenset[Verb]()
    told = progress(entry, call.progress if call else (), asked)
    if entry.holds(rule.accepted):
        return Found(Report.accepted(reference, covers=covers, progress=told))
    if entry.holds(rule.done):
        return Found(Report.done(reference, covers=covers, progress=told))
    if rule.done(entry.document) is None:
        return CannotTell(f"the entry does not have what `lookup.verbs.{verb}.done` names")
    return Absent()
