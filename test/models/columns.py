"""Pipelines of scikit-learn in which every column is an input of the graph."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from example import Array, Example, frame_rows
from scikit import TENSORS, ask_classifier, ask_regressor, classifier_task, convert, library_of
from tables import CANDIDATE_ROWS, TRAINING_ROWS

CATEGORIES = ["plan", "region", "quarter"]


@dataclass(frozen=True)
class Customers:
    """Customers in named columns, a number that says how they do, and others to ask about."""

    train: pd.DataFrame
    signal: Array
    rows: pd.DataFrame


def make_customers(seed: int, columns: list[str]) -> Customers:
    generator = np.random.default_rng(seed)
    count = TRAINING_ROWS + CANDIDATE_ROWS
    frame = pd.DataFrame(
        {
            "plan": generator.choice(["basic", "family", "pro"], count),
            "region": generator.choice(["east", "north", "south", "west"], count),
            "quarter": generator.integers(1, 5, count),
            "monthly charge": np.round(generator.uniform(10, 120, count), 2).astype(np.float32),
            "usage": np.round(generator.normal(5, 2, count), 3).astype(np.float32),
            "tenure": generator.integers(0, 72, count),
        }
    )
    signal = (
        (frame["monthly charge"] - 65) / 30
        - (frame["tenure"] - 36) / 20
        + np.where(frame["plan"] == "pro", 0.8, -0.3)
        + np.where(frame["region"] == "south", 0.7, 0)
        + np.where(frame["quarter"] == 4, 0.9, -0.3)
        + generator.normal(scale=0.5, size=count)
    ).to_numpy()
    frame = frame[columns]
    return Customers(frame[:TRAINING_ROWS].copy(), signal[:TRAINING_ROWS], frame[TRAINING_ROWS:].reset_index(drop=True))


def make_model(columns: list[str], last: Any) -> Pipeline:
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    transformer = ColumnTransformer(
        [
            ("numbers", numbers, [name for name in columns if name not in CATEGORIES]),
            ("categories", OneHotEncoder(handle_unknown="ignore"), [name for name in columns if name in CATEGORIES]),
        ]
    )
    return Pipeline([("columns", transformer), ("model", last)])


def input_types(frame: pd.DataFrame) -> list[tuple[str, Any]]:
    types = {"f": FloatTensorType, "i": Int64TensorType}
    return [(name, types.get(frame[name].dtype.kind, StringTensorType)([None, 1])) for name in frame.columns]


def input_feeds(frame: pd.DataFrame) -> dict[str, Array]:
    """Each column as an [N,1] input. skl2onnx writes a name's space as an underscore."""
    columns = {name.replace(" ", "_"): frame[[name]].to_numpy() for name in frame.columns}
    return {name: values if values.dtype.kind in "fi" else values.astype(object) for name, values in columns.items()}


def pipeline_columns() -> Example:
    columns = ["plan", "region", "monthly charge", "usage", "tenure"]
    customers = make_customers(71, columns)
    train, rows = customers.train, customers.rows
    train.loc[train.index[::15], "monthly charge"] = np.nan
    rows.loc[rows.index[::11], "monthly charge"] = np.nan
    rows.loc[rows.index[5::17], "region"] = "overseas"
    target = (customers.signal > 0).astype(np.int64)
    model = make_model(columns, LogisticRegression()).fit(train, target)
    return Example(
        name="pipeline-columns",
        library=library_of(model),
        task=classifier_task(model),
        graph=convert(model, "pipeline-columns", input_types(rows), TENSORS),
        instances=frame_rows(rows),
        feeds=input_feeds(rows),
        expected=ask_classifier(model, rows),
        outputs={"labels": "label", "probabilities": "probabilities"},
        special="an input for each column; the CSV's `monthly charge` is the graph's `monthly_charge`; "
        "a missing charge is imputed, a region not seen before gives zeros",
        train=train.assign(target=target),
    )


def pipeline_regressor() -> Example:
    columns = ["quarter", "plan", "monthly charge", "tenure"]
    customers = make_customers(72, columns)
    model = make_model(columns, GradientBoostingRegressor(n_estimators=25, max_depth=2, random_state=72))
    model.fit(customers.train, customers.signal)
    return Example(
        name="pipeline-regressor",
        library=library_of(model),
        task="regression",
        graph=convert(model, "pipeline-regressor", input_types(customers.rows)),
        instances=frame_rows(customers.rows),
        feeds=input_feeds(customers.rows),
        expected=ask_regressor(model, customers.rows),
        outputs={"values": "variable"},
        special="an input for each column; `quarter` is a category of whole numbers",
        train=customers.train.assign(target=np.round(customers.signal, 4)),
    )


MAKERS = [pipeline_columns, pipeline_regressor]
