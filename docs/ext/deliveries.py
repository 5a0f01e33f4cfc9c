"""The states of a delivery and its obstacles, with the meanings that the code gives them."""

import ast
import inspect
from enum import Enum

from docs.ext.markdown import code, table
from printhub.core.model.deliveries import DeliveryState, ObstacleKind


def meanings(enum: type[Enum]) -> dict[str, str]:
    """Read the text below each member of an enum; members without one are left out."""
    [body] = ast.parse(inspect.getsource(enum)).body
    found: dict[str, str] = {}
    name = ""
    for line in body.body if isinstance(body, ast.ClassDef) else ():
        match line:
            case ast.Assign(targets=[ast.Name(id=name)]):
                pass
            case ast.Expr(value=ast.Constant(value=str(text))) if name:
                found[str(enum[name].value)] = " ".join(text.split())
            case _:
                name = ""
    return found


def states() -> str:
    """Write the states in their order."""
    told = meanings(DeliveryState)
    rows = [[code(state), "end" if state.is_end else "", told.get(state, "")] for state in DeliveryState]
    return table(["state", "", "meaning"], rows)


def obstacles() -> str:
    """Write which obstacles are holds of the job and which are the delivery's own."""
    holds = ", ".join(code(kind) for kind in ObstacleKind if kind.is_hold)
    own = ", ".join(code(kind) for kind in ObstacleKind if not kind.is_hold)
    return f"- Holds of the job: {holds}.\n- The delivery's own: {own}.\n"
