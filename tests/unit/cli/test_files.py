"""`printhub files`, `reopen` and `recreate`, by the command line."""

import hashlib
import os
from pathlib import Path

import pytest

from tests.unit.cli.shop import Shop

NEW = b"%PDF-1.7 with a bleed"


@pytest.fixture
def brought(shop: Shop) -> Path:
    """A file that an operator has made."""
    path = shop.folder / "mended.pdf"
    path.write_bytes(NEW)
    return path


def the_file(shop: Shop, name: str) -> str:
    found = shop.json("files", "list", "J1")["files"]
    return str(next(file["id"] for file in found if file["name"] == name))


def shipped(shop: Shop) -> None:
    shop.order()
    shop.run()
    shop.emit("job.shipped", {"job": "J1"})
    shop.run()


def test_the_files_of_a_job_are_listed_with_what_became_of_them(shop: Shop) -> None:
    shop.order()
    shop.run()

    result = shop.cli("files", "list", "J1")

    head, line = result.stdout.splitlines()
    assert head.split() == ["FILE", "STATE", "ROLE", "SIZE", "NAME"]
    assert line.split()[1:] == ["present", "output", *line.split()[3:5], "J1.pdf"]
    [file] = shop.json("files", "list", "J1")["files"]
    assert (file["name"], file["state"], file["next_at"], file["by"]) == ("J1.pdf", "present", None, "")


def test_a_file_that_is_not_there_yet_says_why_and_when_it_is_tried_again(shop: Shop) -> None:
    shop.order()
    (shop.folder / "artwork" / "J1.pdf").unlink()
    shop.run()

    result = shop.cli("files", "list", "J1")

    assert "fetching" in result.stdout
    assert "J1.pdf, there is no file J1.pdf, next 20" in result.stdout


def test_what_failed_is_fetched_again(shop: Shop) -> None:
    shop.order(payment="Pending", output=[{"name": "J1.pdf", "url": "file:///nowhere/J1.pdf"}])
    shop.run()
    assert "failed" in shop.cli("files", "list", "J1").stdout
    assert "printhub files fetch --job J1" in shop.cli("jobs", "show", "J1").stdout

    result = shop.cli("files", "fetch", "--job", "J1", "--why", "the share is mounted again")

    assert (result.exit_code, result.stdout) == (0, "J1.pdf is fetched again\n")
    [file] = shop.json("files", "list", "J1")["files"]
    assert (file["state"], file["attempts"]) == ("expected", 0)


@pytest.mark.parametrize("words", [[], ["0123456789", "--job", "J1"]])
def test_fetching_needs_one_word_on_what(shop: Shop, words: list[str]) -> None:
    result = shop.cli("files", "fetch", *words, "--why", "x")

    assert result.exit_code == 2
    assert "say either FILE or --job JOB" in result.stderr


def test_replacement_output_is_put_in_place_and_can_be_undone(shop: Shop, brought: Path) -> None:
    shop.order(payment="Pending")
    shop.run()
    old = the_file(shop, "J1.pdf")

    result = shop.cli("files", "upload", "J1", str(brought), "--role", "output", "--why", "the bleed was missing")

    new = the_file(shop, "mended.pdf")
    assert result.stdout.splitlines() == [
        f"mended.pdf is in place as output: {len(NEW)} B, file {new}",
        f"superseded: J1.pdf, output; `printhub files restore {old}` makes it stand again",
    ]
    undone = shop.cli("files", "restore", old[:13], "--why", "it was meant so")
    assert undone.stdout.splitlines()[0].startswith("J1.pdf is in place again as output: ")
    assert f"`printhub files restore {new}` makes it stand again" in undone.stdout


def test_new_artwork_says_that_nobody_tells_the_storefront_and_who_was_told_of_the_old(
    shop: Shop, brought: Path
) -> None:
    shop.order()
    shop.run()

    result = shop.cli("files", "upload", "J1", str(brought), "--role", "artwork", "--why", "another photograph")

    assert "superseded: J1.pdf, output; `printhub files restore" in result.stdout
    assert (
        "the job waits for new output: nobody tells the storefront, because no route leads this job to a status adapter"
        in result.stdout
    )
    assert "mis was told of the earlier file: an update goes to it" in result.stdout
    told = shop.json("files", "upload", "J1", str(brought), "--role", "artwork", "--why", "once more")
    assert (told["storefront_asked"], told["told"], told["unable"]) == (False, ["mis"], [])
    assert told["files"][0]["sha256"] == hashlib.sha256(NEW).hexdigest()


@pytest.mark.parametrize("what", ["empty", "folder", "pipe", "nothing"])
def test_what_is_no_file_or_empty_is_not_uploaded(shop: Shop, what: str) -> None:
    shop.order()
    path = shop.folder / "odd.pdf"
    match what:
        case "empty":
            path.touch()
        case "folder":
            path.mkdir()
        case "pipe":
            os.mkfifo(path)
        case _:
            pass

    result = shop.cli("files", "upload", "J1", str(path), "--role", "output", "--why", "x")

    assert result.exit_code in (1, 2)
    assert "odd.pdf" in result.stderr


def test_a_file_is_downloaded_and_checked_and_nothing_overwritten(shop: Shop) -> None:
    shop.order()
    shop.run()
    target, id_ = shop.folder / "out.pdf", the_file(shop, "J1.pdf")
    content = (shop.folder / "artwork" / "J1.pdf").read_bytes()

    result = shop.cli("files", "download", id_[:18], "--to", str(target))

    assert target.read_bytes() == content
    assert result.stdout.endswith(f"sha256 {hashlib.sha256(content).hexdigest()}\n")
    again = shop.cli("files", "download", id_, "--to", str(target))
    assert (again.exit_code, again.stderr) == (1, f"printhub: {target} is there already; --force replaces it\n")
    forced = shop.json("files", "download", id_, "--to", str(target), "--force")
    assert (forced["path"], forced["id"]) == (str(target), id_)


def test_a_superseded_file_can_be_downloaded_until_clean_up(shop: Shop, brought: Path) -> None:
    shop.order()
    shop.run()
    old = the_file(shop, "J1.pdf")
    shop.cli("files", "upload", "J1", str(brought), "--role", "output", "--why", "x")
    assert shop.cli("files", "download", old, "--to", str(shop.folder / "old.pdf")).exit_code == 0
    shop.run()

    shop.emit("job.shipped", {"job": "J1"})
    shop.run()
    result = shop.cli("files", "download", old, "--to", str(shop.folder / "again.pdf"))

    assert result.exit_code == 1
    assert "J1.pdf was cleared; `printhub reopen J1 --why TEXT` asks the storefront for it again" in result.stderr


def test_a_shipped_job_is_reopened(shop: Shop) -> None:
    shipped(shop)
    assert shop.json("jobs", "show", "J1")["status"] == "CleanUp"

    result = shop.cli("reopen", "J1", "--why", "the customer lost the parcel")

    assert result.stdout.splitlines() == [
        "job J1 is open again; its status stays CleanUp until something new is told of it",
        "nobody tells the storefront, because no route leads this job to a status adapter: ask there by hand",
    ]
    shop.run()
    again = shop.cli("reopen", "J1", "--why", "x")
    assert (again.exit_code, "is not closed" in again.stderr) == (1, True)


def test_output_is_asked_for_anew(shop: Shop) -> None:
    shop.order()

    asked = shop.json("recreate", "J1", "--why", "the fonts are wrong")

    assert (asked["number"], asked["storefront_asked"]) == ("J1", False)
    shop.order("O2", "J2", product_type="Ordinary")
    refused = shop.cli("recreate", "J2", "--why", "x")
    assert (refused.exit_code, refused.stderr) == (1, "printhub: job J2 is Ordinary: it has no output\n")


@pytest.mark.parametrize(
    "command", [["reopen", "J1"], ["recreate", "J1"], ["files", "restore", "012345"], ["files", "fetch", "012345"]]
)
def test_no_act_on_files_goes_without_a_reason(shop: Shop, command: list[str]) -> None:
    assert shop.cli(*command).exit_code == 2


def test_a_static_job_does_not_lose_its_output_to_what_nobody_called_artwork(shop: Shop, brought: Path) -> None:
    shop.order("O1", "J1")
    shop.order("O2", "J2", product_type="Dynamic", output=[])

    refused = shop.cli("files", "upload", "J1", str(brought), "--why", "x")
    taken = shop.cli("files", "upload", "J2", str(brought), "--why", "x")

    assert refused.exit_code == 2
    assert "job J1 is Static, its output came with it: say --role output" in refused.stderr
    assert len(shop.json("files", "list", "J1")["files"]) == 1
    assert "mended.pdf is in place as artwork" in taken.stdout
