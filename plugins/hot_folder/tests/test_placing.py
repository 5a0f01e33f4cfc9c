"""What lies in the folder, under which names and in which order."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from printhub import Misconfigured, Outcome, Rejected, TemplateInvalid, Verb
from printhub.testing import FolderWatcher, MemoryFiles, a_call, a_placement
from printhub_hot_folder.adapter import HotFolder
from printhub_hot_folder.config import HotFolderConfig


@pytest.fixture
def hot(tmp_path: Path) -> Path:
    path = tmp_path / "hot"
    path.mkdir()
    return path


def adapter(hot: Path, **changes: Any) -> HotFolder:
    return HotFolder(HotFolderConfig.model_validate({"path": str(hot), **changes}))


def lies_in(hot: Path) -> list[str]:
    return sorted(path.relative_to(hot).as_posix() for path in hot.glob("[!.]*") if path.is_file())


def test_names_are_made_of_facts(hot: Path) -> None:
    name = "{{ storefront }}_{{ order }}_{{ job }}_{{ number }}_{{ file.part }}_{{ quantity }}.pdf"

    adapter(hot, name=name).place(a_placement("J-1", files=["front.pdf", "back.pdf"]), a_call(Verb.PLACE))

    assert lies_in(hot) == ["shop_O-1_J-1_1_front_250.pdf", "shop_O-1_J-1_2_back_250.pdf"]


def test_a_pattern_leads_into_folders_and_a_fact_does_not(hot: Path) -> None:
    (hot / "coated_matt").mkdir()
    placement = a_placement("../J/1", files=["front.pdf"], attributes={"paper": "coated/matt"})

    adapter(hot, name="{{ attributes.paper }}/{{ job }}.pdf").place(placement, a_call(Verb.PLACE))

    assert [path.name for path in (hot / "coated_matt").iterdir()] == ["___J_1.pdf"]
    assert not [path for path in hot.parent.iterdir() if path != hot]


def test_a_folder_that_nobody_made_is_not_made(hot: Path) -> None:
    with pytest.raises(Misconfigured, match="no folder"):
        adapter(hot, name="uncoated/{{ job }}.pdf").place(a_placement(files=["front.pdf"]), a_call(Verb.PLACE))


def test_files_of_one_name_get_their_numbers(hot: Path) -> None:
    adapter(hot, name="{{ job }}.pdf").place(a_placement("J-1", files=["front.pdf", "back.pdf"]), a_call(Verb.PLACE))

    assert lies_in(hot) == ["1-J-1.pdf", "2-J-1.pdf"]


def test_a_pattern_without_its_fact_places_nothing(hot: Path) -> None:
    with pytest.raises(TemplateInvalid, match="name"):
        adapter(hot, name="{{ attributes.weight }}.pdf").place(a_placement(), a_call(Verb.PLACE))

    assert lies_in(hot) == []


def test_the_ticket_names_the_files_as_they_lie_there(hot: Path) -> None:
    ticket = {"name": "{{ job }}.txt", "body": "{% for file in files %}{{ file.name }} {{ file.size }}\n{% endfor %}"}
    files = MemoryFiles()
    made = [files.add("a:b.pdf", b"12345", part="front")]

    adapter(hot, ticket=ticket).place(a_placement("J-1", files=made), a_call(Verb.PLACE))

    assert (hot / "J-1.txt").read_text() == "J-1-a_b.pdf 5\n"


def test_artwork_comes_first_then_the_ticket_then_the_triggers(hot: Path) -> None:
    config = {"trigger": ".trg", "ticket": {"name": "{{ job }}.csv", "body": "{{ quantity }}\n"}}
    with FolderWatcher(hot, trigger=".trg") as watcher:
        placing = adapter(hot, **config)
        for number in range(20):
            placing.place(a_placement(f"J-{number}", files=["front.pdf"]), a_call(Verb.PLACE, f"key-{number}"))
        watcher.wait_for(lambda it: len(it.grabbed) >= 40)

    assert watcher.complaints == []
    assert watcher.times("J-7-front.pdf") == watcher.times("J-7.csv") == 1


def test_a_watcher_that_is_awaited_settles_the_call(hot: Path) -> None:
    placement = a_placement("J-1")
    call = a_call(Verb.PLACE, deadline_in=timedelta(seconds=10))
    placed = adapter(hot, consumption="awaited").place(placement, call)
    assert placed.outcome is Outcome.ACCEPTED
    assert placed.parts == {"front", "back"}

    with FolderWatcher(hot) as watcher:
        watcher.wait_for(lambda it: len(it.grabbed) == 2)

    found: Any = adapter(hot, consumption="awaited").lookup(placement, call)
    assert found.report.outcome is Outcome.DONE
    assert found.report.parts == {"front", "back"}


def test_what_the_watcher_cannot_use_has_failed(hot: Path) -> None:
    (hot / "Input_Error").mkdir()
    placement = a_placement("J-1")
    call = a_call(Verb.PLACE)
    made = adapter(hot, refused="Input_Error")
    made.place(placement, call)
    with FolderWatcher(hot, refused=hot / "Input_Error") as watcher:
        watcher.refuse("J-1-back.pdf")
        watcher.wait_for(lambda _it: (hot / "Input_Error" / "J-1-back.pdf").exists())

    found: Any = made.lookup(placement, call)

    assert isinstance(found.report, Rejected)
    assert "J-1-back.pdf" in found.report.detail


def test_a_check_says_what_it_found(hot: Path) -> None:
    report = adapter(hot).check(a_call(Verb.PLACE))

    assert (report.outcome, report.detail) == (Outcome.DONE, "the folder can be written to; nothing lies in it")
