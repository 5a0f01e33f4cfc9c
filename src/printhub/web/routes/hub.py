"""The hub itself: the daily look, instances and plugins, notices to staff, and what people did."""

from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import StringConstraints

from printhub.core.flow.explain.instance import report_on_instance
from printhub.core.flow.explain.overview import overview
from printhub.core.flow.notices import listed as notices_listed
from printhub.core.hub import Hub
from printhub.core.model.access import Asker, Right
from printhub.core.store import acts as act_rows
from printhub.core.store.acts import ActFilter
from printhub.core.store.store import Tx
from printhub.shapes.act import ActShown, Undone
from printhub.shapes.event import NoticeShown
from printhub.shapes.instance import InstanceShown
from printhub.shapes.overview import OverviewShown
from printhub.shapes.page import Page
from printhub.shapes.plugin import PluginShown
from printhub.shapes.shape import Shape
from printhub.web.asked import Reason
from printhub.web.finding import After, Limit
from printhub.web.gate import TheDoor, TheHub, needs
from printhub.web.idempotency import OnceRoute

router = APIRouter(prefix="/v1", tags=["hub"], route_class=OnceRoute)

Reader = Annotated[Asker, Depends(needs(Right.READ_HUB))]
Actor = Annotated[Asker, Depends(needs(Right.READ_HUB, Right.ACT_ON_HUB))]


class StopAsked(Reason):
    """Stop an instance, or let it go on; for one storefront alone where that is named."""

    storefront: Annotated[str, StringConstraints(max_length=64)] = ""


class CheckShown(Shape):
    """What a partner answered to whether address and credentials are right."""

    instance: str
    adapter: str
    mode: str
    ok: bool | None
    """Null where there is no check."""
    detail: str


@router.get("/overview")
def show_overview(hub: TheHub, asker: Reader) -> OverviewShown:  # noqa: ARG001 - asked for its right
    """What wants somebody, and what waits."""
    return OverviewShown.of(hub.store.read(lambda tx: overview(tx, hub.rules)))


@router.get("/instances")
def list_instances(hub: TheHub, asker: Reader) -> list[InstanceShown]:  # noqa: ARG001 - asked for its right
    """The adapter instances, whether they work and what stops them."""

    def read(tx: Tx) -> list[InstanceShown]:
        return [InstanceShown.of(report_on_instance(tx, hub.rules, name)) for name in hub.settings.instances]

    return hub.store.read(read)


@router.get("/instances/{instance}")
def show_instance(hub: TheHub, asker: Reader, instance: str) -> InstanceShown:  # noqa: ARG001 - asked for its right
    """One instance."""
    return _shown(hub, instance)


@router.post("/instances/{instance}/pause")
def pause_instance(hub: TheHub, asker: Actor, instance: str, asked: StopAsked) -> InstanceShown:
    """Make no calls until it is resumed; its work waits."""
    hub.acts.instances.pause(instance, asked.storefront, by=asker.name, why=asked.why)
    return _shown(hub, instance)


@router.post("/instances/{instance}/resume")
def resume_instance(hub: TheHub, asker: Actor, instance: str, asked: StopAsked) -> InstanceShown:
    """Let it go on after a pause, or have it tried at once."""
    hub.acts.instances.resume(instance, asked.storefront, by=asker.name, why=asked.why)
    return _shown(hub, instance)


@router.post("/instances/{instance}/check")
def check_instance(hub: TheHub, asker: Actor, instance: str) -> CheckShown:  # noqa: ARG001 - asked for its right
    """Ask the partner whether address and credentials are right; changes nothing."""
    found = hub.checks.check(instance)[0]
    return CheckShown(**{name: getattr(found, name) for name in CheckShown.model_fields})


@router.get("/plugins")
def list_plugins(door: TheDoor, asker: Reader) -> list[PluginShown]:  # noqa: ARG001 - asked for its right
    """The plugins that are installed, those included that are set aside."""
    return [PluginShown.of(plugin) for plugin in door.plugins]


@router.get("/notices")
def list_notices(hub: TheHub, asker: Reader, after: After = None, limit: Limit = 50) -> Page[NoticeShown]:  # noqa: ARG001 - asked for its right
    """What staff were told, the newest first."""
    page = hub.store.read(lambda tx: notices_listed(tx, after=after, limit=limit))
    return Page(items=[NoticeShown.of(*item) for item in page.items], next=page.after)


@router.get("/acts")
def list_acts(
    hub: TheHub,
    asker: Reader,  # noqa: ARG001 - asked for its right
    by: str | None = None,
    act: str | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[ActShown]:
    """What people did, and why, the newest first."""

    def read(tx: Tx) -> Page[ActShown]:
        found = act_rows.listed(tx, limit + 1, wanted=ActFilter(by=by, act=act), after=after)
        undone = act_rows.undone_by(tx, [one.id for one in found[:limit]])
        shown = [ActShown.of(one, undone.get(one.id)) for one in found[:limit]]
        return Page(items=shown, next=shown[-1].id if len(found) > limit else None)

    return hub.store.read(read)


@router.post("/acts/{act}/undo")
def undo_act(hub: TheHub, asker: Actor, act: str, asked: Reason) -> Undone:
    """Take an act back, where that is possible."""
    done = hub.acts.undo.undo(act, by=asker.name, why=asked.why)
    by = hub.store.read(lambda tx: act_rows.undone_by(tx, [done.act.id]))
    return Undone(undone=ActShown.of(done.act, by.get(done.act.id)), now=done.now)


def _shown(hub: Hub, instance: str) -> InstanceShown:
    return hub.store.read(lambda tx: InstanceShown.of(report_on_instance(tx, hub.rules, instance)))
