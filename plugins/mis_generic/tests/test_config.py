"""What an operator writes wrongly is found when the file is read, and named."""

from typing import Any

import pytest
from pydantic import ValidationError

from plugins.mis_generic.tests import sample
from printhub import Effect, Verb
from printhub_mis_generic.config import MisGenericConfig


def notify(**changes: Any) -> dict[str, Any]:
    return {**sample.settings()["notify"], **changes}


@pytest.mark.parametrize(
    ("changes", "where", "what"),
    [
        ({"base_url": "ftp://mis"}, "base_url", "expected an address"),
        ({"base_url": "https://user:pass@mis"}, "base_url", "no credentials"),
        ({"base_url": "http://127.0.0.1:8080."}, "base_url", "no port"),
        ({"base_url": "https://mis .example"}, "base_url", "expected an address"),
        ({"notify": notify(path="jobs/{{ job.id")}, "notify.path", ""),
        ({"notify": notify(path="jobs?x=1")}, "notify.path", "params"),
        ({"notify": notify(path="{% if x %}a{% endif %}")}, "notify.path", "expressions"),
        ({"notify": notify(reference="id[")}, "notify.reference", "JMESPath"),
        ({"notify": notify(reference="nosuch(id)")}, "notify.reference", "nosuch"),
        ({"notify": notify(body={"job": {"id": "{{ job.id }"}})}, "notify", "body.job.id"),
        ({"notify": notify(body='{"job": {% if %}}')}, "notify", "body"),
        ({"notify": notify(body=7)}, "notify", "body"),
        ({"notify": notify(format="form", body="x")}, "notify", "table of fields"),
        ({"notify": notify(method="GET")}, "notify", "GET"),
        ({"notify": notify(headers={"X A": "b"})}, "notify.headers", ""),
        ({"notify": notify(headers={"Idempotency-key": "b"})}, "", "notify.headers.Idempotency-key"),
        ({"headers": {"content-type": "b"}}, "", "headers.content-type"),
        ({"notify": notify(covers=["cancel"])}, "", "notify.covers"),
        ({"notify": notify(progress=[{"when": "a", "status": "Nonsense"}])}, "notify.progress", ""),
        ({"notify": notify(success={"statuses": [42]})}, "notify.success.statuses", ""),
        ({"limits": [{"field": "job.id", "pattern": "("}]}, "limits", "regular expression"),
        ({"auth": {"type": "bearer", "token": "s3cr3t\n"}}, "auth.bearer.token", "white space"),
        ({"auth": {"type": "magic"}}, "auth", "magic"),
        ({"auth": {"type": "query", "name": "key", "value": "v"}}, "", "lookup.params.key"),
        ({"idempotency": {"header": "", "honours_key": True}}, "idempotency", "name its header"),
        ({"artwork": {"mode": "none"}}, "", "artwork.mode"),
        ({"assets": None}, "", "assets: is missing"),
        ({"artwork": {"mode": "url", "by": "notify"}}, "", "notify.covers"),
        ({"artwork": {"mode": "multipart"}, "assets": {"path": "a", "body": ["x"]}}, "", "table of fields"),
        ({"artwork": {"mode": "slots", "slots": "slots", "hosts": ["https://x/"]}}, "artwork.slots.hosts", "host"),
        ({"cancel": None}, "", "lookup.verbs.cancel"),
        ({"lookup": {"path": "a", "found": "b", "verbs": {}}}, "lookup.verbs", "at least one"),
        ({"notfy": {}}, "notfy", ""),
    ],
)
def test_a_mistake_is_named_with_its_place(changes: dict[str, Any], where: str, what: str) -> None:
    with pytest.raises(ValidationError) as caught:
        MisGenericConfig.model_validate(sample.settings(**changes))
    problems = {".".join(map(str, error["loc"])): error["msg"] for error in caught.value.errors()}
    assert any(place.startswith(where) and what in message for place, message in problems.items()), problems


def test_a_refused_secret_is_not_shown() -> None:
    with pytest.raises(ValidationError) as caught:
        MisGenericConfig.model_validate(sample.settings(auth={"type": "bearer", "token": "hush-hush\n"}))
    assert "hush" not in str(caught.value)


def test_a_configuration_can_be_told_to_others_without_its_secrets() -> None:
    config = MisGenericConfig.model_validate(sample.settings(auth={"type": "bearer", "token": "hush-hush"}))
    assert "hush" not in config.model_dump_json()
    assert config.model_dump(mode="json")["notify"]["reference"] == ["id"]
    assert "base_url" in MisGenericConfig.model_json_schema()["properties"]


def test_the_verbs_are_those_that_have_a_section_or_are_covered() -> None:
    every = {Verb.NOTIFY, Verb.MANIFEST, Verb.ASSETS, Verb.UPDATE, Verb.CANCEL}
    assert sample.adapter(sample.settings()).verbs() == every
    assert sample.adapter(sample.by_url()).verbs() == every
    assert sample.adapter(sample.by_url(update=None, cancel=None)).verbs() == every - {Verb.UPDATE, Verb.CANCEL}
    without = sample.settings(manifest=None, assets=None, artwork=None, lookup=None, update=None, cancel=None)
    assert sample.adapter(without).verbs() == {Verb.NOTIFY}


def test_effects_are_what_the_configuration_can_keep() -> None:
    both = sample.adapter(sample.settings())
    assert both.effect(Verb.NOTIFY) == Effect.KEYED | Effect.LOOKUP
    assert both.effect(Verb.UPDATE) == Effect.KEYED
    assert sample.adapter(sample.settings(idempotency={})).effect(Verb.NOTIFY) == Effect.LOOKUP
    assert sample.adapter(sample.settings(idempotency={}, lookup=None)).effect(Verb.NOTIFY) == Effect.BLIND
    assert both.effect(Verb.SEND) == Effect.BLIND
