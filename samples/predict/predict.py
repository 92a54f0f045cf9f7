"""Asks for predictions with requests: python predict.py FILE [URL]"""

import os
import sys
from pathlib import Path

import requests

TYPES = {
    ".json": "application/json",
    ".ndjson": "application/x-ndjson",
    ".csv": "text/csv",
    ".form": "application/x-www-form-urlencoded",
}

file = Path(sys.argv[1] if len(sys.argv) > 1 else "")
url = sys.argv[2] if len(sys.argv) > 2 else "http://localhost:8080/predict"
if file.suffix not in TYPES:
    sys.exit(f"The file is {file}: expected .json, .ndjson, .csv or .form.")

headers = {"Content-Type": TYPES[file.suffix]}
if os.environ.get("TOKEN"):  # a private function asks for an identity token
    headers["Authorization"] = f"Bearer {os.environ['TOKEN']}"

answer = requests.post(url, headers=headers, data=file.read_bytes(), timeout=60)
print(answer.text, end="")
if not answer.ok:
    sys.exit(1)
