"""Compares an export with the files that are here: by bytes, and where these differ, by the answers."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx

from example import Example, Json, require_agreement

# Training ends elsewhere in the last digits on another type of processor.
RETRAINED_TOLERANCE = 1e-3


def find_differences(examples: list[Example], made: Path, here: Path) -> list[str]:
    """A sentence for each model, and for README.md where it was made, that is not the same here."""
    found = []
    if (made / "README.md").is_file() and not same_bytes(made / "README.md", here / "README.md"):
        found.append("README.md does not have the table that export.py writes: run it without --check.")
    for example in examples:
        names = {path.name for folder in (made, here) for path in (folder / example.name).glob("*")}
        pairs = {name: (made / example.name / name, here / example.name / name) for name in sorted(names)}
        different = [name for name, pair in pairs.items() if not same_bytes(*pair)]
        if not different:
            continue
        reason = why_other_answers(example, pairs, different)
        listed = f"{example.name}: {', '.join(different)}"
        if reason:
            found.append(f"{listed} not as export.py writes it: {reason}. Run it without --check and see the change.")
        else:
            print(f"{listed}: other bytes, as on another type of processor, and the same answers.", file=sys.stderr)
    return found


def same_bytes(left: Path, right: Path) -> bool:
    return left.is_file() and right.is_file() and left.read_bytes() == right.read_bytes()


def why_other_answers(example: Example, pairs: dict[str, tuple[Path, Path]], different: list[str]) -> str | None:
    """What is wrong beyond last digits, or None."""
    lonely = [name for name in different if not all(path.is_file() for path in pairs[name])]
    if lonely:
        return f"{', '.join(lonely)} is on one side only"
    if "train.csv" in different:
        return "train.csv differs"
    made, here = (json.loads(path.read_text(encoding="utf-8")) for path in pairs["rows.json"])
    if "rows.json" in different and not near(made, here):
        return "rows.json differs by more than last digits"
    stored = onnx.load(pairs["model.onnx"][1])
    if outline(stored) != outline(example.graph):
        return "model.onnx has other inputs, operators or outputs"
    try:
        require_agreement(replace(example, graph=stored), RETRAINED_TOLERANCE)
    except SystemExit as problem:
        return f"model.onnx answers otherwise ({problem})"
    return None


def near(made: Json, here: Json) -> bool:
    """Whether nothing differs but numbers of the expected answers, and these by little."""
    if {**made, "expected": None} != {**here, "expected": None} or made["expected"].keys() != here["expected"].keys():
        return False
    for member, values in made["expected"].items():
        others = here["expected"][member]
        if member in ("labels", "classes"):
            if values != others:
                return False
        elif np.shape(values) != np.shape(others) or not np.allclose(values, others, rtol=0, atol=RETRAINED_TOLERANCE):
            return False
    return True


def outline(model: onnx.ModelProto) -> list[object]:
    """All of a graph but its numbers."""
    graph = model.graph
    return [
        model.ir_version,
        [(opset.domain, opset.version) for opset in model.opset_import],
        [value.SerializeToString(deterministic=True) for value in (*graph.input, *graph.output)],
        [(node.op_type, list(node.input), list(node.output)) for node in graph.node],
    ]
