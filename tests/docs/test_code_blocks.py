"""The code in the pages works."""

import tomllib
import types
from pathlib import Path

import pytest

from docs.ext.generated import WRITERS
from printhub import FolderConfig, Verb
from printhub.core.settings import Settings
from printhub.testing import a_call, a_placement
from tests.docs.pages import DOCS, Block, blocks, sources

ALL = [block for page in sources() for block in blocks(page)]


@pytest.mark.parametrize("block", [block for block in ALL if block.info == "toml"], ids=lambda block: block.page)
def test_toml_has_only_settings_that_there_are(block: Block) -> None:
    written = tomllib.loads(block.code)
    for instance in written.get("instances", {}).values():
        instance.pop("config")  # the adapter's own
    for storefront in written.get("storefronts", {}).values():
        storefront.setdefault("sources", ["https://shop.example"])  # said where it is set up, and not on every page

    settings = Settings.model_validate(written)

    assert settings != Settings(), "it sets nothing"


def test_the_page_about_tests_runs() -> None:
    kit, simulator, *_ = blocks("docs/testing-plugins.md", "python")
    readme = types.ModuleType("acme_of_the_readme")
    exec(blocks("README.md", "python")[0].code, readme.__dict__)  # noqa: S102 - our own pages, which are what is tested

    exec(kit.code, readme.__dict__)  # noqa: S102 - our own pages, which are what is tested
    assert readme.TestAcme().adapter().name == "acme"

    filled = simulator.code.replace(
        "    ...\n",
        "    adapter = AcmeMis(AcmeConfig(url=mis.url, token='any'))\n"
        "    for attempt in (1, 2, 3):\n"
        "        try:\n"
        "            adapter.notify(a_ticket('J-1'), a_call(Verb.NOTIFY, 'key-1', attempt))\n"
        "        except Exception as error:\n"
        "            seen_errors.append(type(error).__name__)\n",
    )
    met: list[str] = []
    exec(filled, readme.__dict__ | {"seen_errors": met})  # noqa: S102 - our own pages, which are what is tested
    assert met == ["OutcomeUnknown", "Unavailable"]


@pytest.mark.parametrize("what", ["FolderWatcher", "MemoryHub"])
def test_what_stands_alone_in_the_page_about_tests_runs(what: str) -> None:
    [alone] = [
        block
        for block in blocks("docs/testing-plugins.md", "python")
        if f"with {what}" in block.code or f", {what}(" in block.code
    ]

    exec(alone.code, {})  # noqa: S102 - our own pages, which are what is tested


def test_the_hot_folder_of_ones_own_keeps_the_contract(tmp_path: Path) -> None:
    [block] = blocks("docs/hot-folder.md", "python")
    page = types.ModuleType("proofing")
    exec(block.code, page.__dict__)  # noqa: S102 - our own pages, which are what is tested

    report = page.ProofingFolder(FolderConfig(path=str(tmp_path))).place(a_placement("J-1"), a_call(Verb.PLACE))

    assert report.parts == {"front", "back"}
    assert (tmp_path / "J-1.txt").read_text() == "J-1 front.pdf\nJ-1 back.pdf"


@pytest.mark.parametrize("block", [b for b in ALL if b.info.startswith("{literalinclude}")], ids=lambda b: b.info)
def test_what_is_included_is_there(block: Block) -> None:
    assert (DOCS / block.info.partition(" ")[2]).is_file()


def test_every_generated_place_is_known_and_every_writer_is_used() -> None:
    places = {block.info.partition(" ")[2] for block in ALL if block.info.startswith("{generated}")}

    assert places == set(WRITERS)
