"""Makes a model of 100 boosted trees of depth 6 that takes what the flight-delay model takes: its three columns, or its
37 features.

    python bench/csv/make-trees.py FOLDER

It is trained on made-up delays of made-up flights: what is wanted is a model of a usual size, not one that knows
flights. The same versions give the same model. run.ts calls it when FOLDER is missing.
"""

import hashlib
import json
import sys
from pathlib import Path

import lightgbm
import numpy as np
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType

TREES = 100
DEPTH = 6
ROWS = 100_000
OPSET = 15
ROOT = Path(__file__).resolve().parents[2]


def draw_flights(random, columns):
    """0 and 1 for the categories of so many flights."""
    parts = [
        np.eye(len(column["categories"]), dtype=np.float32)[random.integers(len(column["categories"]), size=ROWS)]
        for column in columns
    ]
    return np.hstack(parts)


def train(random, matrix):
    weights = random.normal(size=matrix.shape[1])
    pairs = random.normal(size=(matrix.shape[1], matrix.shape[1]))
    score = matrix @ weights + np.einsum("ri,ij,rj->r", matrix, pairs, matrix, optimize=True)
    late = score - score.mean() + random.normal(size=ROWS) > 0
    classifier = lightgbm.LGBMClassifier(
        n_estimators=TREES,
        max_depth=DEPTH,
        num_leaves=2**DEPTH,
        min_child_samples=5,
        random_state=1,
        n_jobs=1,
        deterministic=True,
        verbose=-1,
    )
    return classifier.fit(matrix, late.astype(np.int64))


def main():
    folder = Path(sys.argv[1])
    manifest = json.loads((ROOT / "model-files/flight-delay/manifest.json").read_text())
    random = np.random.default_rng(1)
    classifier = train(random, draw_flights(random, manifest["columns"]))
    shape = FloatTensorType([None, len(manifest["features"])])
    model = convert_lightgbm(classifier, initial_types=[("features", shape)], zipmap=False, target_opset=OPSET)
    content = model.SerializeToString()
    del manifest["golden"]
    manifest |= {
        "name": "flight-trees",
        "version": "1",
        "description": f"{TREES} boosted trees of depth {DEPTH} on made-up delays, to be measured.",
        "model": {"file": "model.onnx", "sha256": hashlib.sha256(content).hexdigest()},
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(content)
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    leaves = classifier.booster_.dump_model()["tree_info"]
    mean = sum(tree["num_leaves"] for tree in leaves) / len(leaves)
    print(f"{folder}: {len(leaves)} trees, {mean:.0f} leaves each, {len(content) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
