"""One graph with inputs of every type that a column can have, some [N,1] and some [N]."""

from typing import Any

import numpy as np
import pandas as pd
from onnx import NodeProto, TensorProto, helper
from sklearn.linear_model import LogisticRegression

from example import Array, Example, frame_rows
from handmade import float_output, make_graph
from scikit import ask_classifier, library_of
from tables import CANDIDATE_ROWS, TRAINING_ROWS

OPSETS = [helper.make_opsetid("", 18), helper.make_opsetid("ai.onnx.ml", 3)]

PLANS = {"basic": 0.0, "family": 0.5, "pro": 1.0}
REGIONS = ["east", "north", "south", "west"]

# float32 tells neither two of these counts nor two of these times apart.
SHIFTS = {"traffic": 5_000_000_000, "opened": 1_700_000_000, "seats": 20}
SPREADS = {"traffic": 100, "opened": 30, "seats": 10}

TYPES = {
    "plan": (TensorProto.STRING, 2),
    "region": (TensorProto.STRING, 1),
    "traffic": (TensorProto.INT64, 2),
    "seats": (TensorProto.INT32, 1),
    "usage": (TensorProto.FLOAT, 2),
    "discount": (TensorProto.FLOAT, 1),
    "opened": (TensorProto.DOUBLE, 1),
    "active": (TensorProto.BOOL, 2),
    "paperless": (TensorProto.BOOL, 1),
}


def make_accounts(seed: int) -> pd.DataFrame:
    generator = np.random.default_rng(seed)
    count = TRAINING_ROWS + CANDIDATE_ROWS
    return pd.DataFrame(
        {
            "plan": generator.choice(list(PLANS), count),
            "region": generator.choice(REGIONS, count),
            "traffic": SHIFTS["traffic"] + generator.integers(-200, 200, count),
            "seats": generator.integers(1, 40, count).astype(np.int32),
            "usage": np.round(generator.normal(size=count), 3).astype(np.float32),
            "discount": np.round(generator.uniform(0, 0.5, count), 2).astype(np.float32),
            "opened": SHIFTS["opened"] + np.round(generator.uniform(-60, 60, count), 2),
            "active": generator.uniform(size=count) < 0.7,
            "paperless": generator.uniform(size=count) < 0.4,
        }
    )


def to_matrix(frame: pd.DataFrame) -> Array:
    """What the graph makes of the columns, as the model was trained on it."""
    columns = [
        frame["plan"].map(PLANS),
        *((frame["region"] == name) for name in REGIONS),
        scaled(frame, "traffic"),
        scaled(frame, "seats"),
        frame["usage"],
        frame["discount"],
        scaled(frame, "opened"),
        frame["active"],
        frame["paperless"],
    ]
    return np.stack([column.to_numpy().astype(np.float32) for column in columns], axis=1)


def scaled(frame: pd.DataFrame, name: str) -> pd.Series:
    return (frame[name].astype(np.float64) - SHIFTS[name]) / SPREADS[name]


def to_feed(name: str, column: pd.Series) -> Array:
    kind, rank = TYPES[name]
    values = column.to_numpy().astype(helper.tensor_dtype_to_np_dtype(kind))
    return values.reshape(-1, 1) if rank == 2 else values


def encoding_nodes() -> list[NodeProto]:
    """Each input to a column, or more, of float32, and all of them side by side."""
    ml = {"domain": "ai.onnx.ml"}
    plans = {"keys_strings": list(PLANS), "values_floats": list(PLANS.values()), "default_float": 0.0}
    nodes = [
        helper.make_node("LabelEncoder", ["plan"], ["plan_value"], **plans, **ml),
        helper.make_node("OneHotEncoder", ["region"], ["region_values"], cats_strings=REGIONS, zeros=1, **ml),
        *scaling_nodes("traffic", "traffic_value"),
        *scaling_nodes("opened", "opened_flat"),
        *scaling_nodes("seats", "seats_flat"),
        *(
            helper.make_node("Cast", [name], [result], to=TensorProto.FLOAT)
            for name, result in (("active", "active_value"), ("paperless", "paperless_flat"))
        ),
        *(
            helper.make_node("Unsqueeze", [flat, "axes"], [f"{name}_value"])
            for name, flat in (
                ("seats", "seats_flat"),
                ("discount", "discount"),
                ("opened", "opened_flat"),
                ("paperless", "paperless_flat"),
            )
        ),
    ]
    parts = ["region_values" if name == "region" else "usage" if name == "usage" else f"{name}_value" for name in TYPES]
    return [*nodes, helper.make_node("Concat", parts, ["matrix"], axis=1)]


def scaling_nodes(name: str, result: str) -> list[NodeProto]:
    """(value - shift) / spread in float64, then float32: the difference is small, the value need not be."""
    return [
        helper.make_node("Cast", [name], [f"{name}_double"], to=TensorProto.DOUBLE),
        helper.make_node("Sub", [f"{name}_double", f"{name}_shift"], [f"{name}_shifted"]),
        helper.make_node("Div", [f"{name}_shifted", f"{name}_spread"], [f"{name}_scaled"]),
        helper.make_node("Cast", [f"{name}_scaled"], [result], to=TensorProto.FLOAT),
    ]


def classifier_nodes(model: LogisticRegression) -> list[NodeProto]:
    weights, bias = model.coef_[0], model.intercept_[0]
    settings: dict[str, Any] = {
        "classlabels_ints": model.classes_.tolist(),
        "coefficients": [*(-weights).tolist(), *weights.tolist()],
        "intercepts": [-bias, bias],
        "multi_class": 1,
        "post_transform": "LOGISTIC",
    }
    return [
        helper.make_node("LinearClassifier", ["matrix"], ["label", "probabilities"], domain="ai.onnx.ml", **settings)
    ]


def mixed_inputs() -> Example:
    frame = make_accounts(161)
    matrix = to_matrix(frame)
    generator = np.random.default_rng(162)
    signal = matrix @ generator.normal(size=matrix.shape[1]) + generator.normal(scale=0.3, size=len(frame))
    target = (signal > np.median(signal)).astype(np.int64)
    model = LogisticRegression(max_iter=500).fit(matrix[:TRAINING_ROWS], target[:TRAINING_ROWS])
    inputs = [
        helper.make_tensor_value_info(name, kind, ["batch"] if rank == 1 else ["batch", 1])
        for name, (kind, rank) in TYPES.items()
    ]
    outputs = [helper.make_tensor_value_info("label", TensorProto.INT64, ["batch"]), float_output("probabilities", 2)]
    constants = {
        **{f"{name}_shift": np.float64(shift) for name, shift in SHIFTS.items()},
        **{f"{name}_spread": np.float64(spread) for name, spread in SPREADS.items()},
        "axes": np.array([1], dtype=np.int64),
    }
    nodes = [*encoding_nodes(), *classifier_nodes(model)]
    rows = frame[TRAINING_ROWS:]
    return Example(
        name="mixed-inputs",
        library=library_of(model),
        task="binary-classification",
        graph=make_graph("mixed_inputs", nodes, outputs, constants, inputs, OPSETS),
        instances=frame_rows(rows),
        feeds={name: to_feed(name, rows[name]) for name in TYPES},
        expected=ask_classifier(model, matrix[TRAINING_ROWS:]),
        outputs={"labels": "label", "probabilities": "probabilities"},
        special="every type of column, [N,1] and [N]; float32 can hold neither `traffic` nor `opened`",
        train=frame.assign(target=target)[:TRAINING_ROWS],
    )


MAKERS = [mixed_inputs]
