"""Compares where a job ended with where it had to end."""

import hashlib
from collections.abc import Iterator, Sequence

from printhub.cli.demo.account import Account
from printhub.cli.demo.samples import ExpectedJob
from printhub.core.model.statuses import JobStatus
from printhub.testing.mis_simulator import Artwork


def differences(account: Account, expected: ExpectedJob, artwork: dict[str, bytes]) -> tuple[str, ...]:
    """Everything that is not as it should be, in words; empty when the job ended well."""
    return tuple(_differences(account, expected, artwork))


def _differences(account: Account, expected: ExpectedJob, artwork: dict[str, bytes]) -> Iterator[str]:
    if account.job.status != expected.status:
        yield f"its status is {account.job.status}, expected {expected.status}"
    if account.instance != expected.instance:
        yield f"it went to {account.instance or 'no MIS'}, expected {expected.instance}"
    states = {delivery.verb: delivery.state for delivery in account.deliveries}
    for verb in sorted({*states, *expected.deliveries}):
        is_, should = states.get(verb, "not planned"), expected.deliveries.get(verb, "not planned")
        if is_ != should:
            yield f"its {verb} is {is_}, expected {should}"
    if (missed := _missed(account.statuses, expected.passes)) is not None:
        yield f"its history does not show {missed} where it should"
    if len(account.books) != 1:
        yield f"the MIS has {len(account.books)} entries of it, expected 1"
    if account.tickets != expected.tickets:
        yield f"the MIS has {account.tickets} tickets for it, expected {expected.tickets}"
    yield from _of_artwork(account, expected, artwork)


def _of_artwork(account: Account, expected: ExpectedJob, artwork: dict[str, bytes]) -> Iterator[str]:
    there = {name: file for entry in account.books for name, file in entry.artwork.items()}
    for name in sorted({*there, *expected.artwork}):
        if name not in there:
            yield f"the MIS lacks {name}"
        elif name not in expected.artwork:
            yield f"the MIS has {name}, which does not belong to it"
        elif there[name] != measured(artwork[name]):
            yield f"the MIS has {name} with other content ({there[name].size} bytes, expected {len(artwork[name])})"


def measured(content: bytes) -> Artwork:
    """Size and digest of a file, as the MIS measures what it is given."""
    return Artwork(len(content), hashlib.sha256(content).hexdigest())


def _missed(statuses: Sequence[JobStatus], passes: Sequence[JobStatus]) -> JobStatus | None:
    """The first status of `passes` that does not come in its turn."""
    left = iter(statuses)
    return next((status for status in passes if status not in left), None)
