"""The hub finds the adapter by entry point."""

from importlib.metadata import entry_points

from printhub_mis_generic.adapter import MisGeneric


def test_the_entry_point_brings_the_adapter() -> None:
    [point] = [point for point in entry_points(group="printhub.plugins") if point.name == "mis_generic"]
    assert point.load().printhub_adapters() == [MisGeneric]
