"""Regressors of scikit-learn, and its isolation forest, over one float32 matrix."""

import numpy as np
from sklearn.ensemble import IsolationForest, RandomForestRegressor
from sklearn.linear_model import LinearRegression, Ridge

from example import Example, matrix_rows
from scikit import convert, library_of, matrix_regressor
from tables import make_numbers


def ridge() -> Example:
    data = make_numbers(31)
    return matrix_regressor("ridge", Ridge().fit(data.train, data.signal), data.rows, "the plainest regressor")


def random_forest_regressor() -> Example:
    data = make_numbers(32)
    model = RandomForestRegressor(n_estimators=12, max_depth=5, random_state=32, n_jobs=1)
    return matrix_regressor("random-forest-regressor", model.fit(data.train, data.signal), data.rows, "a tree ensemble")


def multi_output_regressor() -> Example:
    data = make_numbers(33)
    targets = np.stack([data.signal, data.train[:, 0] - data.signal, 3 * data.train[:, 1] + 2], axis=1)
    model = LinearRegression().fit(data.train, targets)
    return matrix_regressor("multi-output-regressor", model, data.rows, "three targets, which the graph doesn't name")


def isolation_forest() -> Example:
    data = make_numbers(34)
    model = IsolationForest(n_estimators=15, max_samples=64, random_state=34, n_jobs=1).fit(data.train)
    expected = {"labels": model.predict(data.rows), "scores": model.decision_function(data.rows)}
    return Example(
        name="isolation-forest",
        library=library_of(model),
        task="anomaly",
        graph=convert(model, "isolation-forest", data.rows.shape[1]),
        instances=matrix_rows(data.rows),
        feeds={"features": data.rows},
        expected=expected,
        outputs={"labels": "label", "scores": "scores"},
        special="label -1 (an outlier) or 1; score below 0 is an outlier",
    )


MAKERS = [ridge, random_forest_regressor, multi_output_regressor, isolation_forest]
