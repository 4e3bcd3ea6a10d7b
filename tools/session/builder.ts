/**
 * What a cell depends on. TypeScript's own builder looks up, for every cell, what each of some hundred files refers to;
 * tslab only asks which of the notebook's modules belong to the cell, and gets just that.
 */
import type {
  BuilderProgram,
  CreateProgram,
  Program,
  SourceFile,
  StringLiteralLike,
} from "@tslab/typescript-for-tslab";
import type { TypeScript } from "./host";

export function createBuilder(typescript: TypeScript): CreateProgram<BuilderProgram> {
  return (...args) => {
    const builder = typescript.createAbstractBuilder(...args);
    return { ...builder, getAllDependencies: (file) => ownModules(builder.getProgram(), file) };
  };
}

/** The file, and the notebook's own modules that it imports, directly or through others. */
function ownModules(program: Program, file: SourceFile): string[] {
  const checker = program.getTypeChecker();
  const found = new Set([file]);
  for (const importer of found) {
    const { imports = [] } = importer as { imports?: readonly StringLiteralLike[] };
    for (const declaration of imports.flatMap(
      (name) => checker.getSymbolAtLocation(name)?.declarations ?? [],
    )) {
      const imported = declaration.getSourceFile();
      if (!imported.isDeclarationFile) found.add(imported);
    }
  }
  return [...found].map(({ fileName }) => fileName);
}
