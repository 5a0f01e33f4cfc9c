"""Names of files: whatever they are made of, no file system stumbles over them, and they lead nowhere."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from printhub import safe_name, safe_path, told_apart, without_slashes

ANY = st.text(st.characters(), max_size=300)
FORBIDDEN = set('<>:"/\\|?*\u2044\u2215\uff0f\uff3c')


@given(ANY, st.integers(32, 240))
@example("..", 32)
@example("a" * 33 + "\u0301" * 40, 32)
@example("e\u0301" * 100 + ".pdf", 33)
@example("\ud800.pdf", 200)
@example("con.pdf" + "x" * 300, 40)
def test_any_text_makes_a_name_that_every_file_system_takes(text: str, most: int) -> None:
    name = safe_name(text, most)

    assert 0 < len(name.encode()) <= most
    assert name == unicodedata.normalize("NFC", name)
    assert not FORBIDDEN & set(name)
    assert name.isprintable()
    assert name[0] not in ".-"
    assert name[-1] not in ". "
    assert safe_name(name, most) == name


@given(ANY)
@example("../../etc/passwd")
@example("/etc/passwd")
@example("a/./../b")
@example("//")
def test_any_text_makes_a_path_that_leads_down_only(text: str) -> None:
    steps = safe_path(text).split("/")

    assert all(steps)
    assert not {".", ".."} & set(steps)
    assert all(step == safe_name(step) for step in steps)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("J-1001 front.pdf", "J-1001 front.pdf"),
        ("Größe 10×15.pdf", "Größe 10×15.pdf"),
        ("Gro\u0308\u00dfe.pdf", "Grö\u00dfe.pdf"),
        ("a/b\\c:d.pdf", "a_b_c_d.pdf"),
        (".htaccess", "_htaccess"),
        ("-rf", "_rf"),
        ("..", "__"),
        ("", "file"),
        ("  ", "file"),
        ("tab\there\r\n.pdf", "tab_here__.pdf"),
        ("trailing. . ", "trailing"),
        ("nul", "_nul"),
        ("COM1.tar.gz", "_COM1.tar.gz"),
        ("com\u00b9 .pdf", "_com\u00b9 .pdf"),
        ("LPT10.pdf", "LPT10.pdf"),
        ("right\u202eto left.pdf", "right_to left.pdf"),
        ("no\u00a0break.pdf", "no break.pdf"),
    ],
)
def test_what_can_stay_stays_and_the_rest_becomes_plain(text: str, name: str) -> None:
    assert safe_name(text) == name


def test_a_long_name_keeps_its_ending_and_stays_apart_from_its_like() -> None:
    first, second = safe_name("x" * 300 + "1.pdf", 64), safe_name("x" * 300 + "2.pdf", 64)

    assert first != second
    assert len(first) == len(second) == 64
    assert first.endswith(".pdf")


def test_a_pattern_may_name_folders_and_its_values_may_not() -> None:
    facts = without_slashes({"job": {"id": "../J\\1"}, "list": ["a/b"], "number": 3, "none": None})

    assert facts == {"job": {"id": ".._J_1"}, "list": ["a_b"], "number": 3, "none": None}
    assert safe_path(f"coated/{facts['job']['id']}.pdf") == "coated/___J_1.pdf"


def test_two_files_of_one_name_are_told_apart_in_whatever_case() -> None:
    assert told_apart(["a.pdf", "b.pdf"]) == ("a.pdf", "b.pdf")
    assert told_apart(["x/a.pdf", "x/A.pdf", "b.pdf"]) == ("x/1-a.pdf", "x/2-A.pdf", "3-b.pdf")
