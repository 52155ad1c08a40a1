"""May this schema stand in for that released one, under the same version?

Only if both hold: a renewed reader reads every record ever published (topics are read again from their beginning), and
a reader not yet renewed reads every record published from now on (services are renewed one after another). A constraint
that gets narrower breaks the first, one that gets wider the second. What is left: new words, and new optional fields.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

Schema = dict[str, Any]
Change = Literal["removed", "required", "optional", "narrowed", "widened", "changed"]

NEW_READERS = "a renewed reader cannot rely on it in the records told before"
OLD_READERS = "a reader not yet renewed cannot read the records told from now on"
BOTH = f"{NEW_READERS}, and {OLD_READERS}"

HARM: dict[Change, str] = {
    "removed": "a renewed reader loses what the records told before say by it, and a reader not yet renewed misses it",
    "required": NEW_READERS,
    "optional": OLD_READERS,
    "narrowed": NEW_READERS,
    "widened": OLD_READERS,
    "changed": BOTH,
}

WORDS = {"$schema", "$id", "$defs", "title", "description", "examples", "deprecated"}
STRUCTURE = {"properties", "required", "anyOf", "items", "additionalProperties", "propertyNames"}
AT_LEAST = {"minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties"}
AT_MOST = {"maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties"}
ABSENT = object()


@dataclass(frozen=True)
class Break:
    """One thing that may not be changed under the same version, and whom it harms."""

    place: str
    change: Change
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.change}: {self.what}: {HARM[self.change]}"


def breaks(released: Schema, schema: Schema) -> list[Break]:
    """Everything in the schema that may not stand under the released one's version. None: it may."""
    return list(_of_value(str(released.get("title", "")), _whole(released, released), _whole(schema, schema)))


def _whole(schema: Any, root: Schema) -> Any:
    """The schema with its references put in place, and without words."""
    if isinstance(schema, list):
        return [_whole(one, root) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        named = root["$defs"][schema["$ref"].removeprefix("#/$defs/")]
        return _whole(named | {name: value for name, value in schema.items() if name != "$ref"}, root)
    plain = {name: value for name, value in schema.items() if name not in WORDS}
    if "const" in plain:
        plain["enum"] = [plain.pop("const")]
    fields = {name: _whole(field, root) for name, field in plain.pop("properties", {}).items()}
    rest = {name: value if name in {"default", "enum"} else _whole(value, root) for name, value in plain.items()}
    return rest | ({"properties": fields} if fields else {})


def _of_value(place: str, old: Schema, new: Schema) -> Iterator[Break]:
    yield from _of_default(place, old, new)
    left = list(_alternatives(new))
    for before in _alternatives(old):
        after = next((one for one in left if _type(one) == _type(before)), None)
        if after is None:
            yield Break(place, "narrowed", f"is no longer {_type(before)}")
            continue
        left.remove(after)
        yield from _of_one(place, before, after)
    for added in left:
        yield Break(place, "widened", f"is now {_type(added)} too")


def _of_default(place: str, old: Schema, new: Schema) -> Iterator[Break]:
    if "default" in old and "default" in new and old["default"] != new["default"]:
        yield Break(place, "changed", f"records without it meant {old['default']!r}, now {new['default']!r}")


def _alternatives(schema: Schema) -> list[Schema]:
    return schema.get("anyOf") or [{name: value for name, value in schema.items() if name != "default"}]


def _type(schema: Schema) -> str:
    return str(schema.get("type", "anything"))


def _of_one(place: str, old: Schema, new: Schema) -> Iterator[Break]:
    yield from _of_fields(place, old, new)
    for name, inside in (("items", "each"), ("additionalProperties", "each"), ("propertyNames", "each name")):
        if isinstance(old.get(name), dict) and isinstance(new.get(name), dict):
            yield from _of_value(f"{place}, {inside}", old[name], new[name])
        elif old.get(name) != new.get(name):
            yield from _of_limit(place, name, old.get(name, ABSENT), new.get(name, ABSENT))
    for name in sorted((old.keys() | new.keys()) - STRUCTURE):
        yield from _of_limit(place, name, old.get(name, ABSENT), new.get(name, ABSENT))


def _of_fields(place: str, old: Schema, new: Schema) -> Iterator[Break]:
    before, after = old.get("properties", {}), new.get("properties", {})
    was, is_now = set(old.get("required", ())), set(new.get("required", ()))
    for name in before:
        if name not in after:
            yield Break(f"{place}.{name}", "removed", "the field is gone")
        else:
            yield from _of_value(f"{place}.{name}", before[name], after[name])
    for name in sorted(is_now - was):
        yield Break(f"{place}.{name}", "required", "the field must now be there, and was not always")
    for name in sorted((was - is_now) & after.keys()):
        yield Break(f"{place}.{name}", "optional", "the field may now be left out")


def _of_limit(place: str, name: str, old: Any, new: Any) -> Iterator[Break]:
    if old == new:
        return
    said = f"{name} was {_said(old)}, is {_said(new)}"
    yield Break(place, _direction(name, old, new), said)


def _direction(name: str, old: Any, new: Any) -> Change:
    if name.startswith("x-"):
        return "changed"
    if old is ABSENT or new is ABSENT:
        return "narrowed" if old is ABSENT else "widened"
    if name in AT_LEAST or name in AT_MOST:
        return "narrowed" if (new > old) == (name in AT_LEAST) else "widened"
    if name == "enum" and set(new) < set(old):
        return "narrowed"
    if name == "enum" and set(new) > set(old):
        return "widened"
    return "changed"


def _said(value: Any) -> str:
    return "not limited" if value is ABSENT else str(value)
