"""FastAPI under uvicorn (uvloop, httptools), pydantic models for request and answer, onnxruntime.

As https://fastapi.tiangolo.com/tutorial/response-model/ and /async/ advise: the answer's model is the return type, and
what waits for nothing is an `async def` (threads of a plain `def` cost more than this model's run).
"""

import os

import numpy as np
import onnxruntime
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

FEATURES = 37

app = FastAPI()
session = onnxruntime.InferenceSession(os.environ["MODEL"])
(model_input,) = session.get_inputs()


class Instances(BaseModel):
    instances: list[list[float]]


class Prediction(BaseModel):
    label: int
    probability: float


class Predictions(BaseModel):
    predictions: list[Prediction]


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


@app.post("/predict")
async def predict(body: Instances) -> Predictions:
    if any(len(row) != FEATURES for row in body.instances):
        raise HTTPException(400, f"An instance has {FEATURES} features.")
    rows = np.array(body.instances, dtype=np.float32)
    labels, probabilities = session.run(None, {model_input.name: rows})
    return Predictions(
        predictions=[
            Prediction(label=label, probability=row[1])
            for label, row in zip(labels.tolist(), probabilities.tolist(), strict=True)
        ]
    )
