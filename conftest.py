"""What holds for all tests: properties have no deadline, and in CI they are the same in every run."""

import os

from hypothesis import HealthCheck, settings

# A deadline would be an assertion on the clock of a machine that others use too.
settings.register_profile("local", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("local"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")
