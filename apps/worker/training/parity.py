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
from diffusers import AutoencoderDC, EulerDiscreteScheduler, UNet2DConditionModel
from PIL import Image
from transformers import CLIPTextModel, CLIPTokenizer

HERE = Path(__file__).parent
CASES = (
    {"name": "dog", "prompt": "a dog", "negative_prompt": "", "seed": 0, "steps": 20, "cfg_scale": 5.0},
    {"name": "car", "prompt": "a red car", "negative_prompt": "", "seed": 1, "steps": 12, "cfg_scale": 7.5},
    {"name": "house", "prompt": "a house on a blue background", "negative_prompt": "", "seed": 112358132141, "steps": 20, "cfg_scale": 5.0},
    {"name": "castle", "prompt": "a castle, 3d", "negative_prompt": "cartoon", "seed": 2**53 - 1, "steps": 30, "cfg_scale": 4.0},
)
SIZE = 256
DEVIATION_MIN = 0.1  # of the range: a flat picture would agree with anything


@torch.no_grad()
def draw(case: dict, tokens, text, unet, vae, scheduler) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Initial noise, final latent, picture in 0…1 (height × width × 3); as sample.py draws."""
    prompts = [case["negative_prompt"], case["prompt"]]
    ids = tokens(prompts, padding="max_length", truncation=True, max_length=tokens.model_max_length, return_tensors="pt").input_ids
    states = text(ids).last_hidden_state
    scheduler.set_timesteps(case["steps"])
    side = SIZE // 2 ** (len(vae.config.decoder_block_out_channels) - 1)
    noise = torch.randn((1, unet.config.in_channels, side, side), generator=torch.Generator("cpu").manual_seed(case["seed"]))
    latent = noise * scheduler.init_noise_sigma
    for time in scheduler.timesteps:
        without, wanted = unet(scheduler.scale_model_input(torch.cat([latent] * 2), time), time, states).sample.chunk(2)
        latent = scheduler.step(without + case["cfg_scale"] * (wanted - without), time, latent).prev_sample
    picture = vae.decode(latent / vae.config.scaling_factor).sample[0]
    return noise[0].numpy(), latent[0].numpy(), ((picture.clamp(-1, 1) + 1) / 2).permute(1, 2, 0).numpy()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", type=Path, default=HERE / "weights")
    parser.add_argument("--out", type=Path, default=HERE.parent / "src/diffusion/goldens/parity")
    args = parser.parse_args()
    tokens = CLIPTokenizer.from_pretrained(args.weights / "tokenizer")
    text = CLIPTextModel.from_pretrained(args.weights / "text_encoder").float().eval()
    unet = UNet2DConditionModel.from_pretrained(args.weights / "unet").float().eval()
    vae = AutoencoderDC.from_pretrained(args.weights / "vae").float().eval()
    args.out.mkdir(parents=True, exist_ok=True)
    cases = []
    for case in CASES:
        scheduler = EulerDiscreteScheduler.from_pretrained(args.weights / "scheduler")
        noise, latent, picture = draw(case, tokens, text, unet, vae, scheduler)
        deviation = float(picture.std())
        assert deviation >= DEVIATION_MIN, f"{case['name']} is too flat to compare with: {deviation:.3f}"
        noise.astype("<f4").tofile(args.out / f"{case['name']}-noise.f32")
        latent.astype("<f4").tofile(args.out / f"{case['name']}-latent.f32")
        Image.fromarray((picture * 255).round().astype(np.uint8)).save(args.out / f"{case['name']}.png", optimize=True)
        cases.append({**case, "width": SIZE, "height": SIZE, "latent_shape": list(latent.shape), "deviation": round(deviation, 4)})
        print(case["name"], f"deviation {deviation:.3f}", flush=True)
    versions = {"python": platform.python_version(), "torch": torch.__version__.split("+")[0], "diffusers": diffusers.__version__, "transformers": transformers.__version__}
    manifest = {"command": "npm run parity", "dtype": "float32", "scheduler": "EulerDiscreteScheduler", "versions": versions, "cases": cases}
    (args.out / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


if __name__ == "__main__":
    main()
