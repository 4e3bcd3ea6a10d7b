import assert from "node:assert/strict";
import { test } from "node:test";
import { courseMetadata } from "../notebook/format";
import { kernelInfo } from "./info";

test("opening a notebook of the course leaves its metadata as they are", () => {
  assert.deepEqual(kernelInfo().language_info, courseMetadata.language_info);
});
