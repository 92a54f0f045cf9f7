"""Models of XGBoost and LightGBM, by onnxmltools, and of CatBoost, by its own exporter; all with default options."""

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import catboost
import lightgbm
import numpy as np
import onnx
import onnxmltools
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType

from example import Array, Example, matrix_rows
from scikit import ask_regressor, classifier_task
from tables import Numbers, make_numbers, with_gaps

XGBOOST = {"n_estimators": 12, "max_depth": 3, "n_jobs": 1}
LIGHTGBM = {"n_estimators": 12, "num_leaves": 8, "n_jobs": 1, "deterministic": True, "force_row_wise": True}
CATBOOST = {"iterations": 20, "depth": 3, "thread_count": 1, "random_seed": 7, "allow_writing_files": False}


def to_graph(model: Any, name: str, width: int) -> onnx.ModelProto:
    types = [("features", FloatTensorType([None, width]))]
    if isinstance(model, catboost.CatBoost):
        return catboost_graph(model, name)
    if isinstance(model, lightgbm.LGBMModel):
        return onnxmltools.convert_lightgbm(model, name=name, initial_types=types)
    return onnxmltools.convert_xgboost(model, name=name, initial_types=types)


def catboost_graph(model: catboost.CatBoost, name: str) -> onnx.ModelProto:
    """CatBoost's own export, but for what tells the time, a random id and the program's last change."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.onnx"
        model.save_model(str(path), format="onnx", export_parameters={"onnx_graph_name": name})
        graph = onnx.load(path)
    kept = [entry for entry in graph.metadata_props if entry.key == "class_params"]
    del graph.metadata_props[:]
    graph.metadata_props.extend(kept)
    graph.producer_version = catboost.__version__
    return graph


def library_of(model: Any) -> str:
    module = next(
        module for module in (catboost, lightgbm, xgboost) if type(model).__module__.startswith(module.__name__)
    )
    title = {"catboost": "CatBoost", "lightgbm": "LightGBM", "xgboost": "XGBoost"}[module.__name__]
    return f"{title} {module.__version__} {type(model).__name__}"


def classifier(name: str, model: Any, data: Numbers, special: str, **more: Any) -> Example:
    expected = {
        # CatBoost gives the labels of three classes as a column
        "labels": np.asarray(model.predict(data.rows)).reshape(-1),
        "classes": model.classes_,
        "probabilities": model.predict_proba(data.rows),
    }
    outputs = {"labels": "label", "probabilities": "probabilities"}
    return example(name, model, data.rows, classifier_task(model), expected, outputs, special, **more)


def regressor(name: str, model: Any, data: Numbers, output: str, special: str) -> Example:
    expected = ask_regressor(model, data.rows)
    return example(name, model, data.rows, "regression", expected, {"values": output}, special)


def example(
    name: str,
    model: Any,
    rows: Array,
    task: str,
    expected: dict[str, Array],
    outputs: dict[str, str | list[str]],
    special: str,
    **more: Any,
) -> Example:
    return Example(
        name=name,
        library=library_of(model),
        task=task,
        graph=to_graph(model, name, rows.shape[1]),
        instances=matrix_rows(rows),
        feeds={"features": rows},
        expected=expected,
        outputs=outputs,
        special=special,
        **more,
    )


def xgboost_classifier() -> Example:
    data = make_numbers(101)
    model = xgboost.XGBClassifier(**XGBOOST).fit(data.train, data.binary)
    return classifier("xgboost-classifier", model, data, "a plain tensor of probabilities, by default")


def xgboost_multiclass() -> Example:
    data = with_gaps(make_numbers(102), 102)
    model = xgboost.XGBClassifier(**XGBOOST).fit(data.train, data.three_classes)
    return classifier("xgboost-multiclass", model, data, "NaN is a value that the trees were trained on")


def xgboost_regressor() -> Example:
    data = make_numbers(103)
    model = xgboost.XGBRegressor(**XGBOOST).fit(data.train, data.signal)
    return regressor("xgboost-regressor", model, data, "variable", "a tree ensemble")


def lightgbm_binary() -> Example:
    data = make_numbers(104)
    model = lightgbm.LGBMClassifier(**LIGHTGBM, verbose=-1).fit(data.train, data.binary)
    special = "a sequence of maps; the label's declared size is wrong"
    return classifier("lightgbm-binary", model, data, special, train=data.csv(data.binary))


def lightgbm_multiclass() -> Example:
    data = with_gaps(make_numbers(105), 105)
    model = lightgbm.LGBMClassifier(**LIGHTGBM, verbose=-1).fit(data.train, data.three_names)
    special = "string labels; NaN is a value that the trees were trained on"
    return classifier("lightgbm-multiclass", model, data, special)


def lightgbm_regressor() -> Example:
    data = make_numbers(106)
    model = lightgbm.LGBMRegressor(**LIGHTGBM, verbose=-1).fit(data.train, data.signal)
    return regressor("lightgbm-regressor", model, data, "variable", "a tree ensemble")


def catboost_classifier() -> Example:
    data = make_numbers(107)
    model = catboost.CatBoostClassifier(**CATBOOST, verbose=False).fit(data.train, data.binary)
    return classifier("catboost-classifier", model, data, "a sequence of maps; IR version 3")


def number_column(index: int) -> dict[str, str]:
    return {"name": f"f{index}", "type": "number", "missing": "nan"}


def catboost_multiclass() -> Example:
    data = with_gaps(make_numbers(108), 108)
    model = catboost.CatBoostClassifier(**CATBOOST, verbose=False).fit(data.train, data.three_names)
    special = "string labels; NaN is a value that the trees were trained on"
    return replace(
        classifier("catboost-multiclass", model, data, special),
        manifest={"columns": [number_column(index) for index in range(data.rows.shape[1])]},
    )


def catboost_regressor() -> Example:
    data = make_numbers(109)
    model = catboost.CatBoostRegressor(**CATBOOST, verbose=False).fit(data.train, data.signal)
    return regressor("catboost-regressor", model, data, "predictions", "declared as a list, returned as a column")


MAKERS = [
    xgboost_classifier,
    xgboost_multiclass,
    xgboost_regressor,
    lightgbm_binary,
    lightgbm_multiclass,
    lightgbm_regressor,
    catboost_classifier,
    catboost_multiclass,
    catboost_regressor,
]
