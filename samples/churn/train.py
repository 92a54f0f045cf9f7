"""Trains a small model on customers who stay or leave, and exports it."""

from pathlib import Path

import numpy as np
import pandas as pd
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType, Int64TensorType, StringTensorType
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

# 400 customers: their plan and region, what they pay a month, for how many months they have been here
random = np.random.default_rng(1)
customers = pd.DataFrame(
    {
        "plan": random.choice(["basic", "family", "pro"], 400),
        "region": random.choice(["east", "north", "south", "west"], 400),
        "charge": random.uniform(10, 120, 400).round(2),
        "tenure": random.integers(0, 72, 400),
    }
)
customers.loc[::20, "charge"] = np.nan
risk = customers["charge"].fillna(65) / 30 - customers["tenure"] / 15 + (customers["plan"] == "pro")
left = (risk + random.normal(0, 0.5, 400) > 0.3).astype(int)

columns = ColumnTransformer(
    [
        ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["charge", "tenure"]),
        ("texts", OneHotEncoder(handle_unknown="ignore"), ["plan", "region"]),
    ]
)
model = make_pipeline(columns, LogisticRegression()).fit(customers, left)

# every column is an input of its own; without zipmap=False the probabilities are a list of dicts
inputs = [
    ("plan", StringTensorType([None, 1])),
    ("region", StringTensorType([None, 1])),
    ("charge", FloatTensorType([None, 1])),
    ("tenure", Int64TensorType([None, 1])),
]
graph = to_onnx(model, initial_types=inputs, options={"zipmap": False})

folder = Path("models/churn")
folder.mkdir(parents=True, exist_ok=True)
(folder / "churn.onnx").write_bytes(graph.SerializeToString())
customers.assign(left=left).to_csv(folder / "train.csv", index_label="customer")

# some rows with the probability that scikit-learn gives them
probability = model.predict_proba(customers)[:, 1].round(8)
customers.assign(expected=probability)[:20].to_csv(folder / "rows.csv", index_label="customer")
print(f"Customer 2 leaves with a probability of {probability[2]}")
