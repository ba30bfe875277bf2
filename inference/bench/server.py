"""The other end of a ``Contestant``: answers requests on stdin and times itself when told."""

from __future__ import annotations

import ctypes
import gc
import os
import pickle
import signal
import sys
import time
from collections.abc import Mapping
from typing import Any

import numpy as np

from .contestant import Answer, Block, Failed, Load, Timing
from .network import Network, Open

WORK_BYTES = 16 << 20
_PR_SET_PDEATHSIG = 1


def serve(open_network: Open) -> None:
    """Answers the requests on stdin until it ends. What libraries print goes to stderr.

    On Linux it ends with its parent: stopped as a ``Contestant`` is, it would not see stdin end.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    networks: dict[str, Network] = {}
    while True:
        try:
            request = pickle.load(sys.stdin.buffer)
        except EOFError:
            return
        try:
            reply = _handle(request, open_network, networks)
        except Exception as error:
            reply = Failed(" ".join(str(error).split()) or type(error).__name__)
        pickle.dump(reply, replies)
        replies.flush()


def _handle(request: Load | Answer | Block, open_: Open, networks: dict[str, Network]) -> Any:
    if isinstance(request, Load):
        networks[request.key] = open_(request.path, request.spec)
        return networks[request.key].engine
    network = networks[request.key]
    inputs = {network.input_name: request.x}
    if isinstance(request, Answer):
        found = network.run(inputs)
        arrays = found.values() if isinstance(found, Mapping) else found
        return [np.asarray(array, np.float32) for array in arrays]
    gc.collect()
    gc.disable()
    try:
        if request.interval is None:
            return _back_to_back(network, inputs, request)
        return _paced(network, inputs, request, request.interval)
    finally:
        gc.enable()


def _back_to_back(network: Network, inputs: dict[str, np.ndarray], block: Block) -> Timing:
    run, clock = network.run, time.perf_counter
    seconds = np.empty(block.calls)
    for _ in range(block.warm_up):
        run(inputs)
    cpu = time.process_time()
    for i in range(block.calls):
        started = clock()
        run(inputs)
        seconds[i] = clock() - started
    cpu = time.process_time() - cpu
    return Timing(seconds, cpu / block.calls)


def _paced(
    network: Network, inputs: dict[str, np.ndarray], block: Block, interval: float
) -> Timing:
    run, clock = network.run, time.perf_counter
    work = OtherWork()
    seconds = np.empty(block.warm_up + block.calls)
    due = clock() + interval
    for i in range(len(seconds)):
        time.sleep(max(0.0, due - clock()))
        started = clock()
        run(inputs)
        seconds[i] = clock() - started
        work()
        due = max(due + interval, clock())
    return Timing(seconds[block.warm_up :], None)


class OtherWork:
    """What a viewer does between two inferences: touches 16 MiB and runs some Python."""

    def __init__(self) -> None:
        self._memory = np.zeros(WORK_BYTES // 4, np.float32)

    def __call__(self) -> None:
        np.add(self._memory, np.float32(1), out=self._memory)
        named = {f"joint {i}": (i, i * 0.5, str(i)) for i in range(1000)}
        sum(value[1] for value in named.values())
