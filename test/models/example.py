"""One model of test/models: its graph, the rows to ask it, and what the library it comes from answers."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pandas as pd

ROWS = 200
TOLERANCE = 1e-5

# No row is asked about whose label a difference of this size could turn.
MIN_MARGIN = 1e-3

Json = dict[str, Any]
Array = np.ndarray
Feeds = dict[str, Array]


@dataclass(frozen=True)
class Example:
    """What is written of one model.

    `feeds` are the graph's inputs for the candidate rows and `instances` the same rows as JSON has them.
    `expected` holds the library's answers: labels, classes, probabilities, scores or values. `outputs` says for
    labels and numbers where the graph gives them: one output's name, or several that are columns. `margin` is each
    row's distance from the decision threshold where the answers don't tell it.
    """

    name: str
    library: str
    task: str
    graph: onnx.ModelProto
    instances: list[Any]
    feeds: Feeds
    expected: dict[str, Array]
    outputs: dict[str, str | list[str]]
    special: str
    manifest: Json = field(default_factory=dict)
    train: pd.DataFrame | None = None
    margin: Array | None = None
    one_by_one: bool = False
    weights_file: str | None = None


ExampleMaker = Callable[[], Example]


def matrix_rows(features: Array) -> list[list[Any]]:
    """Rows of numbers as JSON has them: the shortest decimals of each float, null for NaN."""
    return [[to_json_value(value) for value in row] for row in features]


def frame_rows(frame: pd.DataFrame) -> list[Json]:
    """Rows of a table as JSON objects by the columns' names."""
    columns = {name: frame[name].to_numpy() for name in frame.columns}
    return [{name: to_json_value(values[row]) for name, values in columns.items()} for row in range(len(frame))]


def to_json_value(value: Any) -> Any:
    if isinstance(value, (np.bool_, bool)):
        return bool(value)
    if isinstance(value, (np.integer, int)):
        return int(value)
    if isinstance(value, (np.floating, float)):
        return None if np.isnan(value) else float(str(value))
    return str(value)


def keep_clear_rows(example: Example) -> Example:
    """The first 200 rows whose label no rounding can turn."""
    margin = margins(example.expected) if example.margin is None else example.margin
    clear = np.flatnonzero(margin > MIN_MARGIN)[:ROWS]
    if len(clear) < ROWS:
        raise SystemExit(f"{example.name}: only {len(clear)} rows are clear of the decision threshold.")
    expected = {member: values if member == "classes" else values[clear] for member, values in example.expected.items()}
    kept = {
        "instances": [example.instances[index] for index in clear],
        "feeds": {name: values[clear] for name, values in example.feeds.items()},
        "expected": expected,
    }
    return Example(**{**vars(example), **kept})


def margins(expected: dict[str, Array]) -> Array:
    """How far each row is from another label: of binary scores from 0, else of the best class from the second."""
    rows = len(next(values for member, values in expected.items() if member != "classes"))
    found = np.full(rows, np.inf)
    for member in ("probabilities", "scores"):
        if member not in expected:
            continue
        numbers = expected[member]
        ordered = np.sort(numbers, axis=1) if numbers.ndim == 2 else np.stack([-abs(numbers), abs(numbers)], axis=1)
        found = np.minimum(found, ordered[:, -1] - ordered[:, -2])
    return found


def sort_opsets(graph: onnx.ModelProto) -> None:
    """Exporters write the opsets in the order of a hash table."""
    opsets = sorted(graph.opset_import, key=lambda opset: (opset.domain, opset.version))
    del graph.opset_import[:]
    graph.opset_import.extend(opsets)


def require_agreement(example: Example, tolerance: float = TOLERANCE) -> None:
    """Stops the export when onnxruntime's answers are not the library's."""
    given = run(example)
    for member, names in example.outputs.items():
        actual = gather(given, names, example.expected.get("classes"))
        wanted = example.expected[member]
        if member == "labels":
            wrong = np.sum(actual.reshape(-1).astype(str) != wanted.astype(str))
            off = ""
        else:
            distances = np.abs(to_answers(example, member, actual).reshape(-1) - wanted.reshape(-1))
            wrong = np.sum(~(distances <= tolerance))
            off = f", by up to {distances.max()}"
        if wrong:
            raise SystemExit(f"{example.name}: {wrong} of the {member} are not those of {example.library}{off}.")


def run(example: Example) -> dict[str, Any]:
    """The graph's outputs for all rows, by name."""
    with open_session(example) as session:
        names = [output.name for output in session.get_outputs()]
        if not example.one_by_one:
            return dict(zip(names, session.run(names, example.feeds), strict=True))
        answers = [session.run(names, {k: v[row : row + 1] for k, v in example.feeds.items()}) for row in range(ROWS)]
    return {name: np.concatenate([answer[place] for answer in answers]) for place, name in enumerate(names)}


@contextmanager
def open_session(example: Example) -> Iterator[onnxruntime.InferenceSession]:
    with tempfile.TemporaryDirectory() as folder:
        path = save_graph(example, Path(folder))
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # README.md says where declared shapes are not those returned
        yield onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def save_graph(example: Example, folder: Path) -> Path:
    """Writes model.onnx, and the weights beside it where they lie in a file of their own."""
    path = folder / "model.onnx"
    if example.weights_file is None:
        path.write_bytes(example.graph.SerializeToString(deterministic=True))
    else:
        copy = onnx.ModelProto()
        copy.CopyFrom(example.graph)
        weights = folder / example.weights_file
        weights.unlink(missing_ok=True)  # onnx would write behind what is there
        onnx.save_model(copy, path, save_as_external_data=True, location=example.weights_file, size_threshold=64)
        weights.chmod(0o644)
    return path


def gather(given: dict[str, Any], names: str | list[str], classes: Array | None) -> Array:
    """One output, or several as columns; a sequence of maps becomes a matrix in the order of the classes."""
    if isinstance(names, list):
        return np.stack([given[name].reshape(-1) for name in names], axis=1)
    value = given[names]
    if isinstance(value, list):
        return np.array([[row[key] for key in classes.tolist()] for row in value])
    return value


def to_answers(example: Example, member: str, numbers: Array) -> Array:
    """What a reader of the manifest makes of an output's numbers."""
    activation = example.manifest.get("outputs", {}).get("activation")
    if activation == "softmax":
        powers = np.exp(numbers - numbers.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)
    if activation == "sigmoid":
        numbers = 1 / (1 + np.exp(-numbers))
    if member == "probabilities" and numbers.shape[1] == 1:
        return np.concatenate([1 - numbers, numbers], axis=1)
    return numbers
