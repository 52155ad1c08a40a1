"""Which changes a released schema bears, one by one, each as it is made in the class of an event."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, create_model

from deploy.contracts import compatibility
from shared.events.event import ValueObject

Required = (str, ...)


def schema(description: str = "Something that was told.", **fields: Any) -> dict[str, Any]:
    return create_model("Told", __base__=ValueObject, __doc__=description, **fields).model_json_schema()


def changes(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str]]:
    """(place, change), for everything that may not stand under the same version."""
    return [(broken.place, broken.change) for broken in compatibility.breaks(old, new)]


def change_of(old: Any, new: Any) -> list[str]:
    """The judgement on one field whose type becomes another."""
    return [change for _, change in changes(schema(field=(old, ...)), schema(field=(new, ...)))]


def test_the_same_schema_stands() -> None:
    assert changes(schema(reason=Required), schema(reason=Required)) == []


def test_new_words_stand() -> None:
    assert changes(schema(reason=Required), schema("Said better.", reason=(str, Field(description="Why.")))) == []


def test_a_field_added_with_a_default_stands() -> None:
    assert changes(schema(), schema(channel=(str, "digital_post"))) == []


def test_a_field_added_that_may_be_null_stands() -> None:
    assert changes(schema(), schema(until=(str | None, None))) == []


def test_a_field_added_without_a_default_is_refused() -> None:
    assert changes(schema(), schema(channel=Required)) == [("Told.channel", "required")]


def test_a_required_field_removed_is_refused() -> None:
    assert changes(schema(reason=Required), schema()) == [("Told.reason", "removed")]


def test_an_optional_field_removed_is_refused_for_old_records_say_something_by_it() -> None:
    assert changes(schema(units=(tuple[str, ...], ())), schema()) == [("Told.units", "removed")]


def test_a_field_renamed_is_one_removed_and_one_added() -> None:
    renamed = changes(schema(reason=Required), schema(why=Required))
    assert renamed == [("Told.reason", "removed"), ("Told.why", "required")]


def test_an_optional_field_renamed_is_refused() -> None:
    assert changes(schema(reason=(str, "")), schema(why=(str, ""))) == [("Told.reason", "removed")]


def test_a_required_field_that_becomes_optional_is_refused() -> None:
    assert changes(schema(reason=Required), schema(reason=(str, ""))) == [("Told.reason", "optional")]


def test_a_required_field_that_becomes_optional_and_null_is_refused_for_both() -> None:
    refused = changes(schema(reason=Required), schema(reason=(str | None, None)))
    assert refused == [("Told.reason", "widened"), ("Told.reason", "optional")]


def test_a_required_field_that_may_be_null_is_refused() -> None:
    assert change_of(str, str | None) == ["widened"]


def test_an_optional_field_that_becomes_required_is_refused_for_old_records_lack_it() -> None:
    assert changes(schema(reason=(str, "")), schema(reason=Required)) == [("Told.reason", "required")]


def test_a_field_that_may_be_null_and_becomes_a_default_is_refused_for_old_records_hold_null() -> None:
    refused = changes(schema(number=(int | None, None)), schema(number=(int, 0)))
    assert ("Told.number", "narrowed") in refused


def test_another_default_is_refused_for_records_without_the_field_would_mean_something_else() -> None:
    assert changes(schema(number=(int, 1)), schema(number=(int, 2))) == [("Told.number", "changed")]


def test_a_value_taken_from_a_list_of_values_is_refused() -> None:
    assert change_of(Literal["complete", "partial"], Literal["complete"]) == ["narrowed"]


def test_a_value_added_to_a_list_of_values_is_refused() -> None:
    assert change_of(Literal["complete", "partial"], Literal["complete", "partial", "declined"]) == ["widened"]


def test_a_second_value_beside_an_only_one_is_refused() -> None:
    assert change_of(Literal["digital_post"], Literal["digital_post", "paper"]) == ["widened"]


def test_one_value_in_place_of_another_is_refused() -> None:
    assert change_of(Literal["a", "b"], Literal["a", "c"]) == ["changed"]


def test_a_pattern_added_is_refused() -> None:
    assert change_of(str, Annotated[str, StringConstraints(pattern="^[a-z]+$")]) == ["narrowed"]


def test_a_pattern_taken_away_is_refused() -> None:
    assert change_of(Annotated[str, StringConstraints(pattern="^[a-z]+$")], str) == ["widened"]


def test_another_pattern_is_refused() -> None:
    of = {pattern: Annotated[str, StringConstraints(pattern=pattern)] for pattern in ("^[a-z]+$", "^[a-f]+$")}
    assert change_of(of["^[a-z]+$"], of["^[a-f]+$"]) == ["changed"]


def test_a_shorter_text_is_refused() -> None:
    assert change_of(Annotated[str, Field(max_length=80)], Annotated[str, Field(max_length=40)]) == ["narrowed"]


def test_a_longer_text_is_refused() -> None:
    assert change_of(Annotated[str, Field(max_length=80)], Annotated[str, Field(max_length=90)]) == ["widened"]


def test_a_higher_lowest_number_is_refused() -> None:
    assert change_of(Annotated[int, Field(ge=0)], Annotated[int, Field(ge=1)]) == ["narrowed"]


def test_a_lower_lowest_number_is_refused() -> None:
    assert change_of(Annotated[int, Field(ge=1)], Annotated[int, Field(ge=0)]) == ["widened"]


def test_a_lower_highest_number_is_refused() -> None:
    assert change_of(Annotated[int, Field(le=130)], Annotated[int, Field(le=99)]) == ["narrowed"]


def test_a_higher_highest_number_is_refused() -> None:
    assert change_of(Annotated[int, Field(le=99)], Annotated[int, Field(le=130)]) == ["widened"]


def test_more_of_something_at_least_is_refused() -> None:
    assert change_of(tuple[str, ...], Annotated[tuple[str, ...], Field(min_length=1)]) == ["narrowed"]


def test_another_type_is_refused_for_both() -> None:
    assert change_of(int, str) == ["narrowed", "widened"]


def test_a_number_with_decimals_in_place_of_a_whole_one_is_refused() -> None:
    assert "widened" in change_of(int, float)


def test_a_change_inside_a_list_is_found() -> None:
    refused = changes(
        schema(units=(tuple[Annotated[str, Field(max_length=20)], ...], ())),
        schema(units=(tuple[Annotated[str, Field(max_length=9)], ...], ())),
    )
    assert refused == [("Told.units, each", "narrowed")]


def test_a_change_inside_the_values_of_a_table_is_found() -> None:
    assert change_of(Mapping[str, int], Mapping[str, str]) == ["narrowed", "widened"]


def test_a_change_inside_a_part_is_found() -> None:
    before, after = create_model("Rule", name=Required), create_model("Rule", name=Required, days=(int, ...))
    assert changes(schema(rule=(before, ...)), schema(rule=(after, ...))) == [("Told.rule.days", "required")]


def test_an_optional_field_added_inside_a_part_stands() -> None:
    before, after = create_model("Rule", name=Required), create_model("Rule", name=Required, days=(int, 0))
    assert changes(schema(rule=(before, ...)), schema(rule=(after, ...))) == []


def test_another_natural_key_is_refused_for_the_same_fact_would_get_another_id() -> None:
    told = schema(wave=Required)
    assert changes(told | {"x-natural-key": ["wave"]}, told | {"x-natural-key": ["unit"]}) == [("Told", "changed")]


def test_another_topic_is_refused_for_readers_stay_at_the_old_one() -> None:
    told = schema(wave=Required)
    assert changes(told | {"x-topic": "puls.karens.v1"}, told | {"x-topic": "puls.a.v1"}) == [("Told", "changed")]


def test_a_refusal_says_where_what_and_whom_it_harms() -> None:
    (refused,) = compatibility.breaks(schema(age=(int, ...)), schema(age=(Annotated[int, Field(ge=0)], ...)))
    assert str(refused) == (
        "Told.age: narrowed: minimum was not limited, is 0: "
        "a renewed reader cannot rely on it in the records told before"
    )
