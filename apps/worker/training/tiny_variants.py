"""The tiny model sd15 of tiny_pipelines.py as other people have stored it, and with clip skip: what diffusers draws then (layouts.test.ts).

    npm run parity          (runs this too)

Writes apps/worker/src/diffusion/goldens/layout-variants/: clip-skip.json, -latent.f32 and .png; and parts that take the place of sd15's own:
float32/text_encoder (weights in float32, in a file of their own) and float16/unet (float16 throughout, inputs and outputs, as exports for GPUs are).
"""
import json, shutil, tempfile
from pathlib import Path

import numpy as np
import onnx
import torch
from diffusers import EulerDiscreteScheduler, StableDiffusionPipeline
from onnx import numpy_helper
from PIL import Image

from export_onnx import Denoiser, OPSET
from tiny_pipelines import LAYOUTS, LENGTH, OUT as LAYOUTS_OUT, WIDTH, build
from weights import HERE

OUT = HERE.parent / "src/diffusion/goldens/layout-variants"
CLIP_SKIP = 2


def widen(source: Path, out: Path) -> None:
    """Float16 initializers and their Casts to float32 initializers, in a file of their own."""
    model = onnx.load(source)
    casts = {node.input[0]: node.output[0] for node in model.graph.node if node.op_type == "Cast" and node.name.startswith("widen_")}
    tensors = [numpy_helper.from_array(numpy_helper.to_array(t).astype(np.float32), casts[t.name]) if t.name in casts else t for t in model.graph.initializer]
    nodes = [node for node in model.graph.node if not node.name.startswith("widen_")]
    del model.graph.initializer[:], model.graph.node[:]
    model.graph.initializer.extend(tensors)
    model.graph.node.extend(nodes)
    out.parent.mkdir(parents=True)
    onnx.save(model, out, save_as_external_data=True, location="model.onnx_data", size_threshold=256)
    onnx.checker.check_model(str(out))


def export_half(unet, out: Path) -> None:
    out.parent.mkdir(parents=True)
    image = {0: "batch", 2: "height", 3: "width"}
    half = torch.float16
    torch.onnx.export(Denoiser(unet.half()).eval(), (torch.randn(2, 4, 6, 6, dtype=half), torch.tensor([500], dtype=half), torch.randn(2, LENGTH, WIDTH, dtype=half)), str(out),
                      input_names=["sample", "timestep", "encoder_hidden_states"], output_names=["out_sample"],
                      dynamic_axes={"sample": image, "encoder_hidden_states": {0: "batch", 1: "sequence"}, "out_sample": image}, opset_version=OPSET, dynamo=False)
    model = onnx.load(out)
    del model.graph.value_info[:]
    onnx.save(model, out)
    onnx.checker.check_model(str(out))


@torch.no_grad()
def draw_skipping(parts, folder: Path, wish: dict) -> tuple[np.ndarray, np.ndarray]:
    """Clip skip as A1111 means it: both prompts are read at that layer, counted from the last (1), and through the last layer norm.

    The pipeline's own `clip_skip` counts what is left out, and does not touch the negative prompt; so it is given the states."""
    tokens, text, unet, vae = parts
    pipeline = StableDiffusionPipeline(vae=vae, text_encoder=text, tokenizer=tokens, unet=unet, scheduler=EulerDiscreteScheduler.from_pretrained(folder / "scheduler"),
                                       safety_checker=None, feature_extractor=None, requires_safety_checker=False)
    pipeline.set_progress_bar_config(disable=True)

    def states(prompt: str) -> torch.Tensor:
        ids = tokens(prompt, padding="max_length", max_length=LENGTH, truncation=True, return_tensors="pt").input_ids
        return text.final_layer_norm(text(ids, output_hidden_states=True).hidden_states[-CLIP_SKIP])

    latent = pipeline(prompt_embeds=states(wish["prompt"]), negative_prompt_embeds=states(wish["negative_prompt"]), num_inference_steps=wish["steps"], guidance_scale=wish["cfg_scale"],
                      width=wish["width"], height=wish["height"], generator=torch.Generator("cpu").manual_seed(wish["seed"]), output_type="latent").images
    picture = vae.decode(latent / vae.config.scaling_factor + (vae.config.shift_factor or 0)).sample[0]
    return latent[0].numpy(), ((picture.clamp(-1, 1) + 1) / 2).permute(1, 2, 0).numpy()


def main() -> None:
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    layout = LAYOUTS["sd15"]
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "model"
        parts = build(layout, folder)
        latent, picture = draw_skipping(parts, folder, layout["wish"])
        plain = np.fromfile(LAYOUTS_OUT / "sd15-latent.f32", "<f4")
        difference = float(np.linalg.norm(latent.ravel() - plain) / np.linalg.norm(plain))
        assert difference > 0.02, f"clip skip changes nothing: {difference}"  # twenty times what the test allows
        latent.astype("<f4").tofile(OUT / "clip-skip-latent.f32")
        Image.fromarray((picture * 255).round().astype(np.uint8)).save(OUT / "clip-skip.png", optimize=True)
        (OUT / "clip-skip.json").write_text(json.dumps({"wish": {**layout["wish"], "clip_skip": CLIP_SKIP}, "deviation": round(float(picture.std()), 4)}, indent=2) + "\n")
        print(f"clip skip: deviation {picture.std():.3f}, from without it {difference:.2f}")
        with torch.no_grad():
            export_half(parts[2], OUT / "float16/unet/model.onnx")
    widen(LAYOUTS_OUT / "models/sd15/text_encoder/model.onnx", OUT / "float32/text_encoder/model.onnx")


if __name__ == "__main__":
    main()
