"""Takes the C library and the headers of its interface out of TensorFlow's wheel: unpack-tensorflow.py WHEEL TARGET"""

import os
import re
import shutil
import sys
import zipfile

HEADERS = re.compile(
    r"tensorflow/include/((?:tensorflow/c|tensorflow/core/platform|tsl/platform|xla/c|xla/tsl/c|xla/tsl/platform)/.*\.h)$"
)
LIBRARIES = re.compile(r"tensorflow/(libtensorflow(?:_cc|_framework)\.so\.2)$")

wheel, target = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        header, library = HEADERS.match(name), LIBRARIES.match(name)
        if header:
            path = os.path.join(target, "include", header.group(1))
        elif library:
            path = os.path.join(target, "lib", library.group(1))
        else:
            continue
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with archive.open(name) as source, open(path, "wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
