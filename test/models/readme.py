"""The table of models in README.md: what each graph declares, and what onnxruntime gives where that is different."""

from typing import Any

from example import ROWS, Example, open_session, run

START = "<!-- table: written by export.py -->\n"
END = "<!-- end of table -->\n"

HEAD = "| model | original | task | inputs | outputs | special |\n|---|---|---|---|---|---|\n"


def with_table(text: str, examples: list[Example]) -> str:
    """README.md with the table of these models in the place of the one that it has."""
    before, rest = text.split(START)
    _, after = rest.split(END)
    return before + START + HEAD + "".join(to_line(example) for example in examples) + END + after


def to_line(example: Example) -> str:
    given = run(example)
    with open_session(example) as session:
        inputs = [f"`{item.name}` {to_type(item)}" for item in session.get_inputs()]
        outputs = [f"`{item.name}` {to_type(item)}" for item in session.get_outputs()]
        if not example.one_by_one:
            returned = [to_returned(item, given[item.name]) for item in session.get_outputs()]
            outputs = [f"{output}{shape}" for output, shape in zip(outputs, returned, strict=True)]
    cells = [
        f"`{example.name}`",
        example.library,
        example.task,
        "<br>".join(inputs),
        "<br>".join(outputs),
        example.special,
    ]
    return f"| {' | '.join(cells)} |\n"


def to_type(item: Any) -> str:
    if not item.type.startswith("tensor("):
        return item.type
    return f"{item.type.removeprefix('tensor(').removesuffix(')')} {to_text(declared_shape(item))}"


def declared_shape(item: Any) -> list[Any]:
    """N for a batch of any size, ? for another size that isn't said."""
    return [size if isinstance(size, int) else "N" if place == 0 else "?" for place, size in enumerate(item.shape)]


def to_returned(item: Any, value: Any) -> str:
    """The shape that comes back for many rows, where it isn't the declared one."""
    if isinstance(value, list):
        return ""
    shape = ["N" if place == 0 and size == ROWS else size for place, size in enumerate(value.shape)]
    return "" if shape == declared_shape(item) else f", returned {to_text(shape)}"


def to_text(shape: list[Any]) -> str:
    return f"[{','.join(str(size) for size in shape)}]"
