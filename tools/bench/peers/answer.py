"""Trains when told to: reads a number of steps, writes the seconds that they took."""

import json
import sys
import time

row = json.loads(sys.argv[1])


def serve(step):
    step()
    print(0.0, flush=True)
    for line in sys.stdin:
        began = time.perf_counter()
        for _ in range(int(line)):
            step()
        print(time.perf_counter() - began, flush=True)
