import { parse, type ParserPlugin } from "@babel/parser";
import type { Binding, NodePath } from "@babel/traverse";
import * as traverseModule from "@babel/traverse";
import type { File, Node, Program } from "@babel/types";
import { MagicString } from "magic-string";

// A CommonJS module: some loaders pass its exports as the default import, others the exports' member `default`.
const loaded: unknown = traverseModule.default;
// Either way it is the package's function, and no other export is a function.
const traverse = (
  typeof loaded === "function" ? loaded : traverseModule.default.default
) as typeof traverseModule.default.default;

/** A remark about a place in a file. */
export interface Remark {
  /** Line, counted from 1. */
  readonly line: number;
  /** One sentence. */
  readonly reason: string;
}

/** A name to import. */
export interface NeededImport {
  /** The exported name. */
  readonly name: string;
  /** Whether it is used as a type only. */
  readonly isType: boolean;
}

/** A file that is being changed: its text, its tree, and what was found. */
export interface SourceFile {
  readonly code: string;
  readonly ast: File;
  readonly program: NodePath<Program>;
  readonly isTypeScript: boolean;
  /** Collects the edits; text that no edit touches stays byte for byte. */
  readonly text: MagicString;
  /** Why the file has to be left alone. */
  readonly left: Remark[];
  /** What stays with the AWS SDK although the file is changed. */
  readonly kept: Remark[];
  /** What a person should review after the change. */
  readonly notes: Remark[];
  /** Imports that converted code needs, by module. */
  readonly needed: Map<string, Map<string, NeededImport>>;
}

/**
 * Parses a file. The extension determines the language.
 *
 * @throws SyntaxError when the text cannot be parsed.
 */
export function openSourceFile(code: string, fileName: string): SourceFile {
  const isTypeScript = /\.[cm]?tsx?$/.test(fileName);
  const ast = parse(code, {
    sourceType: /\.m[jt]s$/.test(fileName) ? "module" : "unambiguous",
    allowReturnOutsideFunction: true,
    plugins: pluginsFor(fileName, isTypeScript),
  });
  const program = findProgram(ast);
  return {
    code,
    ast,
    program,
    isTypeScript,
    text: new MagicString(code),
    left: [],
    kept: [],
    notes: [],
    needed: new Map(),
  };
}

/** Adds a remark about a node. */
export function remark(node: Node, reason: string): Remark {
  return { line: node.loc?.start.line ?? 1, reason };
}

/** Requests an import. */
export function need(file: SourceFile, module: string, name: string, isType = false): void {
  const names = file.needed.get(module) ?? new Map<string, NeededImport>();
  file.needed.set(module, names);
  const known = names.get(name);
  names.set(name, { name, isType: isType && (known?.isType ?? true) });
}

/** The text of a node. */
export function textOf(file: SourceFile, node: Node): string {
  return file.code.slice(startOf(node), endOf(node));
}

/** Where a node begins. */
export function startOf(node: { readonly start?: number | null | undefined }): number {
  return node.start ?? 0;
}

/** Where a node ends. */
export function endOf(node: { readonly end?: number | null | undefined }): number {
  return node.end ?? 0;
}

/** Whether there is a comment between two offsets. */
export function hasComment(file: SourceFile, start: number, end: number): boolean {
  return (file.ast.comments ?? []).some((comment) => startOf(comment) >= start && endOf(comment) <= end);
}

/** Whether any scope of the file declares a name. */
export function isDeclared(file: SourceFile, name: string): boolean {
  let found = file.program.scope.hasOwnBinding(name);
  file.program.traverse({
    Scope(path) {
      found ||= path.scope.hasOwnBinding(name);
    },
  });
  return found;
}

/** The binding of a local name. */
export function bindingOf(path: NodePath, name: string): Binding | undefined {
  return path.scope.getBinding(name);
}

/** Every use of a name, also in types: the scope tracker omits qualified names of types. */
export function referencesOf(file: SourceFile, binding: Binding): readonly NodePath[] {
  const found = new Map<Node, NodePath>(binding.referencePaths.map((path) => [path.node, path]));
  file.program.traverse({
    Identifier(path) {
      const { parent, node } = path;
      if (node.name !== binding.identifier.name || !isTypeName(parent, node)) return;
      if (path.scope.getBinding(node.name) === binding) found.set(node, path);
    },
  });
  return [...found.values()];
}

function isTypeName(parent: Node, node: Node): boolean {
  return (
    (parent.type === "TSQualifiedName" && parent.left === node) ||
    (parent.type === "TSTypeReference" && parent.typeName === node) ||
    (parent.type === "TSTypeQuery" && parent.exprName === node) ||
    parent.type === "TSExpressionWithTypeArguments"
  );
}

/** The line ending that the file uses. */
export function newlineOf(file: SourceFile): string {
  return file.code.includes("\r\n") ? "\r\n" : "\n";
}

function pluginsFor(fileName: string, isTypeScript: boolean): ParserPlugin[] {
  const language: ParserPlugin[] = isTypeScript ? ["typescript"] : ["jsx"];
  if (fileName.endsWith("x") && isTypeScript) language.push("jsx");
  return [...language, "decorators-legacy", "explicitResourceManagement", "importAttributes"];
}

function findProgram(ast: File): NodePath<Program> {
  let program: NodePath<Program> | undefined;
  traverse(ast, {
    Program(path) {
      program = path;
      path.stop();
    },
  });
  if (!program) throw new SyntaxError("The file has no program.");
  return program;
}
