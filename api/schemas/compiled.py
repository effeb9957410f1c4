"""How is a valid request read fast, with marshmallow still the judge of every other?

`compile_loader` writes one straight-line Python function per schema for input that is plainly
valid. Whatever looks odd (a wrong type, a failed validator, an unknown key, a missing one) is
handed to ``schema.load`` unchanged, so that the answer, and above all every error, is
marshmallow's own. A differential test keeps the two alike.

A schema that this cannot honour is refused when it is compiled, never when a request comes in:
`pre_load`, `validates` and `validates_schema` hooks, hooks over collections, ``unknown`` other
than RAISE, partial loading, and schemas that contain themselves.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, missing, validate
from marshmallow.decorators import POST_LOAD, PRE_LOAD, VALIDATES, VALIDATES_SCHEMA

from api.schemas.fields import ReadField

Load = Callable[[Any], Any]


class CannotCompileError(TypeError):
    """A schema does something that a compiled loader could not do identically."""


class _Odd(Exception):  # noqa: N818 - a signal, not an error
    """The input is not plainly valid."""


def compile_loader(schema: Schema) -> Load:
    """A function that answers exactly as ``schema.load`` does, about ten times faster when valid.

    Raises `CannotCompileError` for a schema that it cannot honour; the function raises
    marshmallow's `ValidationError`.
    """
    writer = _Writer()
    fast = writer.compiled(schema)
    slow = schema.load

    def load(data: Any) -> Any:
        try:
            return fast(data)
        except (_Odd, ValidationError, ValueError):
            return slow(data)

    load.source = writer.source  # type: ignore[attr-defined]
    return load


class _Writer:
    """Writes the source of the loaders of one schema and of all that it contains."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.known: dict[str, Any] = {"MISSING": missing, "Odd": _Odd}
        self.being_written: list[type[Schema]] = []
        self.numbers = count()

    @property
    def source(self) -> str:
        return "\n".join(self.lines)

    def compiled(self, schema: Schema) -> Load:
        if schema.many:
            raise CannotCompileError("a schema with many=True: nest it instead")
        name = self.write_schema(schema, schema.unknown, many=False)
        # The source is made of our own templates and of repr()s of keys; no input reaches it.
        exec(compile(self.source, f"<loader of {type(schema).__name__}>", "exec"), self.known)  # noqa: S102
        loader: Load = self.known[name]
        return loader

    def name(self, thing: Any, prefix: str) -> str:
        name = f"{prefix}{next(self.numbers)}"
        self.known[name] = thing
        return name

    def write_schema(self, schema: Schema, unknown: str, *, many: bool) -> str:
        """Write one schema's function after those it needs; return the function's name."""
        _refuse(schema, unknown)
        if type(schema) in self.being_written:
            raise CannotCompileError(f"{type(schema).__name__} contains itself")
        self.being_written.append(type(schema))
        body: list[str] = []
        for attribute, field in schema.load_fields.items():
            body += self.field(field, attribute)
        self.being_written.pop()
        name = self.name(None, "load")
        self.lines += [
            f"def {name}(data):",
            "    if type(data) is not dict: raise Odd",
            "    get = data.get; seen = 0; out = {}",
            *(f"    {line}" for line in body),
            "    if seen != len(data): raise Odd",
            *(f"    {line}" for line in self.post_load(schema, unknown, many=many)),
            "    return out",
            "",
        ]
        return name

    def post_load(self, schema: Schema, unknown: str, *, many: bool) -> list[str]:
        lines = []
        for attribute, _, options in schema._hooks[POST_LOAD]:
            hook = self.name(getattr(schema, attribute), "hook")
            original = "data, " if options.get("pass_original") else ""
            lines.append(
                f"out = {hook}(out, {original}many={many}, partial=None, unknown={unknown!r})"
            )
        return lines

    def field(self, field: Any, attribute: str) -> list[str]:
        key = attribute if field.data_key is None else field.data_key
        target = field.attribute or attribute
        if "." in target:
            raise CannotCompileError(f"a dotted attribute: {target}")
        lines = [f"v = get({key!r}, MISSING)", "if v is MISSING:"]
        if field.required:
            lines.append("    raise Odd")
        elif field.load_default is missing:
            lines.append("    pass")
        elif callable(field.load_default):
            made = self.name(field.load_default, "make")
            lines += [
                f"    v = {made}()",
                f"    if v is not MISSING: out[{target!r}] = v",
            ]
        else:
            lines.append(f"    out[{target!r}] = {self.name(field.load_default, 'default')}")
        lines += ["else:", "    seen += 1"]
        return lines + [f"    {line}" for line in [*self.value(field, key), f"out[{target!r}] = v"]]

    def value(self, field: Any, key: str | None) -> list[str]:
        """Lines that turn the raw value `v` of a field into its loaded value, or raise."""
        reading = self.reading(field)
        if reading is None or field.pre_load or field.post_load:
            # Not a kind that is known here: the field itself does all of it.
            whole = self.name(field.deserialize, "field")
            return [f"v = {whole}(v)" if key is None else f"v = {whole}(v, {key!r}, data)"]
        lines = [*reading, *(line for one in field.validators for line in self.check(one))]
        if field.allow_none:
            return ["if v is not None:", *(f"    {line}" for line in lines)]
        return ["if v is None: raise Odd", *lines]

    def reading(self, field: Any) -> list[str] | None:
        kind = type(field)
        if isinstance(field, ReadField):
            if kind._deserialize is ReadField._deserialize:
                return [f"v = {self.name(field.read, 'read')}(v)"]
        elif kind in (fields.String, fields.Integer):
            return [f"if type(v) is not {'str' if kind is fields.String else 'int'}: raise Odd"]
        elif kind is fields.Boolean and True in field.truthy and False in field.falsy:
            return ["if v is not True and v is not False: raise Odd"]
        elif kind is fields.List:
            return self.list_of(self.value(field.inner, None))
        elif kind is fields.Nested:
            return self.nested(field)
        elif kind is fields.Dict:
            return self.mapping(field)
        return None

    def list_of(self, inner: list[str]) -> list[str]:
        found = f"list{next(self.numbers)}"
        return [
            "if type(v) is not list: raise Odd",
            f"{found} = []",
            "for v in v:",
            *(f"    {line}" for line in inner),
            f"    {found}.append(v)",
            f"v = {found}",
        ]

    def nested(self, field: fields.Nested) -> list[str]:
        schema = field.schema
        many = bool(schema.many or field.many)
        if many != bool(schema.many):
            raise CannotCompileError("a nested field and its schema disagree about many")
        unknown = schema.unknown if field.unknown is None else field.unknown
        loader = self.write_schema(schema, unknown, many=many)
        if many:
            return [
                "if type(v) is not list: raise Odd",
                f"v = [{loader}(item) for item in v]",
            ]
        return [f"v = {loader}(v)"]

    def mapping(self, field: fields.Dict) -> list[str] | None:
        plain = (None, fields.String)
        for part in (field.key_field, field.value_field):
            if part is not None and (type(part) not in plain or part.validators or part.allow_none):
                return None
        lines = ["if type(v) is not dict: raise Odd"]
        if field.value_field is not None:
            lines += ["for one in v.values():", "    if type(one) is not str: raise Odd"]
        return [*lines, "v = dict(v)"]

    def check(self, validator: Any) -> list[str]:
        """Lines that refuse a value, as cheaply as the validator's kind allows."""
        kind = type(validator)
        tests: list[str] = []
        if kind is validate.Length:
            if validator.equal is not None:
                tests.append(f"len(v) != {int(validator.equal)}")
            if validator.min is not None:
                tests.append(f"len(v) < {int(validator.min)}")
            if validator.max is not None:
                tests.append(f"len(v) > {int(validator.max)}")
        elif kind is validate.Range and {type(validator.min), type(validator.max)} <= _ORDERED:
            if validator.min is not None:
                sign = "<" if validator.min_inclusive else "<="
                tests.append(f"v {sign} {self.name(validator.min, 'least')}")
            if validator.max is not None:
                sign = ">" if validator.max_inclusive else ">="
                tests.append(f"v {sign} {self.name(validator.max, 'most')}")
        elif kind is validate.OneOf and all(type(one) is str for one in validator.choices):
            tests.append(f"v not in {self.name(frozenset(validator.choices), 'choices')}")
        else:
            return [f"{self.name(validator, 'check')}(v)"]
        return [f"if {' or '.join(tests)}: raise Odd"] if tests else []


_ORDERED = {int, Decimal, date, type(None)}


def _refuse(schema: Schema, unknown: str) -> None:
    what = type(schema).__name__
    for tag in (PRE_LOAD, VALIDATES, VALIDATES_SCHEMA):
        if schema._hooks[tag]:
            raise CannotCompileError(f"{what} has a {tag} hook")
    if any(over_collection for _, over_collection, _ in schema._hooks[POST_LOAD]):
        raise CannotCompileError(f"{what} has a post_load hook over collections")
    if unknown != RAISE:
        raise CannotCompileError(f"{what} lets unknown keys pass")
    if schema.partial:
        raise CannotCompileError(f"{what} is loaded partially")
    if schema.dict_class is not dict:
        raise CannotCompileError(f"{what} is loaded into a {schema.dict_class.__name__}")
    if type(schema)._deserialize is not Schema._deserialize:
        raise CannotCompileError(f"{what} deserializes in a way of its own")
