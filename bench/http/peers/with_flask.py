"""The original's stack: Flask under gunicorn, scikit-learn, features in a form.

The original fetched its pickled model anew for every request. Here it is made once from the same coefficients, which is
kinder. gunicorn's documents advise 2 x cores + 1 workers (https://docs.gunicorn.org/en/stable/design.html).
"""

import json
import os

import numpy as np
from flask import Flask, jsonify, request
from sklearn.linear_model import LogisticRegression


def make_model(path: str) -> LogisticRegression:
    with open(path, encoding="utf-8") as file:
        known = json.load(file)
    model = LogisticRegression()
    model.classes_ = np.array(known["classes"])
    model.coef_ = np.array([[feature["coefficient"] for feature in known["features"]]])
    model.intercept_ = np.array([known["intercept"]])
    model.n_features_in_ = model.coef_.shape[1]
    return model


app = Flask(__name__)
model = make_model(os.environ["COEFFICIENTS"])


@app.get("/health")
def health():
    return jsonify(status="ok")


@app.post("/predict")
def predict():
    received = request.form.to_dict()
    features = np.array(json.loads(received["x"])).reshape(1, -1)
    return jsonify(model_prediction=str(model.predict(features)), received_data=received)
