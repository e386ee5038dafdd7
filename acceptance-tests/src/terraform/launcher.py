"""Runs Terraform out of a shared library: launcher.py LIBRARY ARGUMENT...

The library's one entry takes the arguments without a program name and two file
descriptors to write to, which it closes.
"""

import ctypes
import os
import sys

library, *arguments = sys.argv[1:]
run = ctypes.CDLL(library).RunCli
run.argtypes = [
    ctypes.c_int64,
    ctypes.POINTER(ctypes.c_char_p),
    ctypes.c_int64,
    ctypes.c_int64,
]
encoded = (ctypes.c_char_p * len(arguments))(*[text.encode() for text in arguments])
status = run(len(arguments), encoded, os.dup(1), os.dup(2))
os._exit(status & 255)
