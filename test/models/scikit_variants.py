"""Classifiers of scikit-learn exported with other outputs, types and shapes than the usual ones."""

from dataclasses import replace

import numpy as np
import onnx
import pandas as pd
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, Int64TensorType
from skl2onnx.helpers.onnx_helper import select_model_inputs_outputs
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from example import Example, frame_rows
from scikit import matrix_classifier
from tables import CANDIDATE_ROWS, TRAINING_ROWS, make_numbers

ZIPMAP = {"options": None, "label": "output_label", "numbers": "output_probability"}


def zipmap_int_labels() -> Example:
    data = make_numbers(51)
    model = DecisionTreeClassifier(max_depth=4, min_samples_leaf=7, random_state=51)
    model.fit(data.train, data.three_classes * 10 + 5)
    special = "skl2onnx's default output, a sequence of maps; the classes are 5, 15, 25"
    return matrix_classifier("zipmap-int-labels", model, data.rows, special, **ZIPMAP)


def zipmap_string_labels() -> Example:
    data = make_numbers(52)
    model = LogisticRegression().fit(data.train, data.three_names)
    special = "skl2onnx's default output, a sequence of maps; the classes are strings"
    return matrix_classifier("zipmap-string-labels", model, data.rows, special, **ZIPMAP)


def zipmap_columns() -> Example:
    data = make_numbers(53)
    model = LogisticRegression().fit(data.train, data.three_names)
    return matrix_classifier(
        "zipmap-columns",
        model,
        data.rows,
        "an output for each class, named s and the class, by skl2onnx's option zipmap='columns'",
        options={"zipmap": "columns"},
        label="output_label",
        numbers=[f"s{name}" for name in model.classes_],
    )


def cut(graph: onnx.ModelProto, output: str) -> onnx.ModelProto:
    """The graph with one output, and without what only the others need."""
    short = select_model_inputs_outputs(graph, output)
    used = {name for node in short.graph.node for name in node.input}
    initializers = [item for item in short.graph.initializer if item.name in used]
    del short.graph.initializer[:]
    short.graph.initializer.extend(initializers)
    return short


def probabilities_only() -> Example:
    data = make_numbers(54)
    model = MLPClassifier(hidden_layer_sizes=(10,), max_iter=300, tol=1e-3, random_state=54).fit(
        data.train, data.three_names
    )
    special = "no label; the names of the classes are not in the graph"
    whole = matrix_classifier("probabilities-only", model, data.rows, special)
    return replace(
        whole,
        graph=cut(whole.graph, "probabilities"),
        outputs={"probabilities": "probabilities"},
        manifest={"outputs": {"probabilities": "probabilities", "classes": model.classes_.tolist()}},
    )


def label_only() -> Example:
    data = make_numbers(55)
    model = DecisionTreeClassifier(max_depth=4, min_samples_leaf=7, random_state=55).fit(data.train, data.binary)
    whole = matrix_classifier("label-only", model, data.rows, "no probabilities: they were cut off")
    return replace(
        whole,
        graph=cut(whole.graph, "label"),
        outputs={"labels": "label"},
        expected={member: whole.expected[member] for member in ("labels", "classes")},
        margin=np.abs(model.predict_proba(data.rows)[:, 1] - 0.5),
    )


def double_matrix() -> Example:
    data = make_numbers(56)
    shift = np.array([1_700_000_000, -2_000_000, 40_000_000, 0, 0, 0], dtype=np.float64)
    train = np.round(data.train.astype(np.float64), 3) + shift
    rows = np.round(np.round(data.rows.astype(np.float64), 3) + shift, 3)
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(train, data.binary)
    types = [("features", DoubleTensorType([None, train.shape[1]]))]
    special = "float64 in and out; the first three features are so large that float32 would lose what tells rows apart"
    return matrix_classifier("double-matrix", model, rows, special, types=types)


def int64_matrix() -> Example:
    data = make_numbers(57)
    train = np.round(data.train * 10).astype(np.int64)
    rows = np.round(data.rows * 10).astype(np.int64)
    model = LogisticRegression(max_iter=500).fit(train, data.binary)
    types = [("features", Int64TensorType([None, train.shape[1]]))]
    return matrix_classifier("int64-matrix", model, rows, "whole numbers in", types=types)


def fixed_batch() -> Example:
    data = make_numbers(58)
    model = LogisticRegression().fit(data.train, data.binary)
    types = [("features", FloatTensorType([1, data.train.shape[1]]))]
    special = "takes one row, and only one, a run"
    return matrix_classifier("fixed-batch", model, data.rows, special, types=types, one_by_one=True)


def one_hot_outside() -> Example:
    generator = np.random.default_rng(59)
    count = TRAINING_ROWS + CANDIDATE_ROWS
    frame = pd.DataFrame(
        {
            "age": generator.integers(18, 80, count),
            "plan": generator.choice(["basic", "family", "pro"], count),
            "region": generator.choice(["east", "north", "south", "west"], count),
            "quarter": generator.integers(1, 5, count),
        }
    )
    encoded = pd.get_dummies(frame, columns=["plan", "region", "quarter"], dtype=np.float32).astype(np.float32)
    weights = generator.normal(scale=1.2, size=encoded.shape[1] - 1)
    noise = generator.normal(scale=0.4, size=count)
    signal = np.round((encoded["age"] - 45) / 15 + encoded.iloc[:, 1:] @ weights + noise, 4)
    target = (signal > signal.median()).astype(np.int64)
    train, rows = encoded.to_numpy()[:TRAINING_ROWS], encoded.to_numpy()[TRAINING_ROWS:]
    model = LogisticRegression(solver="newton-cholesky", tol=1e-6).fit(train, target[:TRAINING_ROWS])
    special = (
        f"the CSV's four columns become {train.shape[1]} features by pandas' get_dummies, in the order "
        + ", ".join(f"`{name}`" for name in encoded.columns)
    )
    whole = matrix_classifier("one-hot-outside", model, rows, special)
    asked = frame[TRAINING_ROWS:]
    return replace(whole, instances=frame_rows(asked), train=frame.assign(target=target)[:TRAINING_ROWS])


MAKERS = [
    zipmap_int_labels,
    zipmap_string_labels,
    zipmap_columns,
    probabilities_only,
    label_only,
    double_matrix,
    int64_matrix,
    fixed_batch,
    one_hot_outside,
]
