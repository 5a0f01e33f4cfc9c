"""Station: asks partners whether addresses and credentials are right; changes nothing."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

from printhub.core.flow.attempt import is_proof
from printhub.core.flow.dispatcher import Workbench
from printhub.core.flow.rules import Rules
from printhub.core.model.errors import NotFound, not_configured
from printhub.core.model.reports import Outcome, Report

_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Checked:
    """How one instance answered: `ok` is None where nothing was asked, because there is no check."""

    instance: str
    adapter: str
    mode: str
    ok: bool | None
    detail: str


class Checks:
    """Asks the partners of this hub's instances."""

    def __init__(self, rules: Rules, benches: Sequence[Workbench]) -> None:
        """Ask by the adapters of `benches`; an instance that has none is set aside."""
        self._rules = rules
        self._benches = {bench.instance.name: bench for bench in benches}

    def check(self, wanted: str | None = None) -> list[Checked]:
        """Ask all instances, or one; raises NotFound where the configuration has none of this name."""
        sections = self._rules.settings.instances
        if wanted is not None and wanted not in sections:
            raise NotFound(not_configured("instance", wanted, sections))
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return list(pool.map(self._one, [wanted] if wanted is not None else list(sections)))

    def _one(self, name: str) -> Checked:
        section, bench = self._rules.settings.instances[name], self._benches.get(name)
        if bench is None:
            return Checked(name, section.adapter, section.mode, ok=False, detail=section.set_aside or "")
        with closing(bench.caller()) as caller:
            answer = caller.check()
        ok = None if isinstance(answer, Report) and answer.outcome is Outcome.SKIPPED else is_proof(answer)
        return Checked(name, section.adapter, section.mode, ok=ok, detail=answer.detail)
