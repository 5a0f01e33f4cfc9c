"""How Stripe says no: an HTTP status and an error object (Stripe API reference, "Errors")."""

from printhub.testing.simulator.answer import Answer


class Refusal(Exception):
    """Stripe refuses a request. `saved` tells whether its idempotency key keeps the answer."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        kind: str = "invalid_request_error",
        code: str | None = None,
        param: str | None = None,
        saved: bool = True,
    ) -> None:
        super().__init__(message)
        self.answer = error(status, message, kind=kind, code=code, param=param)
        self.saved = saved


def error(
    status: int,
    message: str,
    *,
    kind: str = "invalid_request_error",
    code: str | None = None,
    param: str | None = None,
    retry_after: int | None = None,
) -> Answer:
    """An answer with an error object; `kind` is what Stripe calls the error's type."""
    said = {"type": kind, "message": message, "code": code, "param": param}
    headers = {} if retry_after is None else {"retry_after": str(retry_after)}
    return Answer.json(status, {"error": {name: value for name, value in said.items() if value is not None}}, **headers)
