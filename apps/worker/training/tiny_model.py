"""Write a tiny Diffusers ONNX folder for tests: everything that the demo model is not.

    python tiny_model.py --out ../src/diffusion/fixtures/tiny

Float16 inputs and outputs, int32 ids, a timestep a row, weights in files beside the graphs, AutoencoderKL's configs, epsilon
prediction, leading timesteps, padding with "!". Its pictures mean nothing, but they depend on prompt, seed and step.
"""
import argparse, json, sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(Path(__file__).parent))
from tokenizer import byte_alphabet  # noqa: E402

HALF = TensorProto.FLOAT16
CHANNELS, WIDTH, LENGTH, SCALE = 4, 8, 8, 8


def value(name: str, kind: int, shape: list) -> onnx.ValueInfoProto:
    return helper.make_tensor_value_info(name, kind, shape)


def save(path: Path, nodes: list, inputs: list, outputs: list, weights: dict[str, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = [numpy_helper.from_array(array, name) for name, array in weights.items()]
    graph = helper.make_graph(nodes, path.parent.name, inputs, outputs, tensors)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=10)
    onnx.checker.check_model(model)
    onnx.save(model, path, save_as_external_data=True, location="weights.bin", size_threshold=60, all_tensors_to_one_file=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    out = parser.parse_args().out
    random = np.random.default_rng(0)
    half = lambda *shape, scale=1.0: (random.standard_normal(shape) * scale).astype(np.float16)
    symbols = list(byte_alphabet().values())
    entries = [*symbols, *(s + "</w>" for s in symbols), "<|startoftext|>", "<|endoftext|>"]
    image = ["batch", CHANNELS, "height", "width"]

    save(out / "text_encoder/model.onnx", [helper.make_node("Gather", ["embedding", "input_ids"], ["last_hidden_state"])],
         [value("input_ids", TensorProto.INT32, ["batch", LENGTH])], [value("last_hidden_state", HALF, ["batch", LENGTH, WIDTH])],
         {"embedding": half(len(entries), WIDTH)})
    mix = (0.95 * np.eye(CHANNELS) + 0.02 * random.standard_normal((CHANNELS, CHANNELS))).astype(np.float16)
    save(out / "unet/model.onnx", [
        helper.make_node("Conv", ["sample", "mix"], ["mixed"]),
        helper.make_node("ReduceMean", ["encoder_hidden_states", "inner"], ["mean"], keepdims=0),
        helper.make_node("Div", ["timestep", "thousand"], ["time"]),
        helper.make_node("Mul", ["mean", "time"], ["push"]),
        helper.make_node("Unsqueeze", ["push", "axes"], ["pushes"]),
        helper.make_node("Add", ["mixed", "pushes"], ["out_sample"]),
    ], [value("sample", HALF, image), value("timestep", HALF, ["batch"]), value("encoder_hidden_states", HALF, ["batch", "sequence", WIDTH])],
        [value("out_sample", HALF, image)],
        {"mix": mix.reshape(CHANNELS, CHANNELS, 1, 1), "inner": np.array([1, 2]), "thousand": np.array(1000, np.float16), "axes": np.array([1, 2, 3])})
    save(out / "vae_decoder/model.onnx", [
        helper.make_node("Conv", ["latent_sample", "colours", "bias"], ["small"]),
        helper.make_node("Resize", ["small", "", "scales"], ["sample"], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
    ], [value("latent_sample", HALF, image)], [value("sample", HALF, ["batch", 3, "rows", "columns"])],
        {"colours": half(3, CHANNELS, 3, 3, scale=0.05), "bias": np.zeros(3, np.float16), "scales": np.array([1, 1, SCALE, SCALE], np.float32)})

    configs = {
        "model_index.json": {"_class_name": "OnnxStableDiffusionPipeline"},
        "text_encoder/config.json": {"max_position_embeddings": LENGTH, "hidden_size": WIDTH},
        "unet/config.json": {"in_channels": CHANNELS, "sample_size": 8, "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"], "cross_attention_dim": WIDTH},
        "vae_decoder/config.json": {"_class_name": "AutoencoderKL", "latent_channels": CHANNELS, "block_out_channels": [8, 8, 8, 8]},
        "scheduler/scheduler_config.json": {"_class_name": "PNDMScheduler", "beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "steps_offset": 1, "timestep_spacing": "leading"},
        "tokenizer/tokenizer_config.json": {"pad_token": "!", "model_max_length": LENGTH},
        "tokenizer/vocab.json": {entry: i for i, entry in enumerate(entries)},
    }
    for name, config in configs.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(json.dumps(config, ensure_ascii=False) + "\n")
    (out / "tokenizer/merges.txt").write_text("#version: 0.2\n")


if __name__ == "__main__":
    main()
