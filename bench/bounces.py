"""`make bench-bounces`: how well mails that come back are read, on the shared set of real ones, beside its peers.

The peers are flufl.bounce alone, and the fields of RFC 3464 alone. A mail counts as right only as a whole: with every
recipient found and none besides. Exits with 1 where an aim is missed, and with 2 where the set is not there.
"""

import argparse
import email
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flufl.bounce import all_failures

from printhub.core.bounces.classify import classify
from printhub.core.bounces.mail import Mail
from printhub.core.bounces.status import told_by_report

AIMS = {"exact": 97.0, "final": 96.0, "class": 95.0, "severity": 85.0}
"""In percent of all bounces and delays."""
SET = Path(os.environ.get("PRINTHUB_BOUNCES", Path(__file__).parents[2] / "shared" / "data" / "bounces"))
"""Where the set is."""
_OF_A_PEER = "flufl.bounce sdist"
"""The source of the mails that flufl.bounce was made with: beside it they do not count."""

Read = Mapping[str, Mapping[str, str]]
"""Address → action, status_class, severity."""


@dataclass(frozen=True)
class Score:
    """How many mails one reader has right, in each respect and all before it."""

    name: str
    mails: int
    right: Mapping[str, float]
    false_alarms: tuple[str, ...]
    milliseconds: float


def ours(raw: bytes) -> Read:
    """As the hub reads it."""
    report = classify(raw)
    if report.kind not in ("bounce", "delayed"):
        return {}
    return {
        one.address.lower(): {
            "action": str(one.action),
            "status_class": one.status_class,
            "severity": str(one.severity or ""),
        }
        for one in report.recipients
    }


def library(raw: bytes) -> Read:
    """As flufl.bounce alone reads it."""
    temporary, permanent = all_failures(email.message_from_bytes(raw))
    found: dict[str, dict[str, str]] = {}
    for addresses, action, word, severity in (
        (permanent, "failed", "permanent", "hard"),
        (temporary, "delayed", "temporary", "soft"),
    ):
        for one in addresses:
            found[one.decode("utf-8", "replace").lower()] = {
                "action": action,
                "status_class": word,
                "severity": severity,
            }
    return found


def fields(raw: bytes) -> Read:
    """As the fields of RFC 3464 alone say."""
    told, _ = told_by_report(Mail(raw), anywhere=False)
    return {
        one.address.lower(): {
            "action": "delayed" if one.action.startswith("delay") else "failed",
            "status_class": "temporary" if one.status.startswith("4") else "permanent",
            "severity": "hard" if one.status.startswith("5") else "soft",
        }
        for one in told
    }


def score(name: str, read: Callable[[bytes], Read], folder: Path, files: Mapping[str, Any]) -> Score:
    """Read the whole set."""
    right, false_alarms, mails, spent = dict.fromkeys(AIMS, 0), [], 0, 0.0
    for file, label in files.items():
        raw = (folder / "dev" / file).read_bytes()
        begun = time.perf_counter()
        try:
            found = read(raw)
        except Exception:  # noqa: BLE001 - a peer that breaks on a mail has it wrong
            found = {}
        spent += time.perf_counter() - begun
        if label["kind"] not in ("bounce", "delayed"):
            false_alarms += [file] if found else []
            continue
        mails += 1
        for what, good in judged(found, label["recipients"]).items():
            right[what] += good
    shares = {what: 100 * count / mails for what, count in right.items()}
    return Score(name, mails, shares, tuple(false_alarms), 1000 * spent / len(files))


def judged(found: Read, labels: list[Mapping[str, str]]) -> dict[str, bool]:
    """What of a mail is right; nothing is where the recipients are not.

    A recipient is found by its address, or by the alias that the message was sent to.
    """
    wanted = {one["address"].lower(): one for one in labels}
    of_alias = {one["alias"].lower(): address for address, one in wanted.items() if one["alias"]}
    named = {of_alias.get(address, address): read for address, read in found.items()}
    exact = set(named) == set(wanted) and len(named) == len(found)

    def all_right(name: str) -> bool:
        return exact and all(named[address][name] == one[name] for address, one in wanted.items() if one[name])

    return {
        "exact": exact,
        "final": all_right("action"),
        "class": all_right("status_class"),
        "severity": all_right("severity"),
    }


def main() -> int:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="python -m bench.bounces", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=SET, help="the set: labels.json and dev/*.eml")
    parser.add_argument("--json", action="store_true", help="write JSON")
    parser.add_argument("--wrong", action="store_true", help="name the mails that are read wrongly, and how")
    asked = parser.parse_args()
    if not (asked.folder / "labels.json").is_file():
        print(f"there is no set of labelled mails in {asked.folder}; name its folder", file=sys.stderr)  # noqa: T201 - what it is run for
        return 2
    files = json.loads((asked.folder / "labels.json").read_text(encoding="utf-8"))["files"]
    if asked.wrong:
        _tell_wrong(asked.folder, files)
    scores = _scores(asked.folder, files)
    fair = _scores(asked.folder, {name: one for name, one in files.items() if one["source"] != _OF_A_PEER})
    missed = [what for what, aim in AIMS.items() if scores[0].right[what] < aim]
    if asked.json:
        told = {"aims": AIMS, "missed": missed, "all": _as_data(scores), "without_a_peers_own": _as_data(fair)}
        print(json.dumps(told, indent=2))  # noqa: T201 - what it is run for
    else:
        _tell(fair, "without flufl.bounce's own")
        _tell(scores, "all", missed)
    return 1 if missed or scores[0].false_alarms else 0


def _scores(folder: Path, files: Mapping[str, Any]) -> list[Score]:
    readers = (("ours", ours), ("flufl.bounce", library), ("RFC 3464", fields))
    return [score(name, read, folder, files) for name, read in readers]


def _as_data(scores: list[Score]) -> dict[str, Any]:
    told = {one.name: {**one.right, "false_alarms": len(one.false_alarms), "ms": one.milliseconds} for one in scores}
    return {"mails": scores[0].mails, "readers": told}


def _tell(scores: list[Score], which: str, missed: list[str] | None = None) -> None:
    head = f"{f'%, of {scores[0].mails} bounces and delays, {which}':60}"
    lines = [head + "".join(f"{one:>10}" for one in AIMS) + "  false alarms  ms a mail"]
    for one in scores:
        cells = "".join(f"{one.right[what]:10.1f}" for what in AIMS)
        lines.append(f"{one.name:60}{cells}{len(one.false_alarms):14}{one.milliseconds:11.2f}")
    if missed is not None:
        lines.append(f"{'aims':60}" + "".join(f"{aim:10.1f}" for aim in AIMS.values()) + f"{0:14}")
    if missed:
        lines.append(f"missed: {', '.join(missed)}")
    print("\n".join(lines))  # noqa: T201 - what it is run for


def _tell_wrong(folder: Path, files: Mapping[str, Any]) -> None:
    for file, label in files.items():
        raw = (folder / "dev" / file).read_bytes()
        found = ours(raw)
        if label["kind"] not in ("bounce", "delayed"):
            if found:
                print(f"{file} false alarm: {label['kind']}")  # noqa: T201 - what it is run for
            continue
        good = judged(found, label["recipients"])
        if not all(good.values()):
            wrong = [what for what, is_right in good.items() if not is_right]
            said = [(one["address"], one["action"], one["status"], one["reason"]) for one in label["recipients"]]
            print(f"{file} {label['origin']} {wrong}\n   found {dict(found)}\n   label {said}")  # noqa: T201 - what it is run for


if __name__ == "__main__":
    sys.exit(main())
