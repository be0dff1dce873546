"""The bundle's wire function: where a simulation task enters the model.

``wire(entrypoint, params, seed)`` returns the outputs by name, as bytes:
``incidence`` (CSV, one row a day) and ``summary`` (JSON, one object).
"""
from __future__ import annotations

import json
from typing import Dict, Union

from models import seir

Scalar = Union[str, bool, int, float]


def wire(entrypoint: str, params: Dict[str, Scalar], seed: int) -> Dict[str, bytes]:
    if entrypoint != "models.seir/baseline":
        raise ValueError(f"unknown entrypoint {entrypoint!r}: this bundle has models.seir/baseline")
    epidemic = seir.run(params, seed)
    return {
        "incidence": seir.to_csv(epidemic).encode(),
        "summary": json.dumps(seir.summarise(epidemic)).encode(),
    }
