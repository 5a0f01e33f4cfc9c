"""`printhub emit`: what it says of good and of bad input."""

import json
from pathlib import Path

import pytest

from tests.unit.cli.shop import Shop, a_job

MEGABYTE = 1024 * 1024


def test_one_event_is_accepted_and_its_job_is_there(shop: Shop) -> None:
    event = shop.event("job.created", {"job": a_job(shop.folder, "J1")})

    result = shop.cli("emit", "-", stdin=json.dumps(event, indent=2))

    assert (result.exit_code, result.stdout) == (0, "1 accepted  e1\n1 accepted\n")
    assert [job["number"] for job in shop.json("jobs", "list")["jobs"]] == ["J1"]


def test_an_array_from_a_file_is_told_event_by_event(shop: Shop) -> None:
    events = [shop.event("job.created", {"job": a_job(shop.folder, name)}) for name in ("J1", "J2")]
    (shop.folder / "events.json").write_text(json.dumps([*events, events[0], {**events[1], "subject": "J3"}]))

    result = shop.cli("emit", str(shop.folder / "events.json"), "--json")

    told = [json.loads(line) for line in result.stdout.splitlines()]
    assert result.exit_code == 1
    assert [(one["index"], one["id"], one["taken"]) for one in told] == [
        (1, "e1", "accepted"),
        (2, "e2", "accepted"),
        (3, "e1", "repeated"),
        (4, "e2", "refused"),
    ]
    assert told[3]["code"] == "same_id"


def test_the_same_input_may_be_emitted_again(shop: Shop) -> None:
    event = json.dumps(shop.event("job.created", {"job": a_job(shop.folder, "J1")}))
    shop.cli("emit", "-", stdin=event)

    again = shop.cli("emit", "-", stdin=event)

    assert (again.exit_code, again.stdout) == (0, "1 repeated  e1\n1 repeated\n")


def test_an_early_event_and_one_of_an_unknown_type_are_taken_and_said_to_be_so(shop: Shop) -> None:
    early = shop.event("job.blocked", {"job": "J9"})
    unknown = shop.event("of.tomorrow", {})

    result = shop.cli("emit", "-", stdin=f"{json.dumps(early)}\n{json.dumps(unknown)}")

    assert result.stdout.splitlines() == ["1 accepted  e1, early", "2 accepted  e2, unknown", "2 accepted"]
    assert [one["waits_for"] for one in shop.json("events", "list", "--early")["events"]] == ["job/shop/J9"]
    assert [one["type"] for one in shop.json("events", "list", "--unknown")["events"]] == ["printhub.of.tomorrow"]


BAD = {
    "malformed": (b'{"id": "x", ', "not_json"),
    "nothing of ours": (b'{"hello": "world"}', "invalid"),
    "a number": (b"42", "not_an_event"),
    "not UTF-8": (b'{"id": "\xff"}', "not_utf8"),
    "UTF-16": ('{"id": "x"}'.encode("utf-16"), "not_utf8"),
    "zero bytes": (b"\x00\x00\x00", "not_json"),
    "oversized": (b'{"id": "' + b"x" * MEGABYTE + b'"}', "too_large"),
    "far too large": (b'{"id": "' + b"x" * 20 * MEGABYTE + b'"}', "too_large"),
    "deeply nested": (b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "not_json"),
    "wrong types": (b'{"id": 7, "source": [], "specversion": "1.0", "type": "t"}', "invalid"),
    "an unknown source": (b'{"id": "1", "source": "urn:x", "specversion": "1.0", "type": "t"}', "unknown_source"),
}


@pytest.mark.parametrize(("written", "code"), BAD.values(), ids=BAD)
def test_bad_input_is_refused_with_its_reason_kept_and_shown(shop: Shop, written: bytes, code: str) -> None:
    result = shop.cli("emit", "-", stdin=written)

    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "1 refused"
    assert [one["code"] for one in shop.json("events", "list", "--refused")["events"]] == [code]


def test_bad_events_do_not_take_the_good_ones_with_them(shop: Shop) -> None:
    good = [json.dumps(shop.event("job.created", {"job": a_job(shop.folder, name)})) for name in ("J1", "J2")]

    result = shop.cli("emit", "-", stdin=f"{good[0]}\nbroken\n{good[1]}\n{{}}\n")

    assert result.exit_code == 1
    assert [line.split()[1] for line in result.stdout.splitlines()[:4]] == [
        "accepted",
        "refused",
        "accepted",
        "refused",
    ]
    assert len(shop.json("jobs", "list")["jobs"]) == 2


def test_an_array_that_breaks_off_is_taken_as_far_as_it_goes_and_that_is_said(shop: Shop) -> None:
    event = json.dumps(shop.event("job.created", {"job": a_job(shop.folder, "J1")}))

    result = shop.cli("emit", "-", stdin=f"[{event}")

    assert result.exit_code == 1
    assert result.stdout.splitlines()[-1] == "1 accepted, 1 refused"


@pytest.mark.parametrize("written", ["", " \n\n", "[]"])
def test_input_without_an_event_is_wrong_usage(shop: Shop, written: str) -> None:
    result = shop.cli("emit", "-", stdin=written)

    assert (result.exit_code, result.stdout) == (2, "")
    assert "the input holds no event" in result.stderr


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("not json", "the input is not JSON: expected true, false or null at line 1 column 2"),
        ('{"id": }', "the input is not JSON: expected value at line 1 column 8"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(shop: Shop, written: str, told: str) -> None:
    assert told in shop.cli("emit", "-", stdin=written).stdout


def test_a_file_that_is_not_there_is_wrong_usage(shop: Shop) -> None:
    assert shop.cli("emit", "nowhere.json").exit_code == 2


def test_input_cannot_steer_the_terminal(shop: Shop) -> None:
    event = shop.event("job.created", {"job": a_job(shop.folder, "J1", product="\x1b[31mred\x07")})
    shop.cli("emit", "-", stdin=json.dumps(event))

    result = shop.cli("jobs", "show", "J1")

    assert "\x1b" not in result.stdout
    assert "\x07" not in result.stdout


def test_a_long_input_is_taken_whole(shop: Shop, tmp_path: Path) -> None:
    events = [shop.event("of.tomorrow", {"number": number, "text": "x" * 500}) for number in range(300)]
    (tmp_path / "many.json").write_text(json.dumps(events))

    result = shop.cli("emit", str(tmp_path / "many.json"))

    assert result.stdout.splitlines()[-1] == "300 accepted"
