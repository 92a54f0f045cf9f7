"""Writes a folder that `mlserver start` serves: the model for scikit-learn by joblib, and its settings.

As https://docs.seldon.ai/mlserver/examples/sklearn does it. Usage: make_mlserver.py COEFFICIENTS FOLDER
"""

import json
import sys
from pathlib import Path

import joblib
import numpy as np
from sklearn.linear_model import LogisticRegression

_, coefficients, folder = sys.argv
known = json.loads(Path(coefficients).read_text(encoding="utf-8"))
model = LogisticRegression()
model.classes_ = np.array(known["classes"])
model.coef_ = np.array([[feature["coefficient"] for feature in known["features"]]])
model.intercept_ = np.array([known["intercept"]])
model.n_features_in_ = model.coef_.shape[1]

place = Path(folder)
place.mkdir(parents=True, exist_ok=True)
joblib.dump(model, place / "model.joblib")
settings = {
    "name": "flight-delay",
    "implementation": "mlserver_sklearn.SKLearnModel",
    "parameters": {"uri": "./model.joblib", "version": "1"},
}
(place / "model-settings.json").write_text(json.dumps(settings), encoding="utf-8")
# debug, which is on without this, logs each request
(place / "settings.json").write_text(json.dumps({"debug": False}), encoding="utf-8")
