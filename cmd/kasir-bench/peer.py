# The peer of frames.go: text -> 400x300 1-bit frame with qrcode and Pillow.
# One line of nanoseconds for each line read: the whole frame, the raster alone.
import sys
import time

import qrcode
from PIL import Image

TEXT = sys.argv[1]


def encode():
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M, border=4)
    code.add_data(TEXT)
    code.make(fit=True)
    return code


def raster(code):
    modules = code.modules_count + 8
    scale = 300 // modules
    code.box_size = scale
    picture = code.make_image().get_image().convert("1")
    frame = Image.new("1", (400, 300), 1)
    frame.paste(picture, (50, 0))
    return frame.tobytes()


def timed(f, n):
    start = time.perf_counter_ns()
    for _ in range(n):
        f()
    return (time.perf_counter_ns() - start) // n


code = encode()
for _ in sys.stdin:
    print(timed(lambda: raster(encode()), 3), timed(lambda: raster(code), 3), flush=True)
