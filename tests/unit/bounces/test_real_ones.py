"""The shared set of labelled real mails: how many are read rightly, and none that is no bounce is taken for one."""

import json

import pytest

from bench.bounces import AIMS, SET, ours, score


def test_real_mails_are_read_as_well_as_is_aimed_at() -> None:
    labels = SET / "labels.json"
    if not labels.is_file():
        pytest.skip("the set of labelled mails is not on this machine (PRINTHUB_BOUNCES names its folder)")

    found = score("ours", ours, SET, json.loads(labels.read_text(encoding="utf-8"))["files"])

    assert {what: share for what, share in found.right.items() if share < AIMS[what]} == {}
    assert found.false_alarms == ()
