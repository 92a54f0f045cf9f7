"""Writes model.onnx, golden.json and manifest.json of the flight-delay model.

The model is not trained here. coefficients.json holds the published figures of a scikit-learn
1.2.1 LogisticRegression(class_weight='balanced', max_iter=100, solver='lbfgs') of the public
repository alejandroariaszuluaga/mle-ml-challenge, fitted there on 45,698 of 68,206 public flights
of Santiago (SCL) in 2017; its "source" field says so too. This script puts the figures into a
LogisticRegression and converts that to ONNX.

The same inputs give the same bytes: nothing written here depends on the time, the machine or the
order of a hash table. How to run, with Python 3.11 or later, from the repository's root:

    python3 -m venv .cache/export
    .cache/export/bin/pip install -r model-files/flight-delay/requirements.txt
    .cache/export/bin/python model-files/flight-delay/export.py
    .cache/export/bin/python model-files/flight-delay/export.py --check

--check writes to a temporary folder instead, compares, and exits with 1 when a file differs.
"""

import argparse
import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, checker, helper
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from sklearn.linear_model import LogisticRegression

HERE = Path(__file__).resolve().parent
VERSION = "1"
LINE_WIDTH = 140

# As old as the operators allow, not as new as the exporter can: every runtime of recent years reads these.
IR_VERSION = 8
OPSETS = {"": 15, "ai.onnx.ml": 1}

# The published figures and the reference rows were computed from the same float64 numbers.
FLOAT64_TOLERANCE = 1e-12

Json = dict[str, Any]


def main() -> int:
    parser = argparse.ArgumentParser(description="Writes the files of the flight-delay model.")
    parser.add_argument("--check", action="store_true", help="compare with the files that are here; write none")
    arguments = parser.parse_args()
    files = make_files(read_json("coefficients.json"), read_json("reference.json"))
    if not arguments.check:
        write(files, HERE)
        return 0
    with tempfile.TemporaryDirectory() as folder:
        write(files, Path(folder))
        return report_differences(Path(folder), list(files))


def read_json(name: str) -> Json:
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def write(files: dict[str, bytes], folder: Path) -> None:
    for name, content in files.items():
        (folder / name).write_bytes(content)


def report_differences(folder: Path, names: list[str]) -> int:
    different = [name for name in names if not same_bytes(folder / name, HERE / name)]
    for name in different:
        print(f"{name} is not what export.py writes: run it without --check and look at the change.", file=sys.stderr)
    return 1 if different else 0


def same_bytes(left: Path, right: Path) -> bool:
    return right.is_file() and left.read_bytes() == right.read_bytes()


def make_files(published: Json, reference: Json) -> dict[str, bytes]:
    """The files by name, in the order in which they may be written: the manifest pins the others."""
    classifier = make_classifier(published)
    require_agreement(classifier, reference)
    files = {
        "model.onnx": make_onnx(classifier, published).SerializeToString(deterministic=True),
        "golden.json": to_json(make_golden(reference)),
    }
    return {**files, "manifest.json": to_json(make_manifest(published, files))}


def make_classifier(published: Json) -> LogisticRegression:
    features = published["features"]
    classifier = LogisticRegression()
    classifier.classes_ = np.array(published["classes"], dtype=np.int64)
    classifier.coef_ = np.array([[feature["coefficient"] for feature in features]], dtype=np.float64)
    classifier.intercept_ = np.array([published["intercept"]], dtype=np.float64)
    classifier.n_features_in_ = len(features)
    return classifier


def require_agreement(classifier: LogisticRegression, reference: Json) -> None:
    """Stops the export when the coefficients do not give the reference's labels and probabilities."""
    inputs = np.array([row["x"] for row in reference["rows"]], dtype=np.float64)
    labels = classifier.predict(inputs)
    probabilities = classifier.predict_proba(inputs)[:, 1]
    for index, row in enumerate(reference["rows"]):
        near = abs(probabilities[index] - row["probability"]) <= FLOAT64_TOLERANCE
        if not near or labels[index] != row["label"]:
            raise SystemExit(
                f"reference.json, row {index}: expected {row['label']} with {row['probability']}, "
                f"the coefficients give {labels[index]} with {probabilities[index]}."
            )


def make_onnx(classifier: LogisticRegression, published: Json) -> ModelProto:
    model = convert_sklearn(
        classifier,
        name=published["name"],
        doc_string=published["source"],
        initial_types=[("features", FloatTensorType([None, classifier.n_features_in_]))],
        options={"zipmap": False},
        target_opset=OPSETS,
    )
    model.ir_version = IR_VERSION
    # skl2onnx lists the default domain twice.
    del model.opset_import[:]
    model.opset_import.extend(helper.make_opsetid(domain, version) for domain, version in OPSETS.items())
    model.producer_name = "model-files/flight-delay/export.py"
    model.producer_version = VERSION
    checker.check_model(model, full_check=True)
    return model


def make_golden(reference: Json) -> Json:
    rows = reference["rows"]
    instances = [(row["x"], row) for row in rows] + [(row["raw"], row) for row in rows if "raw" in row]
    return {
        "format": 1,
        "tolerance": reference["tolerance"],
        "rows": [{"instance": instance, "prediction": make_prediction(row)} for instance, row in instances],
    }


def make_prediction(row: Json) -> Json:
    return {"label": row["label"], "probability": row["probability"]}


def make_manifest(published: Json, files: dict[str, bytes]) -> Json:
    columns = published["raw_columns"]
    features = [feature["name"] for feature in published["features"]]
    if features != [f"{name}_{category}" for name, categories in columns.items() for category in categories]:
        raise SystemExit("coefficients.json: the features are not the columns' categories in their order.")
    return {
        "format": 1,
        "name": published["name"],
        "version": VERSION,
        "description": published["what"],
        "task": "binary-classification",
        "model": pin("model.onnx", files),
        "golden": pin("golden.json", files),
        "columns": [
            {"name": name, "type": "category", "categories": categories} for name, categories in columns.items()
        ],
        "features": features,
        "outputs": {
            "label": "label",
            "probabilities": "probabilities",
            "classes": published["classes"],
            "positive": published["classes"][1],
        },
    }


def pin(name: str, files: dict[str, bytes]) -> Json:
    return {"file": name, "sha256": hashlib.sha256(files[name]).hexdigest()}


def to_json(value: Json) -> bytes:
    return f"{render(value, indent='')}\n".encode()


def render(value: Any, indent: str) -> str:
    """JSON for people and diffs: a flat value on one line where it fits, else one item a line."""
    line = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, (dict, list)) or (is_flat(value) and len(indent) + len(line) <= LINE_WIDTH):
        return line
    inner = indent + "  "
    if isinstance(value, list):
        items = [render(item, inner) for item in value]
    else:
        items = [f"{json.dumps(key, ensure_ascii=False)}: {render(item, inner)}" for key, item in value.items()]
    opening, closing = "[]" if isinstance(value, list) else "{}"
    return opening + ",".join(f"\n{inner}{item}" for item in items) + f"\n{indent}{closing}"


def is_flat(value: Json | list[Any]) -> bool:
    items = value.values() if isinstance(value, dict) else value
    return not any(isinstance(item, (dict, list)) for item in items)


if __name__ == "__main__":
    sys.exit(main())
