"""The instances of a configuration as the engine knows them; one whose adapter cannot be made is set aside."""

from collections.abc import Mapping
from typing import Any

from printhub.core.channels.channel import Declared
from printhub.core.flow.rules import Instance
from printhub.core.model.adapter import Adapter, has_verb
from printhub.core.model.verbs import Verb
from printhub.core.settings import InstanceSettings, Settings


def usable(settings: Settings, adapters: Mapping[str, type[Adapter[Any]]]) -> tuple[Settings, dict[str, Instance]]:
    """Make each instance's adapter once; returns the instances, and the settings in which the others are set aside.

    Which verbs and effects an adapter has may depend on its configuration, so that only an object can tell. Making
    one does no I/O.
    """
    found: dict[str, Instance] = {}
    sections = dict(settings.instances)
    for name, section in settings.instances.items():
        if section.set_aside is not None:
            continue
        try:
            found[name] = _instance(name, section, adapters[section.adapter])
        # A plugin is foreign code, and it has seen the secrets: its words are not repeated.
        except (Exception, SystemExit) as error:  # noqa: BLE001
            why = f"the adapter {section.adapter} cannot be made with this config: {type(error).__name__}"
            sections[name] = section.model_copy(update={"set_aside": why})
    return settings.model_copy(update={"instances": sections}), found


def _instance(name: str, section: InstanceSettings, adapter: type[Adapter[Any]]) -> Instance:
    made = adapter(section.config)
    verbs, effects = made.verbs(), {verb: made.effect(verb) for verb in Verb}
    made.close()
    declared = Declared(
        instance=name,
        kind=adapter.kind,
        mode=section.mode,
        verbs=verbs,
        assets_first=section.assets_first,
        assets_after_manifest=section.assets_after_manifest,
        waits_for_accepted=section.waits_for_accepted,
    )
    return Instance(name, adapter.kind, section, adapter, declared, effects, has_verb(adapter, "check"))
