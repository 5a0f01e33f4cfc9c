"""What processes cost: CPU time between two looks, and the most memory that was seen."""

from collections.abc import Iterable, Mapping

import psutil


def cpu_seconds(processes: Iterable[psutil.Process]) -> float:
    """User and system time of these processes so far; one that is gone counts for nothing."""
    total = 0.0
    for process in processes:
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system
    return total


def resident(processes: Iterable[psutil.Process]) -> int:
    """Bytes of memory that these processes hold now."""
    total = 0
    for process in processes:
        try:
            total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


class Spending:
    """The CPU time of named groups of processes from the moment this is made on, and their peak of memory."""

    def __init__(self, groups: Mapping[str, list[psutil.Process]]) -> None:
        """Begin now."""
        self._groups = groups
        self._began = {name: cpu_seconds(processes) for name, processes in groups.items()}
        self._peak = dict.fromkeys(groups, 0)

    def look(self) -> None:
        """Look at the memory; the more often, the truer the peak."""
        for name, processes in self._groups.items():
            self._peak[name] = max(self._peak[name], resident(processes))

    def cpu(self, name: str) -> float:
        """Seconds that a group spent since."""
        return cpu_seconds(self._groups[name]) - self._began[name]

    def peak(self, name: str) -> int:
        """The most memory of a group that was seen, in bytes."""
        return self._peak[name]
