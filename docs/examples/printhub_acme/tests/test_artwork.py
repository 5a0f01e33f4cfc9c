"""What the kit cannot know: how Acme takes artwork."""

from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from printhub import Earlier, JobTicket, Unavailable, Verb
from printhub.testing import MisMode, MisSimulator, a_call, a_ticket
from printhub_acme.adapter import AcmeMis
from printhub_acme.config import AcmeConfig


@pytest.fixture
def acme() -> Iterator[MisSimulator]:
    """Acme, started."""
    with MisSimulator() as simulator:
        yield simulator


def test_every_file_arrives_whole(acme: MisSimulator) -> None:
    ticket = a_ticket("J-1")

    _send_artwork(acme, ticket)

    [job] = acme.jobs_of("J-1")
    assert {name: artwork.sha256 for name, artwork in job.artwork.items()} == {f.name: f.sha256 for f in ticket.files}
    assert job.artwork_confirmed


def test_an_upload_that_breaks_off_is_simply_made_again(acme: MisSimulator) -> None:
    acme.script("upload", MisMode.HALF_READS_UPLOAD)

    with pytest.raises(Unavailable):
        _send_artwork(acme, a_ticket("J-1"))


def _send_artwork(acme: MisSimulator, ticket: JobTicket) -> None:
    adapter = AcmeMis(AcmeConfig(url=acme.url, token=SecretStr("any")))
    told = adapter.notify(ticket, a_call(Verb.NOTIFY, "key-1"))
    adapter.assets(ticket, a_call(Verb.ASSETS, "key-2", earlier={Verb.NOTIFY: Earlier(told.reference)}))
