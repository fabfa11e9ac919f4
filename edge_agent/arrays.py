"""numpy, read in when the first array is made; and the arrays there are.

Reading it in is a third of a station's start and of its memory. One value at a time is judged in plain Python, so that
most stations, every uplink and most verbs never make an array.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__all__ = ("np",)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Stamps = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Words = NDArray[np.uint16]
    Codes = NDArray[np.uint16]
else:

    class _Numpy:
        def __getattr__(self, name: str) -> Any:
            found = getattr(import_module("numpy"), name)
            setattr(self, name, found)  # whoever needs it again finds it here
            return found

    np = _Numpy()
