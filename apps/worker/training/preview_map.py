"""Fit the linear map from a latent to a small picture, for previews without the decoder; writes it into darkroom.json.

    python preview_map.py

Each latent value's channels and a constant 1 give a block of block × block RGB pixels in -1…1 (least squares over what
the model itself draws, half-way pictures included).
"""
import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from captions import read_concepts
from weights import DEMO, HERE, Pipeline, read_own, write_own


def pairs(pipeline: Pipeline, prompts: list[str], steps: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Denoised latents of several steps, and their pictures."""
    latents = []
    keep = lambda n, clean: latents.append(clean) if n % 3 == 1 or n == steps - 1 else None
    for i, prompt in enumerate(prompts):
        pipeline.draw(prompt, "", 1000 + i, steps, 5, keep)
    latents = torch.cat(latents)
    return latents, torch.cat([pipeline.decode(part).clamp(-1, 1) for part in latents.split(8)])


def fit(latents: torch.Tensor, pictures: torch.Tensor, block: int) -> tuple[np.ndarray, float]:
    """(channels + 1) × (3 · block²), and the mean squared error of pixels in -1…1."""
    factor = pictures.shape[-1] // latents.shape[-1]
    small = F.avg_pool2d(pictures, factor // block)
    count, _, height, width = latents.shape
    x = torch.cat([latents, torch.ones(count, 1, height, width)], 1).permute(0, 2, 3, 1).reshape(-1, latents.shape[1] + 1)
    y = small.reshape(count, 3, height, block, width, block).permute(0, 2, 4, 3, 5, 1).reshape(-1, 3 * block * block)
    matrix = torch.linalg.lstsq(x.double(), y.double()).solution
    return matrix.numpy(), float((x.double() @ matrix - y).square().mean())


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=Path, default=DEMO)
    parser.add_argument("--block", type=int, default=2)
    args = parser.parse_args()
    styles = ("", ", 3d", ", cartoon", " on a blue background", ", flat", " on a yellow background", " and a tree")
    prompts = [f"a {name}{styles[i % len(styles)]}" for i, name in enumerate(read_concepts(HERE / "concepts.txt"))]
    latents, pictures = pairs(Pipeline(args.model), prompts[::2], 10)
    for block in (1, 2, 4):
        print("block", block, f"PSNR {10 * np.log10(4 / fit(latents, pictures, block)[1]):.1f} dB")
    matrix, _ = fit(latents, pictures, args.block)
    own = read_own(args.model)
    own["preview"] = {"block": args.block, "matrix": [[round(float(v), 4) for v in row] for row in matrix]}
    write_own(own, args.model)


if __name__ == "__main__":
    main()
