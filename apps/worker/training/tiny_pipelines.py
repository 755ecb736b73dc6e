"""Tiny models with random weights in the layouts that people have (Stable Diffusion 1.5, 2.x, LCM), and what diffusers' own pipelines draw
with them: the engine must draw the same (tiny-pipelines.test.ts).

    npm run parity          (runs this too)

Writes apps/worker/src/diffusion/goldens/layouts/: models/<name> (the ONNX folder), <name>.json, <name>-latent.f32 (raw float32, little-endian), <name>.png.
Weights are scaled so that pictures are no grey mush: standard deviation ≥ 0.1 of the range.
"""
import json, shutil, tempfile
from pathlib import Path

import diffusers
import numpy as np
import torch
import transformers
from diffusers import AutoencoderKL, EulerDiscreteScheduler, LatentConsistencyModelPipeline, LCMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from PIL import Image
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

from export_onnx import export_pipeline
from tokenizer import byte_alphabet
from weights import HERE

OUT = HERE.parent / "src/diffusion/goldens/layouts"
LENGTH, WIDTH = 24, 16
BETAS = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1, "clip_sample": False, "set_alpha_to_one": False}
LAYOUTS = {
    "sd15": {"unet": {"attention_head_dim": 4}, "text": {"hidden_act": "quick_gelu"}, "vae": {}, "scheduler": {"_class_name": "PNDMScheduler", "skip_prk_steps": True, **BETAS},
             "wish": {"prompt": "a lighthouse at dusk", "negative_prompt": "rain", "seed": 42, "steps": 7, "cfg_scale": 5.0, "sampler": "euler", "width": 64, "height": 48}},
    "sd2": {"unet": {"attention_head_dim": [2, 4], "use_linear_projection": True}, "text": {"hidden_act": "gelu"}, "vae": {"scaling_factor": 0.13, "shift_factor": 0.4},
            "scheduler": {"_class_name": "DDIMScheduler", "prediction_type": "v_prediction", "rescale_betas_zero_snr": True, "timestep_spacing": "trailing", **BETAS},
            "wish": {"prompt": "two boats", "negative_prompt": "", "seed": 2**32 + 7, "steps": 6, "cfg_scale": 4.0, "sampler": "euler", "width": 48, "height": 64}},
    "sample": {"unet": {"attention_head_dim": 4}, "text": {"hidden_act": "quick_gelu"}, "vae": {}, "scheduler": {"_class_name": "DDIMScheduler", "prediction_type": "sample", "timestep_spacing": "leading", **BETAS},
               "wish": {"prompt": "a tree", "negative_prompt": "", "seed": 11, "steps": 5, "cfg_scale": 1.0, "sampler": "euler", "width": 48, "height": 48}},
    "lcm": {"unet": {"attention_head_dim": 4, "time_cond_proj_dim": 32}, "text": {"hidden_act": "quick_gelu"}, "vae": {}, "scheduler": {"_class_name": "LCMScheduler", "original_inference_steps": 50, **BETAS},
            "wish": {"prompt": "a red fox", "negative_prompt": "", "seed": 3, "steps": 4, "cfg_scale": 8.5, "sampler": "lcm", "width": 48, "height": 48}},
}


def byte_tokenizer(folder: Path, length: int = LENGTH) -> CLIPTokenizer:
    symbols = list(byte_alphabet().values())
    entries = [*symbols, *(s + "</w>" for s in symbols), "<|startoftext|>", "<|endoftext|>"]
    folder.mkdir(parents=True)
    (folder / "vocab.json").write_text(json.dumps({entry: i for i, entry in enumerate(entries)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    tokens = CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"), model_max_length=length, bos_token="<|startoftext|>",
                           eos_token="<|endoftext|>", unk_token="<|endoftext|>", pad_token="<|endoftext|>")
    tokens.save_pretrained(folder)
    return tokens


def build(layout: dict, folder: Path):
    torch.manual_seed(0)
    tokens = byte_tokenizer(folder / "tokenizer")
    text = CLIPTextModel(CLIPTextConfig(vocab_size=514, hidden_size=WIDTH, intermediate_size=32, num_hidden_layers=2, num_attention_heads=4, max_position_embeddings=LENGTH,
                                        projection_dim=WIDTH, bos_token_id=512, eos_token_id=513, pad_token_id=513, **layout["text"])).eval()
    unet = UNet2DConditionModel(sample_size=6, block_out_channels=(8, 16), layers_per_block=1, norm_num_groups=4, cross_attention_dim=WIDTH,
                                down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"), up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"), **layout["unet"]).eval()
    vae = AutoencoderKL(block_out_channels=(8, 8, 8, 16), layers_per_block=1, norm_num_groups=4, latent_channels=4, down_block_types=("DownEncoderBlock2D",) * 4,
                        up_block_types=("UpDecoderBlock2D",) * 4, sample_size=48, **layout["vae"]).eval()
    with torch.no_grad():
        for name, parameter in text.named_parameters():
            if "token_embedding" in name or "position_embedding" in name:
                parameter.mul_(40)  # so that the prompt matters
        unet.conv_out.weight.mul_(2)
        vae.decoder.conv_out.weight.mul_(3)
    for module in (text, unet, vae):  # as they are stored
        module.half().float()
    for part, module in (("text_encoder", text), ("unet", unet), ("vae", vae)):
        module.save_pretrained(folder / part)
    (folder / "scheduler").mkdir()
    (folder / "scheduler/scheduler_config.json").write_text(json.dumps({"num_train_timesteps": 1000, **layout["scheduler"]}, indent=2) + "\n")
    return tokens, text, unet, vae


@torch.no_grad()
def draw(parts, layout: dict, folder: Path, wish: dict) -> tuple[np.ndarray, np.ndarray]:
    """Final latent (channels, h, w) and picture (height, width, 3) in 0…1, by diffusers' own pipeline."""
    tokens, text, unet, vae = parts
    is_lcm = "time_cond_proj_dim" in layout["unet"]
    scheduler = (LCMScheduler if is_lcm else EulerDiscreteScheduler).from_pretrained(folder / "scheduler")
    kind = LatentConsistencyModelPipeline if is_lcm else StableDiffusionPipeline
    pipeline = kind(vae=vae, text_encoder=text, tokenizer=tokens, unet=unet, scheduler=scheduler, safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)
    more = {} if is_lcm else {"negative_prompt": wish["negative_prompt"]}
    latent = pipeline(prompt=wish["prompt"], num_inference_steps=wish["steps"], guidance_scale=wish["cfg_scale"], width=wish["width"], height=wish["height"],
                      generator=torch.Generator("cpu").manual_seed(wish["seed"]), output_type="latent", **more).images
    picture = vae.decode(latent / vae.config.scaling_factor + (vae.config.shift_factor or 0)).sample[0]
    return latent[0].numpy(), ((picture.clamp(-1, 1) + 1) / 2).permute(1, 2, 0).numpy()


def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    for name, layout in LAYOUTS.items():
        wish = layout["wish"]
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made) / "model"
            parts = build(layout, folder)
            latent, picture = draw(parts, layout, folder, wish)
            deviation = float(picture.std())
            assert deviation >= 0.1, f"{name} is too flat to compare with: {deviation:.3f}"
            export_pipeline(folder, OUT / "models" / name, with_encoder=False)
            latent.astype("<f4").tofile(OUT / f"{name}-latent.f32")
            Image.fromarray((picture * 255).round().astype(np.uint8)).save(OUT / f"{name}.png", optimize=True)
            versions = {"torch": torch.__version__.split("+")[0], "diffusers": diffusers.__version__, "transformers": transformers.__version__}
            (OUT / f"{name}.json").write_text(json.dumps({"wish": wish, "deviation": round(deviation, 4), "versions": versions}, indent=2) + "\n")
            print(name, f"deviation {deviation:.3f}", flush=True)


if __name__ == "__main__":
    main()
