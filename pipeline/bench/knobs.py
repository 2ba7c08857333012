"""The numbers of a stage that could have been others: found in its modules, and set to others for a while.

Three sorts: fields of a stage's dataclass of weights, named constants of modules, floats inside functions. Integers
inside functions count places and are left alone, and so are 0.0 and 1.0.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Any

_NEUTRAL = (0.0, 1.0)


@dataclass(frozen=True)
class Knob:
    """A number with its place ('outline.beam_search._SKIPPED'), how it is set, and the code that asks for it.

    `users` None: nobody knows which.
    """

    name: str
    value: float
    put: Callable[[Any], None]
    users: frozenset[CodeType] | None = None

    @contextmanager
    def turned(self, factor: float) -> Iterator[float]:
        """While it lasts, the number is another: times `factor`; a count moves by one at least."""
        other: float = self.value * factor
        if isinstance(self.value, int):
            other = round(other)
            if other == self.value:
                other += 1 if factor > 1 else -1
        self.put(other)
        try:
            yield other
        finally:
            self.put(self.value)


def find_knobs(package: str) -> list[Knob]:
    """All knobs of a package and the packages below it, in the order of modules and lines."""
    modules = list(_modules(package))
    return [
        *(knob for module in modules for knob in _named(module)),
        *_weights(modules),
        *(knob for module in modules for knob in _inline(module)),
    ]


def forget(package: str) -> None:
    """Empty what functions of the package have remembered: it was worked out with other numbers."""
    for module in _modules(package):
        for value in vars(module).values():
            clear = getattr(value, "cache_clear", None)
            if clear is not None and getattr(value, "__module__", "").startswith(package):
                clear()


@contextmanager
def watched() -> Iterator[set[CodeType]]:
    """While it lasts, the code that runs is put into the set."""
    ran: set[CodeType] = set()

    def see(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call":
            ran.add(frame.f_code)

    sys.setprofile(see)
    try:
        yield ran
    finally:
        sys.setprofile(None)


def _modules(package: str) -> Iterator[ModuleType]:
    root = importlib.import_module(package)
    yield root
    for found in pkgutil.walk_packages(root.__path__, f"{package}."):
        with suppress(ImportError):  # a library of an extra that is not installed
            yield importlib.import_module(found.name)


def _short(module: ModuleType) -> str:
    return module.__name__.split(".", 2)[-1]


# ---------------------------------------------------------------- named constants


def _named(module: ModuleType) -> Iterator[Knob]:
    tree = ast.parse(Path(module.__file__ or "").read_text("utf-8"))
    for node in tree.body:
        for target, value in _assigned(node):
            held = getattr(module, target, None)
            if _is_number(value) and isinstance(held, (int, float)) and not isinstance(held, bool):
                yield Knob(f"{_short(module)}.{target}", held, *_holders(module, target, held))
            elif isinstance(value, ast.Tuple) and isinstance(held, tuple) and all(map(_is_number, value.elts)):
                yield from (_part(module, target, held, place) for place in range(len(held)))


def _assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """Names that a statement of a module gives values to; `a, b = 1, 2` gives two."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        yield node.target.id, node.value
    if isinstance(node, ast.Assign):
        target = node.targets[0]
        if isinstance(target, ast.Name):
            yield target.id, node.value
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for name, value in zip(target.elts, node.value.elts, strict=False):
                if isinstance(name, ast.Name):
                    yield name.id, value


def _is_number(node: ast.expr) -> bool:
    inner = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(inner, ast.Constant) and _is_value(inner.value)


def _is_value(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _holders(module: ModuleType, name: str, value: object) -> tuple[Callable[[Any], None], frozenset[CodeType]]:
    """How a name is set in all modules that have it, their own or from this one, and the code that asks for it."""
    root = module.__name__.partition(".")[0]
    holders = [
        other
        for key, other in list(sys.modules.items())
        if key.partition(".")[0] == root and vars(other).get(name) is value
    ]

    def put(other: Any) -> None:  # noqa: ANN401 - as the name holds
        for holder in holders:
            setattr(holder, name, other)

    codes = (code for holder in holders for function in _functions(holder) for code in _codes(function.__code__))
    return put, frozenset(code for code in codes if name in code.co_names)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """A function's code and that of functions inside it."""
    yield code
    for value in code.co_consts:
        if isinstance(value, CodeType):
            yield from _codes(value)


def _part(module: ModuleType, name: str, held: tuple[Any, ...], place: int) -> Knob:
    put, users = _holders(module, name, held)
    return Knob(
        f"{_short(module)}.{name}[{place}]",
        held[place],
        lambda other: put((*held[:place], other, *held[place + 1 :])),
        users,
    )


# ---------------------------------------------------------------- fields of weights


def _weights(modules: Sequence[ModuleType]) -> Iterator[Knob]:
    """Fields of frozen dataclasses that stand as the default of a parameter."""
    holders: dict[int, tuple[Any, list[FunctionType]]] = {}
    for module in modules:
        for function in _functions(module):
            for default in (*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()):
                if dataclasses.is_dataclass(default) and not isinstance(default, type):
                    holders.setdefault(id(default), (default, []))[1].append(function)
    for weights, functions in holders.values():
        yield from _fields(weights, _default_setter(weights, functions), type(weights).__name__)


def _fields(weights: Any, put: Callable[[Any], None], path: str) -> Iterator[Knob]:  # noqa: ANN401 - any dataclass
    for field in dataclasses.fields(weights):
        value = getattr(weights, field.name)

        def put_field(other: object, name: str = field.name) -> None:
            put(dataclasses.replace(weights, **{name: other}))

        if _is_value(value):
            yield Knob(f"{path}.{field.name}", value, put_field)
        elif dataclasses.is_dataclass(value) and not isinstance(value, type):
            yield from _fields(value, put_field, f"{path}.{field.name}")


def _default_setter(weights: object, functions: Sequence[FunctionType]) -> Callable[[object], None]:
    before = [(function, function.__defaults__, function.__kwdefaults__) for function in functions]

    def put(other: object) -> None:
        for function, defaults, named in before:
            if defaults is not None:
                function.__defaults__ = tuple(other if value is weights else value for value in defaults)
            if named is not None:
                function.__kwdefaults__ = {name: other if value is weights else value for name, value in named.items()}

    return put


# ---------------------------------------------------------------- floats inside functions


def _inline(module: ModuleType) -> Iterator[Knob]:
    for function in _functions(module):
        name = f"{_short(module)}.{function.__qualname__}"
        for path, user, value in _floats(function.__code__):
            yield Knob(f"{name}: {value}", value, _code_setter(function, path), frozenset({user}))
        for place, default in enumerate(function.__defaults__ or ()):
            if isinstance(default, float) and default not in _NEUTRAL:
                users = frozenset({function.__code__})
                yield Knob(f"{name}=({default})", default, _argument(function, place), users)


def _functions(module: ModuleType) -> Iterator[FunctionType]:
    for value in vars(module).values():
        members = vars(value).values() if isinstance(value, type) else (value,)
        for member in members:
            function = _bare(member)
            # what a dataclass or a named tuple makes for itself is written in no file
            if function is not None and function.__code__.co_filename == module.__file__:
                yield function


def _bare(member: object) -> FunctionType | None:
    """The function in a method, property or cache."""
    if isinstance(member, property):
        member = member.fget
    elif isinstance(member, (staticmethod, classmethod)):
        member = member.__func__
    elif isinstance(member, cached_property):
        member = member.func
    inner = inspect.unwrap(member) if callable(member) else member
    return inner if isinstance(inner, FunctionType) else None


def _floats(code: CodeType, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], CodeType, float]]:
    """(place among the constants, the code that has it, the float)."""
    for place, value in enumerate(code.co_consts):
        if isinstance(value, float) and value not in _NEUTRAL:
            yield (*path, place), code, value
        elif isinstance(value, CodeType):
            yield from _floats(value, (*path, place))


def _code_setter(function: FunctionType, path: tuple[int, ...]) -> Callable[[float], None]:
    original = function.__code__

    def put(other: float) -> None:
        function.__code__ = _replaced(original, path, other)

    return put


def _replaced(code: CodeType, path: tuple[int, ...], value: float) -> CodeType:
    place, *rest = path
    consts = list(code.co_consts)
    consts[place] = _replaced(consts[place], tuple(rest), value) if rest else value
    return code.replace(co_consts=tuple(consts))


def _argument(function: FunctionType, place: int) -> Callable[[float], None]:
    def put(other: float) -> None:
        defaults = list(function.__defaults__ or ())
        defaults[place] = other
        function.__defaults__ = tuple(defaults)

    return put
