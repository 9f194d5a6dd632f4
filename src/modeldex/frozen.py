"""Frozen values: `typing.NamedTuple` without importing `typing`.

That import takes as long as all the answering of a short command. Type checkers see the real
class; when the program runs, a class statement becomes a `collections.namedtuple` with its
methods.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple as NamedTuple
else:
    from collections import namedtuple

    class _Maker(type):
        def __new__(cls, name, bases, body):
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = tuple(body.pop("__annotations__", ()))
            defaults = [body.pop(field) for field in fields if field in body]
            base = namedtuple(name, fields, defaults=defaults, module=body["__module__"])
            return type(name, (base,), {**body, "__slots__": ()})

    class NamedTuple(metaclass=_Maker):
        """The base of frozen values; see the module."""
