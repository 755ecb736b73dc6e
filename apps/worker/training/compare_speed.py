"""Time of a picture here and in PyTorch diffusers, same weights, size, steps, guidance and threads, one after the other in one run.

    npm run compare-speed                                                               (the built-in model)
    npm run compare-speed -- --onnx models/large-random --torch large --steps 1 --runs 3

PyTorch runs eager and with channels_last, and the better one counts. Ours is the whole answer of the diffusion service: HTTP, PNG and
previews among it. Median and spread (lowest to highest) of --runs pictures after one that is not counted.
"""
import argparse, json, os, statistics, subprocess, tempfile, time
from pathlib import Path

import torch

from weights import DEMO, HERE, Pipeline


def summary(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.3f} s ({min(seconds):.3f} to {max(seconds):.3f})"


def ours(model: Path, wish: dict, runs: int, threads: int) -> list[float]:
    with tempfile.TemporaryDirectory() as folder:
        wishes = Path(folder) / "list.json"
        wishes.write_text(json.dumps([{**wish, "seed": seed} for seed in range(runs + 1)]))
        environment = {**os.environ, "MODELS_DIR": str(model.resolve().parent), "DIFFUSION_THREADS": str(threads)}
        subprocess.run(["npm", "run", "--silent", "draw-list", "--", wishes, Path(folder) / "drawn", model.name], cwd=HERE.parents[2], check=True, env=environment, stdout=subprocess.DEVNULL)
        times = json.loads((Path(folder) / "drawn/times.json").read_text())
    return [times[str(i)] / 1000 for i in range(1, runs + 1)]


def theirs(pipeline: Pipeline, wish: dict, runs: int) -> list[float]:
    seconds = []
    for seed in range(runs + 1):
        start = time.perf_counter()
        pipeline.draw(wish["prompt"], "", seed, wish["steps"], wish["cfg_scale"])
        seconds.append(time.perf_counter() - start)
    return seconds[1:]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--onnx", type=Path, default=DEMO)
    parser.add_argument("--torch", type=Path, help="the same weights in the Diffusers layout; without it they are taken from the ONNX folder")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--json", type=Path, help="write the figures into this file too")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    wish = {"prompt": "a dog", "steps": args.steps, "cfg_scale": 5.0}
    results = {"ours": ours(args.onnx, wish, args.runs, args.threads)}
    pipeline = Pipeline(args.torch or args.onnx)
    results["PyTorch, eager"] = theirs(pipeline, wish, args.runs)
    for module in (pipeline.unet, pipeline.vae):
        module.to(memory_format=torch.channels_last)
    results["PyTorch, channels_last"] = theirs(pipeline, wish, args.runs)
    for name, seconds in results.items():
        print(f"{name:24} {summary(seconds)}")
    best = min(statistics.median(seconds) for name, seconds in results.items() if name != "ours")
    ratio = statistics.median(results["ours"]) / best
    print(f"ours / the better one    {ratio:.3f} (aim 1.0 at most), {args.steps} steps, {args.threads} threads, torch {torch.__version__}")
    if args.json:
        args.json.write_text(json.dumps({"ratio": ratio, "torch": torch.__version__, "seconds": {name: summary(seconds) for name, seconds in results.items()}}))


if __name__ == "__main__":
    main()
