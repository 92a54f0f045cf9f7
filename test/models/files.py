"""The files of one model's folder: model.onnx, rows.json and, where there are named columns, train.csv."""

import json
from pathlib import Path
from typing import Any

import numpy as np

from example import TOLERANCE, Array, Example, Json, save_graph

# Far below the tolerance, and short: a float32 has 7 digits.
EXPECTED_DIGITS = 9


def write_example(example: Example, parent: Path) -> None:
    folder = parent / example.name
    folder.mkdir(exist_ok=True)
    save_graph(example, folder)
    (folder / "rows.json").write_text(to_json(rows_json(example)), encoding="utf-8")
    if example.train is not None:
        csv = example.train.to_csv(index=False, lineterminator="\n")
        (folder / "train.csv").write_text(csv, encoding="utf-8", newline="")


def rows_json(example: Example) -> Json:
    return {
        "library": example.library,
        "task": example.task,
        "tolerance": TOLERANCE,
        "manifest": example.manifest,
        "instances": example.instances,
        "expected": {member: to_list(values) for member, values in example.expected.items()},
    }


def to_list(values: Array) -> Any:
    if np.issubdtype(values.dtype, np.floating):
        rounded = [float(f"{value:.{EXPECTED_DIGITS}g}") for value in values.reshape(-1).tolist()]
        return np.array(rounded).reshape(values.shape).tolist()
    return values.tolist()


def to_json(value: Json) -> str:
    """JSON in which each row, and each list of plain values, is one line."""
    parts = []
    for key, item in value.items():
        parts.append(f"{json.dumps(key)}:{render(item)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def render(item: Any) -> str:
    if isinstance(item, dict) and any(isinstance(inner, list) for inner in item.values()):
        return "{\n" + ",\n".join(f"{json.dumps(key)}:{render(inner)}" for key, inner in item.items()) + "}"
    if isinstance(item, list) and item and isinstance(item[0], (list, dict)):
        return "[\n" + ",\n".join(compact(row) for row in item) + "]"
    return compact(item)


def compact(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
