"""The lecture's nets in PyTorch on several processes by DistributedDataParallel over gloo, or on one process without it.
Rank 0 prints the lines that lecture.py lists."""

import argparse
import os
import pathlib
import tempfile
import time

import torch
from torch import distributed, multiprocessing, nn

import lecture
import torch_nets

PARTS = 4  # timed separately, as in worker/steps.go


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("-work", choices=["mlp", "cnn"], required=True)
    parser.add_argument("-form", choices=["plain", "channels_last"], required=True)
    parser.add_argument("-ranks", type=int, required=True)
    parser.add_argument("-threads", type=int, required=True, help="of each rank")
    parser.add_argument("-batches", required=True, help="rows of a step, of all ranks together: numbers with commas")
    parser.add_argument("-before", type=int, default=0, help="steps with the lecture's batch size before the timed ones")
    parser.add_argument("-width", type=float, default=1, help="multiple of filters and hidden neurons")
    parser.add_argument("-seconds", type=float, default=1, help="timed seconds, after the same time to warm up")
    parser.add_argument("-mnist", type=pathlib.Path, required=True, help="folder of the four idx files")
    return parser.parse_args()


def process(rank, args, store, cpus):
    torch.set_num_threads(args.threads)
    if cpus:  # gloo's thread, which starts later, inherits the cores
        os.sched_setaffinity(0, cpus[rank * args.threads:(rank + 1) * args.threads])
    if args.ranks > 1:
        distributed.init_process_group("gloo", init_method="file://" + store, rank=rank, world_size=args.ranks)
    if rank == 0:
        lecture.say(versions={"torch": torch.__version__})
    x, y = map(torch.from_numpy, lecture.mnist(args.mnist)[0])
    x, y = x.permute(0, 3, 1, 2).contiguous(), y.long()  # NCHW
    if args.form == "channels_last":
        x = x.to(memory_format=torch.channels_last)
    for batch in map(int, args.batches.split(",")):
        measure(rank, args, x, y, batch)
    if args.ranks > 1:
        distributed.destroy_process_group()


def measure(rank, args, x, y, batch):
    """Times steps of a new net in parts. Rank 0's clock decides the number of steps of all ranks."""
    torch.manual_seed(1)
    net = torch_nets.digits(args.work, args.width)
    if args.form == "channels_last":
        net = net.to(memory_format=torch.channels_last)
    if args.ranks > 1:
        # gradients are views of the buckets that gloo sums; the graph is the same in each step
        net = nn.parallel.DistributedDataParallel(net, gradient_as_bucket_view=True, static_graph=True)
    optimizer = torch.optim.Adam(net.parameters(), fused=True)

    def train(order, steps):
        """Returns the seconds that rank 0 needs for these steps, on all ranks."""
        start = time.perf_counter()
        for _ in range(steps):
            now = next(order)
            optimizer.zero_grad()
            loss = nn.functional.cross_entropy(net(x[now]), y[now])
            loss.backward()
            optimizer.step()
        took = torch.tensor(time.perf_counter() - start, dtype=torch.float64)
        if args.ranks > 1:
            distributed.broadcast(took, 0)
        return took.item(), loss.item()

    if args.before:
        train(rows(rank, args.ranks, len(x), lecture.BATCH[args.work]), args.before)
    order = rows(rank, args.ranks, len(x), batch)
    train(order, 2)  # DistributedDataParallel reorders its buckets in the first steps
    steps, warm = 1, 0.0
    while warm < args.seconds:
        took, _ = train(order, steps)
        warm += took
        if warm < args.seconds:
            steps *= 2
    part = args.seconds / PARTS
    for _ in range(PARTS):
        done, total = 0, 0.0
        while total < part:
            steps = max(1, round(steps * (part - total) / took))
            took, loss = train(order, steps)
            done, total = done + steps, total + took
        if loss != loss:
            raise SystemExit(f"the loss is {loss}")
        if rank == 0:
            lecture.say(timed="train", batch=batch, steps=done, seconds=total, loss=loss)


def rows(rank, ranks, count, batch):
    """Yields this rank's rows of each batch, in an order that differs between epochs and not between ranks."""
    share = batch // ranks
    source = torch.Generator().manual_seed(1)
    while True:
        for whole in torch.randperm(count, generator=source)[:count // batch * batch].split(batch):
            yield whole[rank * share:(rank + 1) * share]


if __name__ == "__main__":
    args = arguments()
    cpus = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    wanted = args.ranks * args.threads
    if cpus and len(cpus) < wanted:
        raise SystemExit(f"{args.ranks} ranks of {args.threads} threads want {wanted} CPUs, there are {len(cpus)}")
    if args.ranks == 1:
        process(0, args, None, cpus)
    else:
        with tempfile.TemporaryDirectory() as folder:
            # fork: torch is loaded already and has started no threads
            multiprocessing.start_processes(process, (args, os.path.join(folder, "store"), cpus), args.ranks,
                                            start_method="fork")
