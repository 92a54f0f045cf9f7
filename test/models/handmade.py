"""Graphs as PyTorch's exporter and people's own scripts make them: plain operators, weights of a trained original."""

from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, checker, helper, numpy_helper
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor

from example import Example, matrix_rows
from scikit import ask_classifier, ask_regressor, library_of
from tables import make_numbers

OPSETS = [helper.make_opsetid("", 18)]
IR_VERSION = 10
WIDTH = 6

Node = onnx.NodeProto


def make_graph(
    name: str,
    nodes: list[Node],
    outputs: list[onnx.ValueInfoProto],
    weights: dict[str, Any],
    inputs: list[onnx.ValueInfoProto] | None = None,
    opsets: list[onnx.OperatorSetIdProto] = OPSETS,
) -> onnx.ModelProto:
    initializers = [numpy_helper.from_array(np.asarray(values), key) for key, values in weights.items()]
    inputs = inputs or [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", WIDTH])]
    model = helper.make_model(
        helper.make_graph(nodes, name, inputs, outputs, initializers), opset_imports=opsets, ir_version=IR_VERSION
    )
    checker.check_model(model, full_check=True)
    return model


def float_output(name: str, width: int) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", width])


def network(model: Any, output: str) -> tuple[list[Node], dict[str, Any]]:
    """The layers of a scikit-learn network as PyTorch writes them: Gemm with transposed weights, Relu between."""
    nodes, weights, current = [], {}, "x"
    last = len(model.coefs_) - 1
    for layer, (matrix, bias) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        weights[f"layers.{layer}.weight"] = matrix.T.astype(np.float32)
        weights[f"layers.{layer}.bias"] = bias.astype(np.float32)
        result = output if layer == last else f"linear_{layer}"
        parameters = [current, f"layers.{layer}.weight", f"layers.{layer}.bias"]
        nodes.append(helper.make_node("Gemm", parameters, [result], name=f"gemm_{layer}", transB=1))
        if layer < last:
            nodes.append(helper.make_node("Relu", [result], [f"relu_{layer}"], name=f"relu_{layer}"))
        current = f"relu_{layer}"
    return nodes, weights


def mlp_logits_softmax() -> Example:
    data = make_numbers(151, WIDTH)
    model = MLPClassifier(hidden_layer_sizes=(16, 8), max_iter=300, tol=1e-3, random_state=151)
    model.fit(data.train, data.three_names)
    nodes, weights = network(model, "logits")
    return Example(
        name="mlp-logits-softmax",
        library=library_of(model),
        task="multiclass-classification",
        graph=make_graph("main_graph", nodes, [float_output("logits", 3)], weights),
        instances=matrix_rows(data.rows),
        feeds={"x": data.rows},
        expected=ask_classifier(model, data.rows),
        outputs={"probabilities": "logits"},
        special="logits alone: softmax is left to do, and the classes have no names",
        manifest={
            "task": "multiclass-classification",
            "outputs": {"probabilities": "logits", "activation": "softmax", "classes": model.classes_.tolist()},
        },
    )


def mlp_logit_sigmoid() -> Example:
    data = make_numbers(152, WIDTH)
    model = MLPClassifier(hidden_layer_sizes=(16,), max_iter=300, tol=1e-3, random_state=152).fit(
        data.train, data.binary
    )
    nodes, weights = network(model, "logit")
    return Example(
        name="mlp-logit-sigmoid",
        library=library_of(model),
        task="binary-classification",
        graph=make_graph("main_graph", nodes, [float_output("logit", 1)], weights),
        instances=matrix_rows(data.rows),
        feeds={"x": data.rows},
        expected=ask_classifier(model, data.rows),
        outputs={"probabilities": "logit"},
        special="the second class's logit alone: sigmoid is left to do",
        manifest={
            "task": "binary-classification",
            "outputs": {"probabilities": "logit", "activation": "sigmoid", "classes": model.classes_.tolist()},
        },
    )


def sigmoid_probability() -> Example:
    data = make_numbers(153, WIDTH)
    model = MLPClassifier(hidden_layer_sizes=(16,), max_iter=300, tol=1e-3, random_state=153).fit(
        data.train, data.binary
    )
    nodes, weights = network(model, "logit")
    nodes.append(helper.make_node("Sigmoid", ["logit"], ["probability"], name="sigmoid"))
    return Example(
        name="sigmoid-probability",
        library=library_of(model),
        task="binary-classification",
        graph=make_graph("main_graph", nodes, [float_output("probability", 1)], weights),
        instances=matrix_rows(data.rows),
        feeds={"x": data.rows},
        expected=ask_classifier(model, data.rows),
        outputs={"probabilities": "probability"},
        special="the second class's probability alone",
    )


def bool_label() -> Example:
    data = make_numbers(154, WIDTH)
    model = LogisticRegression().fit(data.train, data.binary == 1)
    nodes = [
        helper.make_node("Gemm", ["x", "weight", "bias"], ["logit"]),
        helper.make_node("Sigmoid", ["logit"], ["positive"]),
        helper.make_node("Sub", ["one", "positive"], ["negative"]),
        helper.make_node("Concat", ["negative", "positive"], ["probabilities"], axis=1),
        helper.make_node("Greater", ["positive", "half"], ["is_positive"]),
        helper.make_node("Squeeze", ["is_positive", "axes"], ["label"]),
    ]
    weights = {
        "weight": model.coef_.T.astype(np.float32),
        "bias": model.intercept_.astype(np.float32),
        "one": np.float32(1),
        "half": np.float32(0.5),
        "axes": np.array([1], dtype=np.int64),
    }
    label = helper.make_tensor_value_info("label", TensorProto.BOOL, ["batch"])
    return Example(
        name="bool-label",
        library=library_of(model),
        task="binary-classification",
        graph=make_graph("bool_label", nodes, [label, float_output("probabilities", 2)], weights),
        instances=matrix_rows(data.rows),
        feeds={"x": data.rows},
        expected=ask_classifier(model, data.rows),
        outputs={"labels": "label", "probabilities": "probabilities"},
        special="the label is false or true",
    )


def external_data() -> Example:
    data = make_numbers(155, WIDTH)
    model = MLPRegressor(hidden_layer_sizes=(24, 12), max_iter=300, tol=1e-3, random_state=155).fit(
        data.train, data.signal
    )
    nodes, weights = network(model, "y")
    return Example(
        name="external-data",
        library=library_of(model),
        task="regression",
        graph=make_graph("main_graph", nodes, [float_output("y", 1)], weights),
        instances=matrix_rows(data.rows),
        feeds={"x": data.rows},
        expected=ask_regressor(model, data.rows),
        outputs={"values": "y"},
        special="the weights lie in model.onnx.data, as PyTorch's exporter of today writes them",
        weights_file="model.onnx.data",
    )


MAKERS = [mlp_logits_softmax, mlp_logit_sigmoid, sigmoid_probability, bool_label, external_data]
