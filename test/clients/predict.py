"""Asks a server of the Open Inference Protocol by NVIDIA's client: predict.py HOST:PORT. Prints JSON."""

import json
import sys

import numpy as np
import tritonclient.http as triton

FLIGHTS = {"OPERA": ["Grupo LATAM", "K.L.M."], "TIPOVUELO": ["I", "I"], "MES": [7, 1]}
NAMES = ["label", "probability", "probabilities"]


def to_input(name, array, datatype):
    tensor = triton.InferInput(name, list(array.shape), datatype)
    tensor.set_data_from_numpy(array, binary_data=False)
    return tensor


def to_column(tensor):
    """Makes the input that the model's metadata describes."""
    values = FLIGHTS[tensor["name"]]
    kind = {"BYTES": np.object_, "INT64": np.int64}[tensor["datatype"]]
    return to_input(tensor["name"], np.array(values, dtype=kind).reshape(-1, 1), tensor["datatype"])


def to_answer(result):
    response = result.get_response()
    arrays = {name: result.as_numpy(name) for name in NAMES}
    return {
        "id": response.get("id"),
        "version": response["model_version"],
        "shapes": {name: list(array.shape) for name, array in arrays.items()},
        "label": arrays["label"].tolist(),
        "probability": [str(value) for value in arrays["probability"]],
    }


client = triton.InferenceServerClient(sys.argv[1])
outputs = [triton.InferRequestedOutput(name, binary_data=False) for name in NAMES]
metadata = client.get_model_metadata("flight-delay")
columns = [to_column(tensor) for tensor in metadata["inputs"]]
matrix = np.zeros((2, 37), dtype=np.float32)
matrix[0, [12, 23, 31]] = 1
matrix[1, [15, 23, 25]] = 1
features = [to_input("features", matrix, "FP32")]


def failure(call):
    try:
        call()
    except triton.InferenceServerException as error:
        return error.message()
    return None


def infer_binary():
    tensor = triton.InferInput("features", [2, 37], "FP32")
    tensor.set_data_from_numpy(matrix)
    return client.infer("flight-delay", [tensor], outputs=outputs)


print(
    json.dumps(
        {
            "live": client.is_server_live(),
            "ready": client.is_server_ready(),
            "model": client.is_model_ready("flight-delay", "1"),
            "other": client.is_model_ready("other"),
            "server": client.get_server_metadata()["name"],
            "index": client.get_model_repository_index(),
            "columns": to_answer(client.infer("flight-delay", columns, outputs=outputs, request_id="a")),
            "features": to_answer(client.infer("flight-delay", features, model_version="1", outputs=outputs)),
            "gzip": to_answer(
                client.infer("flight-delay", features, outputs=outputs, request_compression_algorithm="gzip")
            ),
            "unknown": failure(lambda: client.infer("other", features, outputs=outputs)),
            "binary": failure(infer_binary),
            "no outputs": failure(lambda: client.infer("flight-delay", features)),
        }
    )
)
