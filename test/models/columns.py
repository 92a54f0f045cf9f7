"""Models with an input for each column, and one whose columns are encoded outside the graph."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import sklearn
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from example import Array, Example, frame_rows
from scikit import ask_classifier, classifier_task, convert
from tables import CANDIDATE_ROWS, TRAINING_ROWS


@dataclass(frozen=True)
class Customers:
    """Customers in named columns: `train` with the target last, `rows` without it."""

    train: pd.DataFrame
    rows: pd.DataFrame

    @property
    def features(self) -> pd.DataFrame:
        return self.train.drop(columns="target")


def make_customers(seed: int) -> Customers:
    generator = np.random.default_rng(seed)
    count = TRAINING_ROWS + CANDIDATE_ROWS
    frame = pd.DataFrame(
        {
            "plan": generator.choice(["basic", "family", "pro"], count),
            "region": generator.choice(["east", "north", "south", "west"], count),
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
        + generator.normal(scale=0.5, size=count)
    )
    frame = frame.assign(target=(signal > 0).astype(np.int64))
    return Customers(frame[:TRAINING_ROWS], frame[TRAINING_ROWS:].drop(columns="target").reset_index(drop=True))


def with_missing(frame: pd.DataFrame, column: str, every: int) -> pd.DataFrame:
    copy = frame.copy()
    copy.loc[copy.index[::every], column] = np.nan
    return copy


def column_feeds(frame: pd.DataFrame) -> dict[str, Array]:
    """Each column as an [N,1] input. skl2onnx writes a name's space as an underscore."""
    return {name.replace(" ", "_"): to_feed(frame[[name]]) for name in frame.columns}


def to_feed(column: pd.DataFrame) -> Array:
    values = column.to_numpy()
    return values if values.dtype.kind in "fib" else values.astype(object)


NUMBER_TYPES = {"float32": FloatTensorType, "int64": Int64TensorType}


def column_types(frame: pd.DataFrame) -> list[tuple[str, object]]:
    return [(name, NUMBER_TYPES.get(str(frame[name].dtype), StringTensorType)([None, 1])) for name in frame.columns]


def make_pipeline_of(frame: pd.DataFrame, last: object) -> Pipeline:
    numbers = [name for name in frame.columns if str(frame[name].dtype) in NUMBER_TYPES]
    texts = [name for name in frame.columns if name not in numbers]
    transformer = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
            ("categories", OneHotEncoder(handle_unknown="ignore"), texts),
        ]
    )
    return Pipeline([("columns", transformer), ("model", last)])


def pipeline_columns() -> Example:
    made = make_customers(71)
    customers = Customers(with_missing(made.train, "monthly charge", 15), with_missing(made.rows, "monthly charge", 11))
    rows = customers.rows.copy()
    rows.loc[rows.index[5::17], "region"] = "overseas"
    model = make_pipeline_of(rows, LogisticRegression()).fit(customers.features, customers.train["target"])
    return Example(
        name="pipeline-columns",
        library=f"scikit-learn {sklearn.__version__} Pipeline(ColumnTransformer, LogisticRegression)",
        task=classifier_task(model),
        graph=convert(model, "pipeline-columns", column_types(rows), {"zipmap": False}),
        instances=frame_rows(rows),
        feeds=column_feeds(rows),
        expected=ask_classifier(model, rows),
        outputs={"labels": "label", "probabilities": "probabilities"},
        special="an input for each column; `monthly charge` of the CSV is `monthly_charge` in the graph; "
        "a missing charge is imputed, an unknown region gives zeros",
        train=customers.train,
    )


MAKERS = [pipeline_columns]
