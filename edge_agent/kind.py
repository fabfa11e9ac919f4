"""The word by which a table of the configuration says what it is: `kind = "gpio_pulse"`."""

from __future__ import annotations

from typing import Any

import msgspec


def kind_of(settings: type[msgspec.Struct]) -> str:
    """The name that settings of a sensor, a detector or a lamp driver go by in the configuration.

    >>> class Example(msgspec.Struct, tag="example"): ...
    >>> kind_of(Example)
    'example'
    """
    tag: Any = settings.__struct_config__.tag
    return str(tag)
