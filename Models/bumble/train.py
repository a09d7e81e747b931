"""Train bumble from scratch on the CPU and export it as an F16 GGUF.

Data is generated on the fly by gen.py: micro-batch number i is a pure function of (seed, i), so that a run is
reproducible up to floating-point summation order (the worker processes take micro-batches from a shared counter and add
their gradients). One thread per worker: on busy machines that is much faster than OpenMP threads.
Needs torch, tokenizers, gguf and numpy, and a C++ compiler unless --no-compile is given.
"""
import argparse
import ctypes
import os
import sys
import time

import torch
import torch.multiprocessing as mp
from tokenizers import Tokenizer

import export
from batches import TOKENS, micro_batch
from model import Bumble
from optimiser import Optimiser
from text import make_tokenizer

TYPICAL_TARGETS = 300  # assistant tokens in a micro-batch: keeps the gradient near a mean without knowing the count
REPORT_EVERY, SAVE_EVERY = 20, 100  # steps
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # of mallopt(3)


def keep_big_buffers() -> None:
    """Tell glibc not to return big buffers to the system: page faults are slow."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None)
        if hasattr(libc, "mallopt"):
            libc.mallopt(M_MMAP_THRESHOLD, 1 << 30)
            libc.mallopt(M_TRIM_THRESHOLD, 1 << 33)


def learning_rate(step: int, start: int, last: int) -> float:
    """Warm-up, full rate for the first quarter, then a linear decline; a resumed run warms up again."""
    done = step - start + 1
    if step < last / 4:
        return min(1, done / 50)
    return 0.6 * (last - step) / last * min(1, done / 20)


def layer_of(name: str) -> int:
    """The layer that a parameter belongs to, 0 for those outside."""
    return int(name.split(".")[1]) if "." in name else 0


def tie(model: Bumble, flat: torch.Tensor, gradients: torch.Tensor, fill: bool) -> None:
    """Make the model's parameters and gradients views of shared memory, filling it first if wanted."""
    at = 0
    for p in model.parameters():
        end = at + p.numel()
        if fill:
            flat[at:end] = p.data.view(-1)
        p.data = flat[at:end].view_as(p)
        p.grad = gradients[at:end].view_as(p)
        at = end


def gradients_of(p: torch.Tensor, flat: torch.Tensor, gradients: torch.Tensor) -> list[torch.Tensor]:
    """The gradients that every worker has for a parameter."""
    at = (p.data_ptr() - flat.data_ptr()) // flat.element_size()
    return [worker[at:][: p.numel()].view_as(p) for worker in gradients]


def save(options: argparse.Namespace, step: int, flat: torch.Tensor) -> None:
    """Write a checkpoint, replacing the last one in one go."""
    partial = os.path.join(options.work, "ckpt.tmp")
    torch.save({"step": step, "flat": flat.clone()}, partial)
    os.replace(partial, os.path.join(options.work, "ckpt.pt"))


def work(rank, options, flat, gradients, counter, last, barrier, tokenizer_path) -> None:
    """One worker process: computes gradients of its share of micro-batches and updates its share of the layers."""
    keep_big_buffers()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    tokenizer = Tokenizer.from_file(tokenizer_path)
    model = Bumble()
    tie(model, flat, gradients[rank], fill=rank == 0 and not options.resume)
    mine = [(n, p) for n, p in model.named_parameters() if layer_of(n) % options.workers == rank]
    optimiser = Optimiser(mine)
    shared = [gradients_of(p, flat, gradients) for _, p in mine]
    if options.compile:
        for block in model.blocks:
            block.forward = torch.compile(block.forward, dynamic=False)
    started = time.time()
    loss_sum, target_sum = 0.0, 0
    steps_file = os.path.join(options.work, "steps")
    step = options.start
    while step < last.value:
        gradients[rank].zero_()
        if rank == 0:
            counter.value = 0
        barrier.wait()
        while True:
            with counter.get_lock():
                number = counter.value
                counter.value += 1
            if number >= options.micro:
                break
            batch = micro_batch(tokenizer, options.seed, step * options.micro + number)
            scale = 1 / (TYPICAL_TARGETS * options.micro)
            loss = model.loss(batch, scale)
            loss.backward()
            loss_sum += loss.item() / scale
            target_sum += len(batch.predicting)
        if rank == 0 and os.path.exists(steps_file):  # lets one shorten a run
            with open(steps_file, encoding="utf-8") as f:
                last.value = int(f.read())
        barrier.wait()
        rate = learning_rate(step, options.start, last.value)
        with torch.no_grad():
            optimiser.step([sum(views) for views in shared], rate)
        barrier.wait()
        step += 1
        if rank == 0:
            finished = step == last.value
            if finished or (step - 1) % REPORT_EVERY == 0:
                seconds = time.time() - started
                speed = (step - options.start) * options.micro * TOKENS / seconds
                mean = loss_sum / max(1, target_sum)
                print(f"step {step - 1} loss {mean:.4f} lr {rate:.3f} {speed:.0f} tok/s {seconds:.0f}s", flush=True)
                loss_sum, target_sum = 0.0, 0
            if finished or step % SAVE_EVERY == 0:
                save(options, step, flat)


def train(options: argparse.Namespace) -> None:
    """Run the workers to the last step."""
    os.makedirs(options.work, exist_ok=True)
    tokenizer_path = os.path.join(options.work, "tokenizer.json")
    if not os.path.exists(tokenizer_path):
        make_tokenizer(tokenizer_path, options.seed)
    size = sum(p.numel() for p in Bumble().parameters())
    print("parameters", size, flush=True)
    flat = torch.zeros(size).share_memory_()
    gradients = torch.zeros(options.workers, size).share_memory_()
    options.start = 0
    if options.resume:
        checkpoint = torch.load(os.path.join(options.work, "ckpt.pt"))
        options.start = checkpoint["step"]
        flat.copy_(checkpoint["flat"])
    context = mp.get_context("spawn")
    counter, last = context.Value("i", 0), context.Value("i", options.steps)
    barrier = context.Barrier(options.workers)
    shared = (options, flat, gradients, counter, last, barrier, tokenizer_path)
    workers = [context.Process(target=work, args=(rank, *shared)) for rank in range(options.workers)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if any(worker.exitcode != 0 for worker in workers):
        sys.exit("a worker process failed: see above")


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description="Train bumble from scratch on the CPU and write an F16 GGUF.")
    parser.add_argument("--out", default="bumble.gguf", help="the GGUF file to write (default: %(default)s)")
    parser.add_argument(
        "--work", default="work",
        help="folder for checkpoint and tokenizer; a tokenizer.json that is there is used (default: %(default)s)",
    )
    parser.add_argument("--steps", type=int, default=2900, help="steps in all (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=7, help="seed of data and weights (default: %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="processes of one thread each (default: %(default)s)")
    parser.add_argument(
        "--micro", type=int, default=4, help=f"micro-batches of {TOKENS} tokens per step (default: %(default)s)"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in the work folder")
    parser.add_argument(
        "--no-compile", dest="compile", action="store_false", help="do without torch.compile and a C++ compiler"
    )
    options = parser.parse_args()
    train(options)
    export.export(options.work, options.out)


if __name__ == "__main__":
    main()
