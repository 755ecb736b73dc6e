"""A model of Stable Diffusion 1.5's own size (860 M parameters in the UNet) with random weights, to measure the engine with: it draws mush.

    python large_model.py --out models/large-random          (some 16 GB of memory, minutes)
    python large_model.py --out models/large-random --torch large     (keeps it in the Diffusers layout too, for compare_speed.py)
"""
import argparse, json, tempfile
from pathlib import Path

import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

from export_onnx import export_pipeline
from tiny_pipelines import BETAS, byte_tokenizer


def build(folder: Path) -> None:
    torch.manual_seed(0)
    byte_tokenizer(folder / "tokenizer", 77)
    text = CLIPTextModel(CLIPTextConfig(vocab_size=49408, hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, max_position_embeddings=77,
                                        bos_token_id=512, eos_token_id=513, pad_token_id=513))
    text.half().save_pretrained(folder / "text_encoder")
    UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8).half().save_pretrained(folder / "unet")
    vae = AutoencoderKL(block_out_channels=(128, 256, 512, 512), layers_per_block=2, latent_channels=4, down_block_types=("DownEncoderBlock2D",) * 4, up_block_types=("UpDecoderBlock2D",) * 4, sample_size=512)
    vae.half().save_pretrained(folder / "vae")
    (folder / "scheduler").mkdir(parents=True)
    (folder / "scheduler/scheduler_config.json").write_text(json.dumps({"_class_name": "PNDMScheduler", "num_train_timesteps": 1000, "skip_prk_steps": True, **BETAS}))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--torch", type=Path, help="keep the model in the Diffusers layout in this folder")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = args.torch or Path(made)
        build(folder)
        export_pipeline(folder, args.out, with_encoder=False)
    (args.out / "darkroom.json").write_text(json.dumps({"title": "Random weights of SD 1.5's size", "defaults": {"steps": 3}}) + "\n")


if __name__ == "__main__":
    main()
