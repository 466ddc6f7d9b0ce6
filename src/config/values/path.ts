import { basename, isAbsolute, resolve } from "node:path";
import { type ListOptions, textList } from "./list.ts";
import { textOf } from "./scalars.ts";
import { accepted, rejected, type ValueType } from "./value-type.ts";

/** A path, made absolute: relative ones count from the working directory. */
export const path: ValueType<string> = {
  name: "path",
  expected: "a path",
  parse(found) {
    const written = textOf(found);
    return written === undefined || written === "" || written.includes("\0") ? rejected() : accepted(resolve(written));
  },
  show: (value) => value,
};

export const pathList: ValueType<readonly string[]> = {
  ...textList({ expected: "a path or a list of paths", resolve: (member) => resolve(member) }),
  name: "path or list of paths",
};

const absolute: ListOptions = {
  expected: "a list of absolute paths",
  check: (member) =>
    isAbsolute(member) ? undefined : `"${member}" must be an absolute path, such as /usr/bin/${basename(member)}`,
};

export const absolutePathList: ValueType<readonly string[]> = textList(absolute);
