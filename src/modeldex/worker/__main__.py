"""The program of a worker.

python -m modeldex.worker FOLDER                  a request on standard input, its reply out
python -m modeldex.worker FOLDER MEMORY SOCKET    a nursery of workers, see `nursery`
"""

from __future__ import annotations

import sys

from modeldex.errors import StoreError
from modeldex.store import Store
from modeldex.worker.messages import LENGTH, frame, request_of
from modeldex.worker.nursery import nurse
from modeldex.worker.process import MEMORY, Limiter, answer, error_reply


def main(folder: str) -> None:
    """Answer the one request on standard input."""
    asked = sys.stdin.buffer.read()[LENGTH.size :]
    try:
        store = Store.open(folder)
    except StoreError as error:
        reply = error_reply("store", message=str(error))
    else:
        Limiter(MEMORY, store).arm(request_of(asked.partition(b"\n")[0]).seconds)
        reply = answer(store, asked)
    sys.stdout.buffer.write(frame(f"{reply[0]} {reply[1]} last".encode(), reply[2]))
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    if len(sys.argv) == 2:
        main(sys.argv[1])
    else:
        nurse(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
