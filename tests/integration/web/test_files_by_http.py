"""Files by HTTP: put into a job's folder, read whole and in part, and gone when the folder is cleared."""

import hashlib

import pytest

from printhub.core.model.access import Role
from printhub.testing.memory_hub import MemoryHub
from tests.integration.web.conftest import As
from tests.integration.web.door import Caller
from tests.invariants.shop import job, order

OUTPUT = bytes(range(256)) * 4000
SENT = {"role": "output", "name": "größe 1.pdf", "why": "the customer sent it by mail"}


@pytest.fixture
def press(hub: MemoryHub, as_: As) -> Caller:
    """A print operator, and a blocked job that waits for its output."""
    hub.emit("printhub.order.placed", order(jobs=[job(product_type="Variable")]))
    hub.emit("printhub.job.blocked", {"job": "J1", "why": "wrong file"})
    return as_(Role.PRINT_OPERATOR)


def upload(press: Caller) -> str:
    headers = {"Content-Type": "application/pdf"}
    answer = press("POST", "/v1/jobs/J1/files", params=SENT, data=OUTPUT, headers=headers)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["files"][0]["id"])


def test_what_is_put_in_is_what_comes_out(press: Caller) -> None:
    file = upload(press)

    answer = press.get(f"/v1/files/{file}/content")

    assert answer.content == OUTPUT
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(OUTPUT).hexdigest()}"'
    assert "filename*=UTF-8''gr%C3%B6%C3%9Fe%201.pdf" in answer.headers["Content-Disposition"]
    assert press.get("/v1/jobs/J1/files").json()[0]["state"] == "present"


@pytest.mark.parametrize(
    ("asked", "part"),
    [("bytes=0-9", OUTPUT[:10]), ("bytes=1000-", OUTPUT[1000:]), ("bytes=-5", OUTPUT[-5:]), ("bytes=5-5", OUTPUT[5:6])],
)
def test_a_range_of_it_may_be_asked_for(press: Caller, asked: str, part: bytes) -> None:
    file = upload(press)

    answer = press("GET", f"/v1/files/{file}/content", headers={"Range": asked})

    assert (answer.status_code, answer.content) == (206, part)
    assert answer.headers["Content-Range"].endswith(f"/{len(OUTPUT)}")


def test_a_range_that_is_not_there_is_refused(press: Caller) -> None:
    file = upload(press)

    answer = press("GET", f"/v1/files/{file}/content", headers={"Range": f"bytes={len(OUTPUT)}-"})

    assert answer.status_code == 416


def test_whoever_has_it_already_is_told_so(press: Caller) -> None:
    file = upload(press)
    etag = press("HEAD", f"/v1/files/{file}/content").headers["ETag"]

    assert press("GET", f"/v1/files/{file}/content", headers={"If-None-Match": etag}).status_code == 304


def test_a_file_of_another_storefront_is_not_there(press: Caller, as_: As) -> None:
    file = upload(press)

    assert as_(Role.STOREFRONT, "other").get(f"/v1/files/{file}/content").status_code == 404


def test_a_file_that_was_cleared_away_is_not_there(hub: MemoryHub, press: Caller) -> None:
    file = upload(press)
    hub.emit("printhub.order.cancelled", {"order": "O1"})
    hub.run()

    assert press.get(f"/v1/files/{file}/content").status_code in (404, 409)
