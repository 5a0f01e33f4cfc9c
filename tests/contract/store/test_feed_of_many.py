"""The feed where many write: what was counted first may be committed last, and is told all the same."""

import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from printhub.core.flow.changes import Feed
from printhub.core.flow.receipts import Submitted
from printhub.core.flow.taking import Taking, read
from printhub.core.hub import Hub
from printhub.core.model.envelope import check_event
from printhub.core.store.store import Tx
from printhub.testing import Script
from tests.contract.store.crowd import crowd
from tests.invariants.shop import SOURCE, job, mis, order, place, settings

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("shared")]  # nothing stands in the feed


def told(feed: Feed, cursor: str | None = None) -> tuple[list[str], str]:
    """The jobs whose entries follow, and the cursor behind them."""
    page = feed.after(cursor, limit=500)
    return [str(one.event.subject) for one in page.items], page.after


class Open:
    """A transaction that has placed an order, and stays open until it is told to commit."""

    def __init__(self, hub: Hub, number: str) -> None:
        self.written, self.commit = threading.Event(), threading.Event()
        stated = {"id": f"e{number}", "source": SOURCE, "specversion": "1.0", "type": "printhub.order.placed"}
        event = check_event({**stated, "data": order(f"O{number}", [job(f"J{number}")])})

        def work(tx: Tx) -> None:
            Taking(tx, hub.rules).take([read(Submitted(event), hub.rules.settings)])
            self.written.set()
            assert self.commit.wait(30)

        self._thread = threading.Thread(target=lambda: hub.store.write(work))
        self._thread.start()
        assert self.written.wait(30)

    def end(self) -> None:
        """Commit."""
        self.commit.set()
        self._thread.join(30)


def test_what_is_committed_late_follows_the_cursor_that_was_given_before(database: str, tmp_path: Path) -> None:
    with crowd(database, tmp_path, settings(), [mis(Script())]) as made:
        hub, other = made.join(), made.join()
        place(hub, 1)  # what all jobs like it have in common is there already
        cursor = hub.feed.end()
        late = Open(other, "LATE")  # its entries are counted first
        quick = Open(hub, "EARLY")
        quick.end()
        before, cursor = told(hub.feed, cursor)

        late.end()
        after, _ = told(hub.feed, cursor)

    assert set(before) == {"JEARLY"}
    assert set(after) == {"JLATE"}


@given(steps=st.lists(st.sampled_from(["open", "commit", "read", "place"]), min_size=4, max_size=14))
@hypothesis_settings(max_examples=15)
def test_whatever_commits_in_whatever_order_each_is_told_once(
    database: str, tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("hub")
    with crowd(database, folder, settings(), [mis(Script())]) as made:
        hub, other = made.join(), made.join()
        Open(hub, f"FIRST{hub.rules.new_id().hex}").end()  # what all have in common is there already
        feed, cursor = other.feed, hub.feed.end()
        found: list[str] = []
        opened: list[Open] = []
        placed: list[str] = []
        for number, step in enumerate(steps):
            name = f"{hub.rules.new_id().hex[-12:]}{number}"
            if step == "open" and len(opened) < 3:
                opened.append(Open(hub, name))
                placed.append(f"J{name}")
            elif step == "place":
                quick = Open(other, name)
                quick.end()
                placed.append(f"J{name}")
            elif step == "commit" and opened:
                opened.pop(0).end()
            else:
                some, cursor = told(feed, cursor)
                found += some
        for one in opened:
            one.end()
        rest, _ = told(feed, cursor)

    assert sorted(found + rest) == sorted(placed)
