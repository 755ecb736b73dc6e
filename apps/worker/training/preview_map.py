"""Fit the linear map from a latent to a small picture, for previews without the decoder; writes it into darkroom.json.

    python preview_map.py --weights weights --model ../../../models/demo

Each latent value's channels and a constant 1 give a block of block × block RGB pixels in -1…1 (least squares over what
the model itself draws, half-way pictures included).
"""
import argparse, json
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import AutoencoderDC, EulerDiscreteScheduler, UNet2DConditionModel
from transformers import CLIPTextModel, CLIPTokenizer


@torch.no_grad()
def pairs(folder: Path, prompts: list[str], steps: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Denoised latents of several steps, and their pictures."""
    tokens = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    text = CLIPTextModel.from_pretrained(folder / "text_encoder").float().eval()
    unet = UNet2DConditionModel.from_pretrained(folder / "unet").float().eval()
    vae = AutoencoderDC.from_pretrained(folder / "vae").float().eval()
    latents = []
    for i, prompt in enumerate(prompts):
        scheduler = EulerDiscreteScheduler.from_pretrained(folder / "scheduler")
        scheduler.set_timesteps(steps)
        ids = tokens(["", prompt], padding="max_length", truncation=True, max_length=tokens.model_max_length, return_tensors="pt").input_ids
        states = text(ids).last_hidden_state
        latent = torch.randn((1, unet.config.in_channels, 16, 16), generator=torch.Generator("cpu").manual_seed(1000 + i)) * scheduler.init_noise_sigma
        for n, time in enumerate(scheduler.timesteps):
            without, wanted = unet(scheduler.scale_model_input(torch.cat([latent] * 2), time), time, states).sample.chunk(2)
            step = scheduler.step(without + 5 * (wanted - without), time, latent)
            latent = step.prev_sample
            if n % 3 == 1 or n == steps - 1:
                latents.append(step.pred_original_sample)
    latents = torch.cat(latents)
    pictures = torch.cat([vae.decode(part / vae.config.scaling_factor).sample.clamp(-1, 1) for part in latents.split(8)])
    return latents, pictures


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
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--block", type=int, default=2)
    args = parser.parse_args()
    concepts = [line.split(":")[-1].split(",")[0].strip() for line in (Path(__file__).parent / "concepts-first.txt").read_text().splitlines() if line and line[0] != "#"]
    styles = ("", ", 3d", ", cartoon", " on a blue background", " on a yellow background")
    latents, pictures = pairs(args.weights, [f"a {name}{styles[i % 5]}" for i, name in enumerate(concepts)], 10)
    for block in (1, 2, 4):
        print("block", block, f"PSNR {10 * np.log10(4 / fit(latents, pictures, block)[1]):.1f} dB")
    matrix, _ = fit(latents, pictures, args.block)
    path = args.model / "darkroom.json"
    own = json.loads(path.read_text())
    own["preview"] = {"block": args.block, "matrix": [[round(float(v), 4) for v in row] for row in matrix]}
    text = json.dumps({**own, "preview": None}, indent=2, ensure_ascii=False)
    rows = ",\n".join("      " + json.dumps(row) for row in own["preview"]["matrix"])
    path.write_text(text.replace('"preview": null', f'"preview": {{\n    "block": {args.block},\n    "matrix": [\n{rows}\n    ]\n  }}') + "\n")


if __name__ == "__main__":
    main()
