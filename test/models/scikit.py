"""What the makers of scikit-learn models share: conversion with skl2onnx, and asking the library itself."""

from typing import Any

import numpy as np
import pandas as pd
import sklearn
from onnx import ModelProto
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.base import BaseEstimator
from sklearn.pipeline import Pipeline

from example import Array, Example, matrix_rows

TENSORS = {"zipmap": False}

# Without a word about opsets these fail: "The model is using version 4 of domain 'ai.onnx.ml' not supported yet".
NEEDS_TARGET_OPSET = {"IsolationForest"}
TARGET_OPSET = {"": 18, "ai.onnx.ml": 3}


def library_of(estimator: BaseEstimator) -> str:
    name = type(estimator).__name__
    if isinstance(estimator, Pipeline):
        name = f"{name}({', '.join(type(step).__name__ for _, step in estimator.steps)})"
    return f"scikit-learn {sklearn.__version__} {name}"


def convert(
    estimator: BaseEstimator, name: str, initial_types: list[Any] | int, options: dict[str, Any] | None = None
) -> ModelProto:
    """The graph as skl2onnx makes it by default, but for its name, which would be a random one."""
    if isinstance(initial_types, int):
        initial_types = [("features", FloatTensorType([None, initial_types]))]
    return convert_sklearn(
        estimator,
        name=name,
        initial_types=initial_types,
        options={id(estimator): options} if options else None,
        target_opset=TARGET_OPSET if type(estimator).__name__ in NEEDS_TARGET_OPSET else None,
    )


def ask_classifier(estimator: Any, rows: Array | pd.DataFrame) -> dict[str, Array]:
    """Labels and classes, and probabilities where the library has them, else decision scores."""
    answers = {"labels": estimator.predict(rows), "classes": estimator.classes_}
    if hasattr(estimator, "predict_proba"):
        return {**answers, "probabilities": estimator.predict_proba(rows)}
    return {**answers, "scores": estimator.decision_function(rows)}


def ask_regressor(estimator: Any, rows: Array | pd.DataFrame) -> dict[str, Array]:
    return {"values": np.asarray(estimator.predict(rows), dtype=np.float64).reshape(len(rows), -1)}


def classifier_task(estimator: Any) -> str:
    return "binary-classification" if len(estimator.classes_) == 2 else "multiclass-classification"


def matrix_classifier(
    name: str,
    estimator: Any,
    rows: Array,
    special: str,
    *,
    options: dict[str, Any] | None = TENSORS,
    numbers: str | list[str] = "probabilities",
    label: str = "label",
    types: list[Any] | None = None,
    **more: Any,
) -> Example:
    """An example of a fitted classifier over one matrix, float32 unless `types` says otherwise."""
    expected = ask_classifier(estimator, rows)
    member = "probabilities" if "probabilities" in expected else "scores"
    return Example(
        name=name,
        library=library_of(estimator),
        task=classifier_task(estimator),
        graph=convert(estimator, name, types or rows.shape[1], options),
        instances=matrix_rows(rows),
        feeds={"features": rows},
        expected=expected,
        outputs={"labels": label, member: numbers},
        special=special,
        **more,
    )


def matrix_regressor(name: str, estimator: Any, rows: Array, special: str, **more: Any) -> Example:
    """An example of a fitted regressor over one float32 matrix."""
    return Example(
        name=name,
        library=library_of(estimator),
        task="regression",
        graph=convert(estimator, name, rows.shape[1]),
        instances=matrix_rows(rows),
        feeds={"features": rows},
        expected=ask_regressor(estimator, rows),
        outputs={"values": "variable"},
        special=special,
        **more,
    )
