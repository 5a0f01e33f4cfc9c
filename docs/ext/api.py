"""The API's routes with who is let in, and what each role may."""

from docs.ext.markdown import code, table
from printhub.core.model.access import Right, Role
from printhub.web.app import plain_app, rights


def routes() -> str:
    """Write a table of the routes for each tag, with the rights that each takes."""
    needed_by = rights()
    found: dict[str, list[list[str]]] = {}
    for path, operations in plain_app().openapi()["paths"].items():
        for method, operation in operations.items():
            needed = needed_by.get((method.upper(), path), ())
            who = ", ".join(code(right) for right in needed) or "–"
            row = [code(f"{method.upper()} {path}"), operation["description"].partition("\n")[0], who]
            found.setdefault(operation["tags"][-1], []).append(row)
    return "\n".join(
        f"### {tag[:1].upper()}{tag[1:]}\n\n{table(['route', 'what it does', 'rights that it takes'], rows)}"
        for tag, rows in found.items()
    )


def roles() -> str:
    """Write who may what."""
    rows = [[code(right), right.meaning, *("yes" if right in role.rights else "" for role in Role)] for right in Right]
    return table(["right", "what it is", *(str(role).replace("_", " ") for role in Role)], rows)
