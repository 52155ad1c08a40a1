"""How tables are made ready for small screens."""

from services.console.rendering import labelled

HEAD = (
    '<thead><tr><th scope="col">Service</th><th scope="col" class="number">Lag, records</th><th>Age</th></tr></thead>'
)


def test_a_cell_names_its_column() -> None:
    row = '<tr><th scope="row">karens</th><td class="number">3</td><td>2 s</td></tr>'
    assert labelled(HEAD + row) == (
        f'{HEAD}<tr><th scope="row">karens</th><td data-of="Lag, records" class="number">3</td>'
        '<td data-of="Age">2 s</td></tr>'
    )


def test_a_cell_after_a_wide_one_names_the_column_that_it_stands_in() -> None:
    assert labelled(f'{HEAD}<tr><th colspan="2">late</th><td>2 s</td></tr>').endswith('<td data-of="Age">2 s</td></tr>')


def test_what_has_no_head_stays_as_it_is() -> None:
    assert labelled("<tr><td>3</td></tr>") == "<tr><td>3</td></tr>"
