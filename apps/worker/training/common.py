"""What the training scripts share."""
import math
from pathlib import Path

import torch

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


def amp():
    return torch.autocast(DEVICE, torch.bfloat16)


def cosine(progress: float) -> float:
    """1 at the start, 0.02 at the end."""
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(progress, 1)))


def write_progress(folder: Path, line: str) -> None:
    """A line for whoever watches, kept beside the weights."""
    print(line, flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "training.log").open("a") as log:
        log.write(line + "\n")
