"""What the peers in Python share: their arguments, the model, and the line that they print.

Start-up is not counted: modules are imported, and the session is made, before the clock starts. It stops when the
output is written and closed.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import onnxruntime


class Peer:
    """A file to score into another, with an ONNX model."""

    def __init__(self):
        parser = argparse.ArgumentParser()
        parser.add_argument("file")
        parser.add_argument("out")
        parser.add_argument("--model", required=True, help="folder with manifest.json")
        parser.add_argument("--two", action="store_true", help="write label and probability alone")
        parser.add_argument("--stream", action="store_true", help="never hold the whole file")
        self.args = parser.parse_args()
        folder = Path(self.args.model)
        manifest = json.loads((folder / "manifest.json").read_text())
        self.columns = manifest["columns"]
        self.features = manifest["features"]
        # Threads as by default: as many as the machine has cores.
        self.session = onnxruntime.InferenceSession(folder / manifest["model"]["file"])
        self.input = self.session.get_inputs()[0].name

    def is_raw(self, header):
        """Whether a file has the model's columns, rather than its features."""
        return all(column["name"] in header for column in self.columns)

    def predict(self, matrix):
        """Labels, and probabilities of the second class, of a float32 matrix in rows."""
        labels, probabilities = self.session.run(["label", "probabilities"], {self.input: matrix})
        return labels, probabilities[:, 1]

    def run(self, score):
        """Measures what scores the file and returns its count of rows; prints the one line of the result."""
        start = time.perf_counter()
        rows = score(self)
        seconds = time.perf_counter() - start
        json.dump({"seconds": seconds, "rows": rows, "rssMb": peak_mb()}, sys.stdout)
        print()


def peak_mb():
    """The most memory that this process had, in MB. Linux alone tells it without what its parent had."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise SystemExit("/proc/self/status has no VmHWM: this needs Linux.")
