"""The shipped ONNX folder as PyTorch modules: its weights are the only copy in the repository.

export_onnx.py gives each initializer its parameter's name; a name that ends with ".T" is kept transposed (a linear layer's
weight becomes the right operand of a MatMul).
"""
import json, re
from pathlib import Path

import onnx
import torch
from diffusers import AutoencoderDC, AutoModel, EulerDiscreteScheduler, UNet2DConditionModel
from onnx import numpy_helper
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

HERE = Path(__file__).parent
DEMO = HERE.parents[2] / "models/demo"
HALF = "_half"  # stored as float16, widened by a Cast
TRANSPOSED = ".T"


def stored(path: Path) -> dict[str, torch.Tensor]:
    """Initializers by their parameters' names, as float32."""
    weights = {}
    for tensor in onnx.load(path).graph.initializer:
        name = tensor.name.removesuffix(HALF)
        value = torch.from_numpy(numpy_helper.to_array(tensor).copy())
        weights[name.removesuffix(TRANSPOSED)] = (value.T if name.endswith(TRANSPOSED) else value).float().contiguous()
    return weights


def fill(module: torch.nn.Module, *paths: Path) -> torch.nn.Module:
    """Load what the files hold; every parameter must be found."""
    found = {name: value for path in paths for name, value in stored(path).items()}
    with torch.no_grad():
        for name, parameter in module.named_parameters():
            parameter.copy_(found[name].reshape(parameter.shape))
    return module.float().eval()


def read_own(model: Path = DEMO) -> dict:
    """darkroom.json: what Darkroom knows of the model."""
    return json.loads((model / "darkroom.json").read_text())


def write_own(own: dict, model: Path = DEMO) -> None:
    """A list of words or a row of numbers stands on one line."""
    text = re.sub(r"\[[^\[\]{}]*\]", lambda found: json.dumps(json.loads(found[0]), ensure_ascii=False), json.dumps(own, indent=2, ensure_ascii=False))
    (model / "darkroom.json").write_text(text + "\n")


class Pipeline:
    """Tokenizer, text encoder, UNet, autoencoder and noise schedule, from an ONNX folder or from a folder in the Diffusers layout."""

    def __init__(self, folder: Path = DEMO):
        config = lambda part: json.loads((folder / part / "config.json").read_text())
        self.tokens = CLIPTokenizer.from_pretrained(folder / "tokenizer")
        self.scheduler = EulerDiscreteScheduler.from_pretrained(folder / "scheduler")
        if (folder / "vae").exists():
            self.text = CLIPTextModel.from_pretrained(folder / "text_encoder").float().eval()
            self.unet = UNet2DConditionModel.from_pretrained(folder / "unet").float().eval()
            self.vae = AutoModel.from_pretrained(str(folder / "vae")).float().eval()
        else:
            self.text = fill(CLIPTextModel(CLIPTextConfig(**config("text_encoder"))), folder / "text_encoder/model.onnx")
            self.unet = fill(UNet2DConditionModel.from_config(config("unet")), folder / "unet/model.onnx")
            self.vae = fill(AutoencoderDC.from_config(config("vae_decoder")), folder / "vae_decoder/model.onnx", folder / "vae_encoder/model.onnx")

    @property
    def side(self) -> int:
        """Latent values along a side of the native size."""
        return self.unet.config.sample_size

    @torch.no_grad()
    def states(self, prompts: list[str]) -> torch.Tensor:
        """(n, length, width) float32."""
        ids = self.tokens(prompts, padding="max_length", truncation=True, max_length=self.tokens.model_max_length, return_tensors="pt").input_ids
        return self.text(ids).last_hidden_state

    @torch.no_grad()
    def draw(self, prompt: str, negative: str, seed: int, steps: int, cfg: float, seen=lambda n, clean: None) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Initial noise, final latent (1, channels, side, side) and picture (1, 3, height, width) in about -1…1.

        `seen` is told each step's number and its estimate of the clean latent.
        """
        states = self.states([negative, prompt])
        self.scheduler.set_timesteps(steps)
        noise = torch.randn((1, self.unet.config.in_channels, self.side, self.side), generator=torch.Generator("cpu").manual_seed(seed))
        latent = noise * self.scheduler.init_noise_sigma
        for n, time in enumerate(self.scheduler.timesteps):
            without, wanted = self.unet(self.scheduler.scale_model_input(torch.cat([latent] * 2), time), time, states).sample.chunk(2)
            step = self.scheduler.step(without + cfg * (wanted - without), time, latent)
            latent = step.prev_sample
            seen(n, step.pred_original_sample)
        return noise, latent, self.decode(latent)

    @torch.no_grad()
    def decode(self, latent: torch.Tensor) -> torch.Tensor:
        return self.vae.decode(latent / self.vae.config.scaling_factor).sample
