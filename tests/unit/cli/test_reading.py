"""How input is cut into events."""

import io
import os
import threading

import pytest

from printhub.cli.reading import LARGEST, pieces


class Dripping(io.BytesIO):
    """Gives one byte at a time, so that every cut falls everywhere."""

    def read(self, _size: int | None = -1) -> bytes:
        return super().read(1)


INPUTS = [
    (b"", []),
    (b" \r\n\t", []),
    (b'{"a": 1}', [b'{"a": 1}']),
    (b'{"a": 1}\r\n{"b": 2}\n\n{"c": 3}', [b'{"a": 1}', b'{"b": 2}', b'{"c": 3}']),
    (b'{"a": 1}\nbroken\n{"c": 3}\n', [b'{"a": 1}', b"broken", b'{"c": 3}']),
    (b'broken\n{"c": 3}\n', [b"broken", b'{"c": 3}']),
    (b'{"a": \n{"b": 2}\n{"c": 3}\n', [b'{"a":', b'{"b": 2}', b'{"c": 3}']),
    (b'{\n "a": {\n  "b": "}"\n }\n}\n{\n}', [b'{\n "a": {\n  "b": "}"\n }\n}', b"{\n}"]),
    (b'{\n "a": "never closed\n', [b'{\n "a": "never closed']),
    (b"[]", []),
    (b'[{"a": 1}, {"b": [1, "],"]}\n, 3]', [b'{"a": 1}', b'{"b": [1, "],"]}', b"3"]),
    (b'[{"a": "\\"]"}]', [b'{"a": "\\"]"}']),
    (b'[{"a": "\\\\"}, 2]', [b'{"a": "\\\\"}', b"2"]),
    (b'[{"a": 1},, 2]', [b'{"a": 1}', b"", b"2"]),
    (b'[{"a": 1},]', [b'{"a": 1}']),
    (b'[{"a": 1}, {"b"', [b'{"a": 1}', b'{"b"', b"["]),
    (b'[{"a": 1}', [b'{"a": 1}', b"["]),
    (b"[1]\n[2, 3]\n", [b"1", b"2", b"3"]),
    (b"[1] and more", [b"1", b"and more"]),
    (b'\xef\xbb\xbf{"a": 1}', [b'{"a": 1}']),
    (b"\xff\xfe{\x00}\x00", [b"\xff\xfe{\x00}\x00"]),
    (b"}{", [b"}{"]),
]


@pytest.mark.parametrize(("written", "expected"), INPUTS)
def test_input_is_cut_into_the_events_that_it_holds(written: bytes, expected: list[bytes]) -> None:
    assert [piece for found in pieces(io.BytesIO(written)) for piece in found] == expected


@pytest.mark.parametrize(("written", "expected"), INPUTS)
def test_where_the_stream_is_cut_changes_nothing(written: bytes, expected: list[bytes]) -> None:
    assert [piece for found in pieces(Dripping(written)) for piece in found] == expected


def test_an_event_is_handed_on_before_the_next_one_is_written() -> None:
    reading, writing = os.pipe()
    arrived, expected = threading.Event(), [b'{"a": 1}', b'{"b": 2}']
    found: list[bytes] = []

    def read() -> None:
        with os.fdopen(reading, "rb") as stream:
            for some in pieces(stream):
                found.extend(some)
                arrived.set()

    reader = threading.Thread(target=read)
    reader.start()
    os.write(writing, expected[0] + b"\n")
    assert arrived.wait(5)
    os.write(writing, expected[1])
    os.close(writing)
    reader.join(5)

    assert found == expected


def test_of_a_huge_event_no_more_is_kept_than_is_needed_to_refuse_it() -> None:
    huge = b'{"a": "' + b"x" * (LARGEST + 5) + b'"}'

    found = [piece for some in pieces(io.BytesIO(huge + b'\n{"b": 2}')) for piece in some]

    assert [len(found[0]), found[1]] == [LARGEST, b'{"b": 2}']
