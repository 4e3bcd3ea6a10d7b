"""nbgrader for the course's exercises: copy this file to the folder of your nbgrader course (see exercises.md)."""

import os
import sys
from pathlib import Path

from nbgrader.preprocessors import (
    CheckCellMetadata, ClearHiddenTests, ClearOutput, ClearSolutions, ComputeChecksums, LockCells,
    NbGraderPreprocessor, SaveCells,
)

unrolled = Path("…/unrolled")  # CHANGE THIS LINE: the folder of Unrolled, in which `npm start` has run

# nbgrader gives everybody 0 without a word if the kernel or the library is not found, so it must not get that far.
jupyter = unrolled / ".unrolled" / "jupyter" / "data"
modules = unrolled / "node_modules"
for needed in (jupyter / "kernels" / "tslab" / "kernel.json", modules / "unrolled" / "dist" / "index.js"):
    if not needed.exists():
        sys.exit(f"nbgrader_config.py: {needed} is missing: name the folder of Unrolled and run `npm start` there")
os.environ["JUPYTER_PATH"] = os.pathsep.join(filter(None, [str(jupyter.resolve()), os.environ.get("JUPYTER_PATH")]))
here = Path(__file__).resolve().parent / "node_modules"  # where the submissions look for the library
if not here.exists():
    if os.name == "nt":
        import _winapi

        _winapi.CreateJunction(str(modules.resolve()), str(here))
    else:
        here.symlink_to(modules.resolve(), target_is_directory=True)


class DropTeachersNotes(NbGraderPreprocessor):
    """Leaves out what only the solutions hold: wrong answers (raw cells), hints, the why of a solution, other numbers."""

    def preprocess(self, nb, resources):
        nb.cells = [cell for cell in nb.cells if "wrong" not in cell.metadata.get("unrolled", {})]
        for cell in nb.cells:
            for key in ("hints", "why", "given"):
                cell.metadata.get("unrolled", {}).pop(key, None)
        return nb, resources


c = get_config()  # noqa: F821 (nbgrader defines it)
c.CourseDirectory.course_id = "unrolled"
c.ClearSolutions.code_stub = {
    "typescript": '// YOUR CODE HERE\nthrow new Error("Exercise not done yet: write your code here");'
}
c.GenerateAssignment.preprocessors = [
    DropTeachersNotes, LockCells, ClearSolutions, ClearOutput, CheckCellMetadata, ComputeChecksums, SaveCells,
    ClearHiddenTests, ComputeChecksums, CheckCellMetadata,
]
c.ExecutePreprocessor.kernel_name = "tslab"
