"""Draw the parity prompts with PyTorch and diffusers, in float32 on the float16-rounded weights, and keep whole tensors.

    pip install -r apps/worker/training/requirements.txt
    npm run parity          (or: python apps/worker/training/parity.py)

Writes apps/worker/src/diffusion/goldens/parity/: for each case its initial noise and final latent (raw float32,
little-endian, channels × height × width), its picture (PNG), and manifest.json with versions and settings.
"""
import argparse, json, platform
from pathlib import Path

import diffusers
import numpy as np
import torch
import transformers
from PIL import Image

from weights import DEMO, HERE, Pipeline

CASES = (
    {"name": "dog", "prompt": "a dog", "negative_prompt": "", "seed": 0, "steps": 20, "cfg_scale": 5.0},
    {"name": "car", "prompt": "a red car", "negative_prompt": "", "seed": 1, "steps": 12, "cfg_scale": 7.5},
    {"name": "house", "prompt": "a house on a blue background", "negative_prompt": "", "seed": 112358132141, "steps": 20, "cfg_scale": 5.0},
    {"name": "pair", "prompt": "a cat and a tree", "negative_prompt": "cartoon", "seed": 2**53 - 1, "steps": 30, "cfg_scale": 4.0},
)
DEVIATION_MIN = 0.1  # of the range: a flat picture would agree with anything


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=DEMO)
    parser.add_argument("--out", type=Path, default=HERE.parent / "src/diffusion/goldens/parity")
    args = parser.parse_args()
    pipeline = Pipeline(args.model)
    args.out.mkdir(parents=True, exist_ok=True)
    cases = []
    for case in CASES:
        noise, latent, picture = pipeline.draw(case["prompt"], case["negative_prompt"], case["seed"], case["steps"], case["cfg_scale"])
        noise, latent = noise[0].numpy(), latent[0].numpy()
        picture = ((picture[0].clamp(-1, 1) + 1) / 2).permute(1, 2, 0).numpy()
        deviation = float(picture.std())
        assert deviation >= DEVIATION_MIN, f"{case['name']} is too flat to compare with: {deviation:.3f}"
        noise.astype("<f4").tofile(args.out / f"{case['name']}-noise.f32")
        latent.astype("<f4").tofile(args.out / f"{case['name']}-latent.f32")
        Image.fromarray((picture * 255).round().astype(np.uint8)).save(args.out / f"{case['name']}.png", optimize=True)
        cases.append({**case, "width": picture.shape[1], "height": picture.shape[0], "latent_shape": list(latent.shape), "deviation": round(deviation, 4)})
        print(case["name"], f"deviation {deviation:.3f}", flush=True)
    versions = {"python": platform.python_version(), "torch": torch.__version__.split("+")[0], "diffusers": diffusers.__version__, "transformers": transformers.__version__}
    manifest = {"command": "npm run parity", "dtype": "float32", "scheduler": "EulerDiscreteScheduler", "versions": versions, "cases": cases}
    (args.out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
