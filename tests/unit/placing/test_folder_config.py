"""What an operator may write of a folder, and what is never shown of it."""

from pathlib import PurePosixPath
from typing import Any

import pytest
from pydantic import ValidationError

from printhub import FileToPlace, FolderConfig, Misconfigured, SafePlacing, Verb
from printhub.testing import a_call

FINGERPRINT = "SHA256:" + "a" * 43
SERVER: dict[str, Any] = {"host": "sftp.example", "user": "hub", "key_file": "key", "fingerprints": [FINGERPRINT]}


def read(**settings: Any) -> FolderConfig:
    return FolderConfig.model_validate({"path": "/srv/hot", **settings})


def server(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in (SERVER | changes).items() if value is not None}


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"path": "srv/hot"}, "from the root on"),
        ({"path": "/srv/../hot"}, "without .."),
        ({"staging": "."}, "a folder of its own"),
        ({"staging": "/srv/hot"}, "a folder of its own"),
        ({"staging": "../x"}, "without .."),
        ({"refused": "/srv/hot/"}, "a folder of its own"),
        ({"refused": ".printhub"}, "another folder than staging"),
        ({"consumption": "perhaps"}, "ignored"),
        ({"permissions": "rw"}, "pattern"),
        ({"remember": "1h"}, "days=1"),
        ({"name_bytes": 300}, "240"),
        ({"sftp": server(fingerprints=None)}, "known_hosts or fingerprints"),
        ({"sftp": server(known_hosts="known")}, "not both"),
        ({"sftp": server(key_file=None)}, "a password or a key_file"),
        ({"sftp": server(fingerprints=["MD5:00"])}, "pattern"),
        ({"sftp": server(host="sftp example")}, "one word"),
    ],
)
def test_a_mistake_is_named(settings: dict[str, Any], what: str) -> None:
    with pytest.raises(ValidationError, match=what):
        read(**settings)


def test_paths_count_from_the_watched_folder_on() -> None:
    config = read(path="/srv/hot/", refused="Input_Error", staging="/srv/work")

    assert config.path == "/srv/hot"
    assert config.inside("a/b.pdf") == "/srv/hot/a/b.pdf"
    assert config.inside(config.refused or "") == "/srv/hot/Input_Error"
    assert config.inside(config.staging) == "/srv/work"
    assert read(path="in", sftp=server()).inside(".printhub") == str(PurePosixPath("in/.printhub"))


def test_no_secret_is_shown() -> None:
    config = read(sftp=server(password="hush-hush", passphrase="hush-too"))

    assert "hush" not in f"{config!r} {config} {config.model_dump_json()}"


def test_two_files_of_one_name_are_not_begun() -> None:
    placing = SafePlacing(read(path="/nowhere"))

    with pytest.raises(Misconfigured, match="one name"):
        placing.place([_file("a.pdf"), _file("A.pdf")], a_call(Verb.PLACE))


def _file(name: str) -> FileToPlace:

    return FileToPlace.of(name, b"")
