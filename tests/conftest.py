"""What all tests share: how long hypothesis searches, quick by default, long by `HYPOTHESIS_PROFILE=campaign`."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# deadline=None: the machine is shared, and a slow example is no wrong one.
settings.register_profile("quick", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("campaign", parent=settings.get_profile("quick"), max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))
