"""The shop of the campaign: its storefronts, three simulated MISs, and the configuration of the hub between them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
ARTWORK = "poster.pdf"
ROUTES: Mapping[str, tuple[str, ...]] = {
    "north": ("keyed", "asked"),
    "south": ("asked",),
    "west": ("blind", "keyed"),
}
"""Where the jobs of each storefront go."""
INSTANCES: Mapping[str, str] = {"keyed": "keyed", "asked": "lookup", "blind": "blind"}
"""What makes a repeated call safe at each MIS: its key, a lookup, or nothing."""
ASSETS_LAST = ("asked",)
"""The instances that get the artwork only after the manifest."""
TIMEOUT, GRACE = 1.5, 2.5
"""Seconds that a call may take, and that one in doubt rests; what a MIS does late, it does within the grace."""


def source(storefront: str) -> str:
    """What the events of a storefront name as their source."""
    return f"https://{storefront}.example/"


def configured(folder: Path, urls: Mapping[str, str], services: Mapping[str, Mapping[str, str]]) -> Path:
    """Write the hub's configuration and the shop's one file; returns the path of the configuration.

    `urls` has the address of each MIS; `services` are the sections of the store and the bus, empty for a hub that
    brings its own.
    """
    (folder / "artwork").mkdir(parents=True, exist_ok=True)
    (folder / "artwork" / ARTWORK).write_bytes(PDF)
    lines = ["[hub]", 'data = "var"', 'log_level = "info"', "", "[files]", 'roots = ["artwork"]']
    for name, section in services.items():
        lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in section.items())]
    for name, instances in ROUTES.items():
        lines += ["", f"[storefronts.{name}]", f'sources = ["{source(name)}"]', 'mode = "test"']
        lines += ["", "[[routes]]", f'storefronts = ["{name}"]', f"instances = {_toml(list(instances))}"]
    for name, effect in INSTANCES.items():
        lines += ["", f"[instances.{name}]", *(f"{key} = {_toml(value)}" for key, value in _instance(name).items())]
        lines += [f"config = {_toml(_config(effect, urls[name]))}"]
    path = folder / "printhub.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _instance(name: str) -> dict[str, Any]:
    instance: dict[str, Any] = {"adapter": "mis_generic", "mode": "test", "slots": 4}
    instance |= {"timeout": f"{int(TIMEOUT * 1000)}ms", "grace": f"{int(GRACE * 1000)}ms", "look_again": "1s"}
    instance |= {"breaker_after": 5, "breaker_pause": "1s", "probe_every": "1s"}
    instance |= {"retry": {"schedule": ["200ms", "500ms", "1s"], "give_up_after": "2h"}}
    instance |= {"assets_after_manifest": name in ASSETS_LAST}
    return instance


def _config(effect: str, url: str) -> dict[str, Any]:
    config: dict[str, Any] = {
        "base_url": url,
        "idempotency": {"header": "Idempotency-Key", "honours_key": effect == "keyed"},
        "errors": {"message": ["error.message", "message"], "code": "error.code"},
        "notify": {
            "path": "jobs",
            "reference": "id",
            "success": {"body": "id"},
            "accepted": {"body": "state == 'pending'"},
            "body": {"job": "{{ job.id }}", "quantity": "{{ job.quantity }}", "artwork": "{{ files }}"},
        },
        "manifest": {
            "path": "jobs/{{ reference }}/manifest",
            "success": {"body": "state"},
            "accepted": {"body": "state == 'pending'"},
        },
        "update": {
            "method": "PUT",
            "path": "jobs/{{ reference }}",
            "success": {"body": "id"},
            "body": {"quantity": "{{ job.quantity }}"},
        },
        "cancel": {"path": "jobs/{{ reference }}/cancel", "success": {"body": "id"}},
        "check": {"method": "GET", "path": "ping"},
    }
    if effect == "blind":
        config["assets"] = {"path": "jobs/{{ reference }}/artwork", "success": {"body": "state"}}
        config["artwork"] = {"mode": "multipart"}
        return config
    config["assets"] = {"path": "jobs/{{ reference }}/slots", "repeatable": True, "body": {"artwork": "{{ files }}"}}
    config["artwork"] = {"mode": "slots", "slots": "slots"}
    if effect == "lookup":
        config["lookup"] = _lookup()
    return config


def _lookup() -> dict[str, Any]:
    """Found by the call's key, so that "absent" says that this very call did not arrive."""
    return {
        "path": "jobs",
        "params": {"key": "{{ key }}"},
        "found": "jobs",
        "reference": "id",
        "verbs": {
            "notify": {"accepted": "contains(pending, 'notify')", "done": "id"},
            "manifest": {"accepted": "contains(pending, 'manifest')", "done": "manifested"},
            "assets": {"accepted": "contains(pending, 'upload')", "done": "artwork_confirmed"},
            "update": {"accepted": "contains(pending, 'update')", "done": "id"},
            "cancel": {"accepted": "contains(pending, 'cancel')", "done": "cancelled"},
        },
    }


def _toml(value: object) -> str:
    """A value as TOML writes it on one line; texts are quoted as in JSON, which TOML reads alike."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return json.dumps(value)
