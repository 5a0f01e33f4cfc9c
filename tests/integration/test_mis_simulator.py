"""The simulated MIS: its books, its doors, and every way in which it can misbehave."""

import base64
import hashlib
import hmac
import http.client
import json
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from printhub.testing.mis_simulator import MisJob, MisSimulator, Mode
from printhub.testing.mis_simulator.credentials import Auth

PDF = b"%PDF-1.7 " + bytes(range(256)) * 4
SHA = hashlib.sha256(PDF).hexdigest()
IMPATIENT = 0.1  # seconds that a client waits where no answer will come
PATIENT = 10.0


@pytest.fixture
def mis() -> Iterator[MisSimulator]:
    with MisSimulator() as simulator:
        yield simulator


@pytest.fixture
def client() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def notify(mis: MisSimulator, key: str | None = "key-1", job: str = "J-1", **more: object) -> requests.Response:
    headers = {} if key is None else {"Idempotency-Key": key}
    body = {"job": job, **more}
    return requests.post(f"{mis.url}/jobs", json=body, headers=headers, timeout=PATIENT, allow_redirects=False)


def only_entry(mis: MisSimulator, job: str = "J-1") -> MisJob:
    [entry] = mis.jobs_of(job)
    return entry


# --- the books ------------------------------------------------------------------------------------------------


def test_a_job_is_taken_once_and_gets_a_ticket(mis: MisSimulator) -> None:
    answer = notify(mis)
    assert answer.status_code == 201
    assert answer.json() == {"id": "MIS-000001", "state": "received"}
    assert mis.effects("J-1") == 1
    assert mis.jobs["MIS-000001"].job == "J-1"


def test_the_same_key_again_makes_no_second_ticket(mis: MisSimulator) -> None:
    notify(mis)
    again = notify(mis)
    assert (again.status_code, again.json()["id"]) == (200, "MIS-000001")
    assert mis.effects("J-1") == 1


def test_another_key_prints_twice(mis: MisSimulator) -> None:
    notify(mis, "key-1")
    notify(mis, "key-2")
    assert mis.effects("J-1") == 2
    assert list(mis.jobs) == ["MIS-000001", "MIS-000002"]


@pytest.mark.parametrize("key", [None, "key-1"])
def test_a_mis_that_does_not_honour_the_key_prints_twice(key: str | None) -> None:
    with MisSimulator(honours_key=False) as mis:
        notify(mis, key)
        again = notify(mis, key)
        assert (again.status_code, again.json()["id"]) == (201, "MIS-000002")
        assert mis.effects("J-1") == 2


def test_many_calls_at_once_with_one_key_make_one_ticket(mis: MisSimulator) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: notify(mis).status_code, range(24)))
    assert sorted(answers) == [200] * 23 + [201]
    assert mis.effects("J-1") == 1
    assert [seen.number for seen in mis.journal] == list(range(1, 25))


def test_a_notification_may_cover_what_follows_it() -> None:
    with MisSimulator(covers=["manifest", "assets"]) as mis:
        answer = notify(mis, artwork=[{"name": "front.pdf", "url": "http://hub/f", "size": 9, "sha256": "ab"}])
        assert answer.json()["covers"] == ["assets", "manifest"]
        entry = only_entry(mis)
        assert entry.manifested
        assert entry.artwork_confirmed
        assert entry.artwork == {"front.pdf": (9, "ab")}


@pytest.mark.parametrize(
    ("body", "status"), [(b"{}", 422), (b"", 422), (b"<xml/>", 400), (b"[1]", 400), (b'{"job":"J","artwork":[7]}', 400)]
)
def test_a_notification_that_cannot_be_read_is_refused(
    mis: MisSimulator, client: requests.Session, body: bytes, status: int
) -> None:
    assert client.post(f"{mis.url}/jobs", data=body, timeout=PATIENT).status_code == status
    assert mis.jobs == {}


def test_a_manifest_counts_once_a_key(mis: MisSimulator, client: requests.Session) -> None:
    notify(mis)
    for key in ["m-1", "m-1", "m-2"]:
        headers = {"Idempotency-Key": key}
        answer = client.post(f"{mis.url}/jobs/MIS-000001/manifest", headers=headers, timeout=PATIENT)
        assert answer.json() == {"id": "MIS-000001", "state": "manifested"}
    assert only_entry(mis).manifests == 2
    assert only_entry(mis).state == "manifested"


def test_a_job_can_be_updated(mis: MisSimulator, client: requests.Session) -> None:
    notify(mis)
    assert client.put(f"{mis.url}/jobs/MIS-000001", json={"copies": 5}, timeout=PATIENT).status_code == 200
    assert only_entry(mis).updates == 1


def test_a_job_can_be_cancelled_until_it_is_printed(mis: MisSimulator, client: requests.Session) -> None:
    notify(mis, "key-1", "J-1")
    notify(mis, "key-2", "J-2")
    mis.print("J-2")
    assert client.post(f"{mis.url}/jobs/MIS-000001/cancel", timeout=PATIENT).json()["state"] == "cancelled"
    refused = client.post(f"{mis.url}/jobs/MIS-000002/cancel", timeout=PATIENT)
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "PRINTED")
    assert (only_entry(mis, "J-1").state, only_entry(mis, "J-2").state) == ("cancelled", "printed")
    late = client.post(f"{mis.url}/jobs/MIS-000001/manifest", timeout=PATIENT)
    assert (late.status_code, late.json()["error"]["code"]) == (409, "CANCELLED")


def test_printing_an_unknown_job_is_an_error(mis: MisSimulator) -> None:
    with pytest.raises(LookupError, match="J-9"):
        mis.print("J-9")


@pytest.mark.parametrize("path", ["manifest", "artwork", "slots", "cancel"])
def test_an_unknown_reference_is_not_found(mis: MisSimulator, client: requests.Session, path: str) -> None:
    body = {"artwork": ["http://hub/a.pdf"]}
    assert client.post(f"{mis.url}/jobs/MIS-9/{path}", json=body, timeout=PATIENT).status_code == 404


def test_an_unknown_path_is_not_found_and_noted(mis: MisSimulator, client: requests.Session) -> None:
    assert client.get(f"{mis.url}/elsewhere", timeout=PATIENT).status_code == 404
    assert client.delete(f"{mis.url}/jobs", timeout=PATIENT).status_code == 404
    assert [(seen.verb, seen.status) for seen in mis.journal] == [("", 404), ("", 404)]


# --- artwork --------------------------------------------------------------------------------------------------


def test_artwork_is_uploaded_as_multipart(mis: MisSimulator, client: requests.Session) -> None:
    notify(mis)
    tricky = b"\r\n--not the boundary\r\n\r\n" * 9000  # longer than one piece
    files = [("f", ("front.pdf", PDF)), ("f", ('Ümschlag "2".pdf', tricky)), ("f", ("empty.pdf", b""))]
    answer = client.post(f"{mis.url}/jobs/MIS-000001/artwork", data={"note": "x"}, files=files, timeout=PATIENT)
    assert answer.json()["state"] == "assets_ok"
    assert answer.json()["received"] == ["front.pdf", 'Ümschlag "2".pdf', "empty.pdf"]
    entry = only_entry(mis)
    assert entry.artwork["front.pdf"] == (len(PDF), SHA)
    assert entry.artwork['Ümschlag "2".pdf'] == (len(tricky), hashlib.sha256(tricky).hexdigest())
    assert entry.artwork["empty.pdf"].size == 0
    assert entry.state == "assets_ok"


def test_artwork_may_come_one_file_a_call_under_one_key(mis: MisSimulator, client: requests.Session) -> None:
    notify(mis)
    for name in ["front.pdf", "back.pdf", "back.pdf"]:
        files = {"file": (name, PDF)}
        headers = {"Idempotency-Key": "a-1"}
        client.post(f"{mis.url}/jobs/MIS-000001/artwork", files=files, headers=headers, timeout=PATIENT)
    assert list(only_entry(mis).artwork) == ["front.pdf", "back.pdf"]


def test_a_multipart_body_that_ends_too_soon_is_malformed(mis: MisSimulator, client: requests.Session) -> None:
    notify(mis)
    headers = {"Content-Type": "multipart/form-data; boundary=xyz"}
    body = b'--xyz\r\nContent-Disposition: form-data; name="f"; filename="a.pdf"\r\n\r\nhalf of i'
    answer = client.post(f"{mis.url}/jobs/MIS-000001/artwork", data=body, headers=headers, timeout=PATIENT)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "MALFORMED")
    assert only_entry(mis).artwork == {}


def test_artwork_is_named_by_url(mis: MisSimulator, client: requests.Session) -> None:
    notify(mis)
    listed = [
        "http://hub/a/front%201.pdf?sig=1",
        {"name": "back.pdf", "url": "http://hub/b", "size": 7, "sha256": "cd"},
    ]
    answer = client.post(f"{mis.url}/jobs/MIS-000001/artwork", json={"artwork": listed}, timeout=PATIENT)
    assert answer.json()["received"] == ["front 1.pdf", "back.pdf"]
    assert only_entry(mis).artwork["back.pdf"] == (7, "cd")


def test_an_upload_without_a_file_is_refused(mis: MisSimulator, client: requests.Session) -> None:
    notify(mis)
    assert client.post(f"{mis.url}/jobs/MIS-000001/artwork", json={}, timeout=PATIENT).status_code == 422
    assert client.post(f"{mis.url}/jobs/MIS-000001/slots", json={}, timeout=PATIENT).status_code == 422


@pytest.mark.parametrize("chunked", [False, True])
def test_artwork_is_put_into_slots(mis: MisSimulator, client: requests.Session, *, chunked: bool) -> None:
    notify(mis, artwork=[{"name": "front.pdf"}, {"name": "back.pdf"}])
    slots = client.post(f"{mis.url}/jobs/MIS-000001/slots", timeout=PATIENT).json()["slots"]
    same = client.post(f"{mis.url}/jobs/MIS-000001/slots", timeout=PATIENT).json()["slots"]
    assert [slot["name"] for slot in slots] == ["front.pdf", "back.pdf"]
    assert same == slots

    big = PDF * 1000
    pieces = (big[at : at + 50_000] for at in range(0, len(big), 50_000))
    first = client.put(slots[0]["url"], data=pieces if chunked else big, timeout=PATIENT).json()
    assert (first["state"], first["missing"]) == ("partial", ["back.pdf"])
    assert not only_entry(mis).artwork_confirmed
    second = client.put(slots[1]["url"], data=PDF, timeout=PATIENT).json()
    assert (second["state"], second["size"], second["sha256"]) == ("assets_ok", len(PDF), SHA)
    assert only_entry(mis).artwork_confirmed
    assert only_entry(mis).artwork["front.pdf"] == (len(big), hashlib.sha256(big).hexdigest())
    assert mis.journal[3].size == len(big)
    assert (mis.journal[3].verb, mis.journal[3].job) == ("upload", "J-1")
    assert big.startswith(mis.journal[3].body)


def test_an_unknown_slot_is_not_found(mis: MisSimulator, client: requests.Session) -> None:
    assert client.put(f"{mis.url}/slots/nope", data=PDF, timeout=PATIENT).status_code == 404


# --- lookups --------------------------------------------------------------------------------------------------


def test_a_job_is_found_by_our_reference_by_key_and_by_its_own(mis: MisSimulator, client: requests.Session) -> None:
    notify(mis)
    expected = client.get(f"{mis.url}/jobs/MIS-000001", timeout=PATIENT).json()
    assert (expected["job"], expected["state"], expected["manifested"]) == ("J-1", "received", False)
    for query in [{"job": "J-1"}, {"key": "key-1"}, {}]:
        assert client.get(f"{mis.url}/jobs", params=query, timeout=PATIENT).json() == {"jobs": [expected]}
    for query in [{"job": "J-9"}, {"key": "key-9"}]:
        assert client.get(f"{mis.url}/jobs", params=query, timeout=PATIENT).json() == {"jobs": []}
    assert client.get(f"{mis.url}/jobs/MIS-9", timeout=PATIENT).status_code == 404
    assert [seen.job for seen in mis.journal[:4]] == ["J-1"] * 4


def test_a_mis_may_not_answer_searches(client: requests.Session) -> None:
    with MisSimulator(answers_lookups=False) as mis:
        notify(mis)
        answer = client.get(f"{mis.url}/jobs", params={"job": "J-1"}, timeout=PATIENT)
        assert (answer.status_code, answer.json()) == (501, {"error": "not supported"})
        assert client.get(f"{mis.url}/jobs/MIS-000001", timeout=PATIENT).status_code == 200


# --- credentials ----------------------------------------------------------------------------------------------


def test_ping_is_answered(mis: MisSimulator, client: requests.Session) -> None:
    assert client.get(f"{mis.url}/ping", timeout=PATIENT).json() == {"ok": True}
    assert mis.journal[0].verb == "check"


def signed(secret: str, text: str, stamp: str) -> dict[str, str]:
    signature = hmac.new(secret.encode(), f"{text} {stamp}".encode(), hashlib.sha256).hexdigest()
    return {"X-Signature": signature, "X-Timestamp": stamp}


def basic(pair: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


@pytest.mark.parametrize(
    ("auth", "good", "bad"),
    [
        (("basic", "hub", "pässword"), basic("hub:pässword"), basic("hub:other")),
        (("bearer", "t-1"), {"Authorization": "Bearer t-1"}, {"Authorization": "Bearer t-2"}),
        (("header", "X-Api-Key", "k-1"), {"x-api-key": "k-1"}, {"x-api-key": "k-2"}),
        (("hmac", "s"), signed("s", "GET /ping", "2030-01-01T00:00:00Z"), signed("s", "GET /jobs", "2030-01-01")),
    ],
)
def test_only_good_credentials_are_let_in(
    client: requests.Session, auth: Auth, good: dict[str, str], bad: dict[str, str]
) -> None:
    with MisSimulator(auth=auth) as mis:
        mis.script("check", Mode.FORBIDDEN)
        statuses = [
            client.get(f"{mis.url}/ping", headers=headers, timeout=PATIENT).status_code for headers in [{}, bad, good]
        ]
        assert statuses == [401, 401, 403]  # who is turned away at the door uses no script up


def test_credentials_may_stand_in_the_query(client: requests.Session) -> None:
    with MisSimulator(auth=("query", "apikey", "k-1")) as mis:
        assert client.get(f"{mis.url}/ping?apikey=k-1", timeout=PATIENT).status_code == 200
        assert client.get(f"{mis.url}/ping?apikey=k-2", timeout=PATIENT).status_code == 401


def test_a_slot_needs_no_credentials_of_its_own(client: requests.Session) -> None:
    with MisSimulator(auth=("bearer", "t-1")) as mis:
        bearer = {"Authorization": "Bearer t-1"}
        body = {"job": "J-1", "artwork": [{"name": "a.pdf"}]}
        client.post(f"{mis.url}/jobs", json=body, headers=bearer, timeout=PATIENT)
        [slot] = client.post(f"{mis.url}/jobs/MIS-000001/slots", headers=bearer, timeout=PATIENT).json()["slots"]
        assert client.put(slot["url"], data=PDF, timeout=PATIENT).status_code == 200
        assert client.put(f"{mis.url}/jobs/MIS-000001", data=PDF, timeout=PATIENT).status_code == 401


# --- modes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "status", "tickets"),
    [
        (Mode.TAKES, 201, 1),
        (Mode.ACCEPTS, 202, 0),
        (Mode.PARTIAL, 201, 1),
        (Mode.refuses("Too small.", "SMALL"), 422, 0),
        (Mode.asks_for_more(), 409, 0),
        (Mode.asks_for_more("Pay first.", status=200), 200, 0),
        (Mode.too_many(7), 429, 0),
        (Mode.unavailable(), 503, 0),
        (Mode.unavailable(30), 503, 0),
        (Mode.SERVER_ERROR, 500, 0),
        (Mode.COMMITS_THEN_500, 500, 1),
        (Mode.OK_WITH_ERROR_BODY, 200, 0),
        (Mode.OK_WITHOUT_REFERENCE, 200, 1),
        (Mode.GARBAGE, 200, 1),
        (Mode.WRONG_CREDENTIALS, 401, 0),
        (Mode.FORBIDDEN, 403, 0),
        (Mode.NOT_FOUND, 404, 0),
        (Mode.redirect(), 302, 0),
        (Mode.takes_after(0.01), 201, 1),
        (Mode.slow_drip(0.001), 201, 1),
        (Mode.huge_answer(1000), 201, 1),
    ],
    ids=lambda value: value.name if isinstance(value, Mode) else str(value),
)
def test_each_answering_mode_has_its_status_and_its_effect(
    mis: MisSimulator, mode: Mode, status: int, tickets: int
) -> None:
    mis.script("notify", mode)
    assert notify(mis).status_code == status
    assert mis.effects("J-1") == tickets
    assert (mis.journal[0].mode, mis.journal[0].status, mis.journal[0].happened) == (mode.name, status, "answered")
    assert notify(mis, "key-2").status_code == 201  # the script is used up


@pytest.mark.parametrize(
    ("mode", "error", "happened", "tickets"),
    [
        (Mode.hangs(0.01), "Remote", "closed", 0),
        (Mode.commits_then_hangs(0.01), "Remote", "closed", 1),
        (Mode.DROPS_BEFORE_COMMIT, "Remote", "closed", 0),
        (Mode.COMMITS_THEN_DROPS, "reset", "reset", 1),
        (Mode.HALF_READS_UPLOAD, "reset", "reset", 0),
    ],
    ids=lambda value: value.name if isinstance(value, Mode) else str(value),
)
def test_each_silent_mode_ends_the_connection_in_its_way(
    mis: MisSimulator, mode: Mode, error: str, happened: str, tickets: int
) -> None:
    mis.script("notify", mode)
    with pytest.raises(requests.ConnectionError, match=error):
        notify(mis)
    mis.wait_for(lambda: mis.journal[0].happened != "working")
    assert (mis.journal[0].status, mis.journal[0].happened) == (None, happened)
    assert mis.effects("J-1") == tickets


@pytest.mark.parametrize("verb", ["manifest", "assets", "slots", "cancel", "update", "lookup", "check", "upload"])
@pytest.mark.parametrize("mode", [Mode.SERVER_ERROR, Mode.OK_WITH_ERROR_BODY, Mode.too_many(3)], ids=lambda m: m.name)
def test_every_verb_can_be_scripted(mis: MisSimulator, client: requests.Session, verb: str, mode: Mode) -> None:
    notify(mis, artwork=[{"name": "a.pdf"}])
    slot = client.post(f"{mis.url}/jobs/MIS-000001/slots", timeout=PATIENT).json()["slots"][0]["url"]
    before = only_entry(mis)
    mis.script(verb, mode)
    method, url, body = {
        "manifest": ("POST", f"{mis.url}/jobs/MIS-000001/manifest", b""),
        "assets": ("POST", f"{mis.url}/jobs/MIS-000001/artwork", b'{"artwork":["http://hub/a"]}'),
        "slots": ("POST", f"{mis.url}/jobs/MIS-000001/slots", b""),
        "cancel": ("POST", f"{mis.url}/jobs/MIS-000001/cancel", b""),
        "update": ("PUT", f"{mis.url}/jobs/MIS-000001", b"{}"),
        "lookup": ("GET", f"{mis.url}/jobs?job=J-1", b""),
        "check": ("GET", f"{mis.url}/ping", b""),
        "upload": ("PUT", slot, PDF),
    }[verb]
    assert mode.answer is not None
    assert client.request(method, url, data=body, timeout=PATIENT).content == mode.answer.body
    assert only_entry(mis) == before
    assert client.request(method, url, data=body, timeout=PATIENT).status_code == 200
    assert (mis.journal[-1].verb, mis.journal[-2].verb) == (verb, verb)


def test_answers_say_what_their_mode_was_given(mis: MisSimulator) -> None:
    mis.script("notify", Mode.too_many(7), Mode.unavailable(30), Mode.unavailable(), Mode.redirect("http://hub/x"))
    assert [notify(mis).headers.get("Retry-After") for _ in range(3)] == ["7", "30", None]
    assert notify(mis).headers["Location"] == "http://hub/x"
    mis.script("notify", Mode.refuses("Too small.", "SMALL"), Mode.asks_for_more("Pay first."), Mode.OK_WITH_ERROR_BODY)
    assert notify(mis).json() == {"error": {"message": "Too small.", "code": "SMALL"}}
    assert notify(mis).json() == {"state": "action_required", "message": "Pay first."}
    assert notify(mis).json()["IsError"] is True
    mis.script("notify", Mode.OK_WITHOUT_REFERENCE, Mode.GARBAGE)
    assert notify(mis).json() == {}
    with pytest.raises(requests.JSONDecodeError):
        notify(mis).json()


def test_a_followed_redirect_shows_in_the_journal(mis: MisSimulator, client: requests.Session) -> None:
    mis.script("notify", Mode.redirect())
    client.post(f"{mis.url}/jobs", json={"job": "J-1"}, timeout=PATIENT)
    assert [seen.path for seen in mis.journal] == ["/jobs", "/elsewhere"]


def test_scripts_run_in_order_and_then_the_default_holds(mis: MisSimulator) -> None:
    mis.script("notify", Mode.SERVER_ERROR, Mode.unavailable())
    mis.default("notify", Mode.FORBIDDEN)
    assert [notify(mis).status_code for _ in range(4)] == [500, 503, 403, 403]
    mis.default("notify", Mode.TAKES)
    assert notify(mis).status_code == 201


def test_the_script_of_a_job_wins_over_that_of_its_verb(mis: MisSimulator) -> None:
    mis.script("notify", Mode.unavailable())
    mis.for_job("J-1", "notify", [Mode.SERVER_ERROR, Mode.TAKES])
    assert notify(mis, "a", "J-1").status_code == 500
    assert notify(mis, "b", "J-2").status_code == 503
    assert notify(mis, "a", "J-1").status_code == 201


def test_the_script_of_a_job_holds_for_every_verb(mis: MisSimulator, client: requests.Session) -> None:
    notify(mis, "a", "J-1", artwork=[{"name": "a.pdf"}])
    slots = client.post(f"{mis.url}/jobs/MIS-000001/slots", timeout=PATIENT).json()["slots"]
    for verb in ["manifest", "upload", "lookup"]:
        mis.for_job("J-1", verb, [Mode.FORBIDDEN])
    assert client.post(f"{mis.url}/jobs/MIS-000001/manifest", timeout=PATIENT).status_code == 403
    assert client.put(slots[0]["url"], data=PDF, timeout=PATIENT).status_code == 403
    assert client.get(f"{mis.url}/jobs?key=a", timeout=PATIENT).status_code == 403


@pytest.mark.parametrize("scripting", ["script", "default", "for_job"])
def test_a_misspelt_verb_is_refused(mis: MisSimulator, scripting: str) -> None:
    calls: dict[str, Callable[[], None]] = {
        "script": lambda: mis.script("notfy", Mode.TAKES),
        "default": lambda: mis.default("notfy", Mode.TAKES),
        "for_job": lambda: mis.for_job("J-1", "notfy", [Mode.TAKES]),
    }
    with pytest.raises(ValueError, match="notfy"):
        calls[scripting]()


@pytest.mark.parametrize(("verdict", "tickets"), [("received", 1), ("refused", 0)])
def test_an_accepted_job_is_judged_later(
    mis: MisSimulator, client: requests.Session, verdict: str, tickets: int
) -> None:
    mis.script("notify", Mode.ACCEPTS)
    assert notify(mis).json() == {"id": "MIS-000001", "state": "pending"}
    looked_up = f"{mis.url}/jobs/MIS-000001"
    assert client.get(looked_up, timeout=PATIENT).json()["state"] == "pending"
    assert notify(mis).json() == {"id": "MIS-000001", "state": "pending"}

    mis.decide("J-1", verdict)

    assert client.get(looked_up, timeout=PATIENT).json()["state"] == verdict
    assert mis.effects("J-1") == tickets
    assert notify(mis).status_code == (200 if verdict == "received" else 422)
    with pytest.raises(LookupError, match="J-1"):
        mis.decide("J-1", verdict)


@pytest.mark.parametrize("verdict", ["received", "refused"])
def test_accepted_artwork_and_manifests_are_judged_later(
    mis: MisSimulator, client: requests.Session, verdict: str
) -> None:
    notify(mis)
    mis.script("assets", Mode.ACCEPTS)
    mis.script("manifest", Mode.ACCEPTS)
    url = f"{mis.url}/jobs/MIS-000001"
    assert client.post(f"{url}/artwork", files={"f": ("a.pdf", PDF)}, timeout=PATIENT).status_code == 202
    assert client.post(f"{url}/manifest", timeout=PATIENT).status_code == 202
    assert client.get(url, timeout=PATIENT).json()["pending"] == ["assets", "manifest"]
    assert not only_entry(mis).artwork

    mis.decide("J-1", verdict)

    entry = only_entry(mis)
    assert entry.pending == ()
    assert entry.refused == (() if verdict == "received" else ("assets", "manifest"))
    assert entry.manifested is (verdict == "received")
    assert entry.artwork_confirmed is (verdict == "received")
    assert entry.tickets == 1


def test_an_unknown_verdict_is_refused(mis: MisSimulator) -> None:
    with pytest.raises(ValueError, match="maybe"):
        mis.decide("J-1", "maybe")


def test_partial_takes_the_first_file_and_leaves_the_key_free(mis: MisSimulator, client: requests.Session) -> None:
    notify(mis)
    mis.script("assets", Mode.PARTIAL)
    url, headers = f"{mis.url}/jobs/MIS-000001/artwork", {"Idempotency-Key": "a-1"}
    files = [("f", ("front.pdf", PDF)), ("f", ("back.pdf", PDF))]
    first = client.post(url, files=files, headers=headers, timeout=PATIENT).json()
    assert (first["state"], first["received"], first["missing"]) == ("partial", ["front.pdf"], ["back.pdf"])
    assert not only_entry(mis).artwork_confirmed
    assert client.post(url, files=files, headers=headers, timeout=PATIENT).json()["state"] == "assets_ok"
    assert list(only_entry(mis).artwork) == ["front.pdf", "back.pdf"]


def test_a_client_that_loses_patience_finds_out_by_lookup(mis: MisSimulator, client: requests.Session) -> None:
    mis.script("notify", Mode.hangs(), Mode.commits_then_hangs())
    for expected in [0, 1]:
        with pytest.raises(requests.ReadTimeout):
            client.post(f"{mis.url}/jobs", json={"job": "J-1"}, timeout=IMPATIENT)
        assert len(client.get(f"{mis.url}/jobs?job=J-1", timeout=PATIENT).json()["jobs"]) == expected
    assert [seen.happened for seen in mis.journal] == ["working", "answered"] * 2


def test_a_late_mis_prints_after_its_client_has_gone(mis: MisSimulator, client: requests.Session) -> None:
    mis.script("notify", Mode.takes_after(3 * IMPATIENT))
    with pytest.raises(requests.ReadTimeout):
        client.post(f"{mis.url}/jobs", json={"job": "J-1"}, timeout=IMPATIENT)
    mis.wait_for(lambda: mis.effects("J-1") == 1)


def test_an_upload_is_broken_off_half_way(mis: MisSimulator, client: requests.Session) -> None:
    notify(mis)
    mis.script("assets", Mode.HALF_READS_UPLOAD)
    big = bytes(20_000_000)
    with pytest.raises(requests.ConnectionError):
        client.post(f"{mis.url}/jobs/MIS-000001/artwork", files={"f": ("a.pdf", big)}, timeout=PATIENT)
    seen = mis.wait_for(lambda: next((seen for seen in mis.journal if seen.happened == "reset"), None))
    assert seen is not None
    assert 0 < seen.size < len(big)
    assert not only_entry(mis).artwork


def test_a_drip_is_complete_in_the_end(mis: MisSimulator) -> None:
    mis.script("notify", Mode.slow_drip(0.0005))
    assert notify(mis).json()["id"] == "MIS-000001"


def test_a_huge_answer_is_as_long_as_it_says(mis: MisSimulator) -> None:
    mis.script("notify", Mode.huge_answer(1_000_000))
    answer = notify(mis)
    assert len(answer.content) > 1_000_000
    assert answer.json()["id"] == "MIS-000001"


# --- journal, waiting, connections ----------------------------------------------------------------------------


def test_the_journal_keeps_what_was_sent(mis: MisSimulator, client: requests.Session) -> None:
    headers = {"Idempotency-Key": "key-1", "X-Extra": "Yes"}
    client.post(f"{mis.url}/jobs?test=1&empty=", json={"job": "J-1"}, headers=headers, timeout=PATIENT)
    [seen] = mis.journal
    assert (seen.number, seen.method, seen.path, seen.query) == (1, "POST", "/jobs", {"test": "1", "empty": ""})
    assert (seen.headers["x-extra"], seen.key, seen.job, seen.verb) == ("Yes", "key-1", "J-1", "notify")
    assert seen.json() == {"job": "J-1"}
    assert seen.size == len(seen.body)
    assert (seen.status, seen.happened) == (201, "answered")
    assert "X-Extra" not in repr(seen)


def test_a_client_that_breaks_off_is_noted(mis: MisSimulator) -> None:
    port = int(mis.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"POST /jobs HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{")
    mis.wait_for(lambda: [seen.happened for seen in mis.journal] == ["broken off"])
    assert mis.jobs == {}


def test_one_connection_serves_many_requests_of_all_outcomes(mis: MisSimulator) -> None:
    connection = http.client.HTTPConnection(mis.url.removeprefix("http://"), timeout=PATIENT)
    connection.connect()
    first = connection.sock
    mis.script("notify", Mode.TAKES, Mode.refuses(), Mode.GARBAGE, Mode.NOT_FOUND)
    for method, path in [("POST", "/jobs")] * 4 + [("GET", "/nowhere"), ("PUT", "/slots/x")]:
        connection.request(method, path, body=json.dumps({"job": "J-1"}))
        connection.getresponse().read()
    assert connection.sock is first
    connection.close()


def test_waiting_ends_as_soon_as_the_mis_has_what_is_waited_for(mis: MisSimulator) -> None:
    thread = threading.Thread(target=notify, args=(mis,))
    thread.start()
    assert mis.wait_for(lambda: mis.jobs_of("J-1"))[0].reference == "MIS-000001"
    thread.join()


def test_waiting_in_vain_says_what_came_instead(mis: MisSimulator) -> None:
    notify(mis)
    with pytest.raises(TimeoutError, match="POST /jobs: answered"):
        mis.wait_for(lambda: mis.effects("J-2"), timeout=0.01)


def test_a_mis_that_is_down_refuses_connections_until_it_is_up_again(
    mis: MisSimulator, client: requests.Session
) -> None:
    url = mis.url
    client.get(f"{url}/ping", timeout=PATIENT)  # leaves a connection in the pool
    mis.down()
    mis.down()
    for _ in range(2):
        with pytest.raises(requests.ConnectionError, match="refused"):
            client.get(f"{url}/ping", timeout=PATIENT)
    mis.up()
    mis.up()
    assert mis.url == url
    assert client.get(f"{url}/ping", timeout=PATIENT).status_code == 200
    assert len(mis.journal) == 2


@pytest.mark.parametrize(
    ("mode", "tickets"), [(Mode.hangs(), 0), (Mode.takes_after(60), 0), (Mode.commits_then_hangs(), 1)]
)
@pytest.mark.parametrize("ending", ["down", "stop"])
def test_going_down_frees_whoever_hangs_and_undoes_nothing(
    mis: MisSimulator, ending: str, mode: Mode, tickets: int
) -> None:
    mis.script("notify", mode)
    with ThreadPoolExecutor(1) as pool:
        hanging = pool.submit(notify, mis)
        mis.wait_for(lambda: mis.journal and mis.effects("J-1") == tickets)
        getattr(mis, ending)()
        with pytest.raises(requests.ConnectionError):
            hanging.result(PATIENT)
    assert mis.effects("J-1") == tickets
    assert mis.journal[0].happened == "closed"


def test_stopping_gives_the_port_back_and_keeps_the_books() -> None:
    with MisSimulator() as mis:
        notify(mis)
        port = int(mis.url.rpartition(":")[2])
    mis.stop()
    assert mis.effects("J-1") == 1
    with socket.socket() as another:
        another.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        another.bind(("127.0.0.1", port))


def test_a_stopped_mis_that_was_down_gives_the_port_back() -> None:
    mis = MisSimulator()
    mis.start()
    mis.down()
    mis.stop()
    mis.up()
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{mis.url}/ping", timeout=PATIENT)


def test_a_mis_has_an_address_only_when_started_and_starts_once() -> None:
    mis = MisSimulator()
    with pytest.raises(RuntimeError, match="before it is started"):
        _ = mis.url
    with mis, pytest.raises(RuntimeError, match="started before"):
        mis.start()
