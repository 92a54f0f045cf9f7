"""Makes the models that bench/*.ts measure, in .cache/bench-models: forests and boosted trees on 37 features.

    python3.11 -m venv .cache/venv
    .cache/venv/bin/pip install -r bench/requirements.txt
    .cache/venv/bin/python bench/make-models.py

The models are made up, but as large as real ones: labels that no tree can learn keep every tree full to its depth.
"""

from pathlib import Path

import numpy as np
from skl2onnx import to_onnx
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier

FEATURES = 37
DEPTH = 6
TREES = (100, 500)
FOLDER = Path(__file__).resolve().parent.parent / ".cache" / "bench-models"


def make(kind, trees):
    if kind == "forest":
        return RandomForestClassifier(n_estimators=trees, max_depth=DEPTH, random_state=1, n_jobs=-1)
    return GradientBoostingClassifier(n_estimators=trees, max_depth=DEPTH, max_features="sqrt", random_state=1)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    rows = random.normal(size=(5000, FEATURES)).astype(np.float32)
    labels = (rows[:, 0] + random.normal(size=len(rows)) * 2 > 0).astype(np.int64)
    for kind in ("forest", "boosting"):
        for trees in TREES:
            model = make(kind, trees).fit(rows, labels)
            onnx = to_onnx(model, rows[:1], options={"zipmap": False}, target_opset={"": 17, "ai.onnx.ml": 3})
            path = FOLDER / f"{kind}-{trees}.onnx"
            path.write_bytes(onnx.SerializeToString())
            print(f"{path.relative_to(FOLDER.parent.parent)}: {path.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
