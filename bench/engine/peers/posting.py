"""The call of a peer: the same POST that the hub makes, through a session that is kept for each thread."""

import json
import threading

import requests

from bench.engine.workload import body


class Posting(threading.local):
    """One session a thread, so that connections are kept alive and shared by nobody."""

    def __init__(self, sink: str) -> None:
        self._sink = sink
        self._session = requests.Session()

    def post(self, call: str, event: str) -> str:
        """Make one call for an event; returns the job's number. Raises requests' errors, and for a refusal."""
        order = json.loads(event)["data"]["order"]
        job = str(order["jobs"][0]["id"])
        headers = {"Content-Type": "application/json", "Idempotency-Key": f"{call}/{job}"}
        url = f"{self._sink}/{call}/{job}"
        answer = self._session.post(url, data=body(call, order), headers=headers, timeout=30)
        answer.raise_for_status()
        return job
