"""nbgrader for the course's exercises: copy this file to the folder of your nbgrader course (see exercises.md)."""

from nbgrader.preprocessors import (
    CheckCellMetadata, ClearHiddenTests, ClearOutput, ClearSolutions, ComputeChecksums, LockCells,
    NbGraderPreprocessor, SaveCells,
)


class DropTeachersNotes(NbGraderPreprocessor):
    """Leaves out what only the solutions hold: wrong answers (raw cells), hints, and the why of a solution."""

    def preprocess(self, nb, resources):
        nb.cells = [cell for cell in nb.cells if "wrong" not in cell.metadata.get("unrolled", {})]
        for cell in nb.cells:
            for key in ("hints", "why"):
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
