"""Says in the manifest what only people know, and pins rows that scikit-learn itself predicted."""

import hashlib
import json
from pathlib import Path

import pandas as pd

folder = Path("models/churn")
manifest = json.loads((folder / "manifest.json").read_text())

manifest["description"] = "Will this customer leave within a year? 1 = yes."
manifest["passthrough"] = ["customer"]
manifest["outputs"]["threshold"] = 0.3
columns = {column["name"]: column for column in manifest["columns"]}
columns["plan"]["unknown"] = "error"
columns["charge"]["max"] = 200

rows = json.loads(pd.read_csv(folder / "rows.csv").to_json(orient="records"))
golden = {
    "format": 1,
    "predicted_by": "scikit-learn",
    "tolerance": 1e-5,
    "rows": [{"prediction": {"probability": row.pop("expected")}, "instance": row} for row in rows],
}
(folder / "golden.json").write_text(json.dumps(golden))

for part in ("model", "golden"):
    content = (folder / manifest[part]["file"]).read_bytes()
    manifest[part]["sha256"] = hashlib.sha256(content).hexdigest()
(folder / "manifest.json").write_text(json.dumps(manifest, indent=2))
