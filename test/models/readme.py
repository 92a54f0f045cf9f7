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
        inputs = [f"`{item.name}` {declared(item)}" for item in session.get_inputs()]
        outputs = [f"`{item.name}` {declared(item)}{returned(item, given[item.name])}" for item in session.get_outputs()]
    cells = [
        f"`{example.name}`",
        example.library,
        example.task,
        "<br>".join(inputs),
        "<br>".join(outputs),
        example.special,
    ]
    return f"| {' | '.join(cells)} |\n"


def declared(item: Any) -> str:
    kind = item.type.removeprefix("tensor(").removesuffix(")") if item.type.startswith("tensor") else item.type
    return f"{kind} {to_text(declared_shape(item))}" if item.type.startswith("tensor") else kind


def declared_shape(item: Any) -> list[Any]:
    """N for a batch of any size, ? for another size that isn't said."""
    return [size if isinstance(size, int) else "N" if place == 0 else "?" for place, size in enumerate(item.shape)]


def returned(item: Any, value: Any) -> str:
    """What comes back, where it isn't what was declared."""
    if isinstance(value, list):
        return ""
    shape = ["N" if place == 0 and size == ROWS else size for place, size in enumerate(value.shape)]
    wanted = declared_shape(item)
    if item.shape and isinstance(item.shape[0], int) and shape[:1] == ["N"]:
        # asked row by row, so what came back is many answers
        shape[0] = item.shape[0]
    return "" if shape == wanted else f", returned {to_text(shape)}"


def to_text(shape: list[Any]) -> str:
    return f"[{','.join(str(size) for size in shape)}]"
