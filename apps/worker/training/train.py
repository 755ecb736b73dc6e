"""From packages to an exported model with one command; what is done already is not done again.

    python train.py --work work --minutes 100                 # a GPU where there is one, else CPU cores at low priority
    python train.py --work try --minutes 2 --autoencoder-minutes 1 --classifier-minutes 1   # a short run, to see that it works

Writes --work/onnx, a model folder for models/; weights and checkpoints stay in --work. To better the shipped model instead of beginning
anew, give `--from-shipped`: its autoencoder, tokenizer and weights are the start.
"""
import argparse, os, shutil, subprocess, sys
from pathlib import Path

from common import DEVICE
from weights import DEMO, HERE, Pipeline


def run(script: str, *arguments) -> None:
    print("==", script, *arguments, flush=True)
    subprocess.run([sys.executable, HERE / script, *map(str, arguments)], check=True)


def unpack_shipped(work: Path) -> None:
    """The shipped weights in the Diffusers layout."""
    shipped = Pipeline(DEMO)
    shipped.vae.save_pretrained(work / "autoencoder")
    shipped.unet.save_pretrained(work / "model/unet")
    shipped.text.save_pretrained(work / "model/text_encoder")
    shutil.copytree(DEMO / "tokenizer", work / "model/tokenizer", dirs_exist_ok=True)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=100, help="for the denoiser")
    parser.add_argument("--autoencoder-minutes", type=float, default=30)
    parser.add_argument("--classifier-minutes", type=float, default=1 if DEVICE == "cuda" else 60)
    parser.add_argument("--from-shipped", action="store_true")
    args = parser.parse_args()
    work = args.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    if DEVICE == "cpu":
        os.nice(19)
    pictures, autoencoder, model, classifier = work / "pictures.npz", work / "autoencoder", work / "model", work / "classifier.pt"
    if not pictures.exists():
        run("dataset.py", "--packages", work / "packages", "--out", pictures)
    if args.from_shipped and not (model / "unet").exists():
        unpack_shipped(work)
    if not (autoencoder / "done").exists() and not args.from_shipped:
        run("autoencoder.py", "--pictures", pictures, "--out", autoencoder, "--minutes", args.autoencoder_minutes)
        (autoencoder / "done").touch()
    run("text_to_image.py", "--pictures", pictures, "--autoencoder", autoencoder, "--out", model, "--minutes", args.minutes)
    if not classifier.exists():
        run("classifier.py", "--pictures", pictures, "--out", classifier, "--minutes", args.classifier_minutes)
    run("export_onnx.py", "--model", model, "--out", work / "onnx")
    run("sample.py", "--model", work / "onnx", "--out", work / "sheet.png", "a dog", "a red car", "a house on a blue background", "a cat and a tree")


if __name__ == "__main__":
    main()
