// Type-checks every TypeScript example of the documentation against the built packages and follows every relative link
// of the Markdown files; each example is to be in their list. Ends with a line `N passed, N failed`.
import { globSync } from "node:fs";

import { wrongExampleNames } from "./check-docs/check-example-names.ts";
import { brokenLinks } from "./check-docs/check-links.ts";
import { readExamples, type Example } from "./check-docs/read-examples.ts";
import { typeCheck } from "./check-docs/type-check.ts";
import { buildAll, ROOT } from "./portable/install-packed.ts";

const MARKDOWN = [
  "*.md",
  "packages/*/README.md",
  "docs/*.md",
  "docs/{guides,decisions}/*.md",
  "examples/README.md",
  "examples/*/README.md",
];
const SOURCES = ["packages/*/src/**/*.ts"];

function find(patterns: readonly string[]): string[] {
  return globSync([...patterns], { cwd: ROOT }).sort();
}

function checkExamples(): { passed: number; failed: number } {
  const pages = find([...MARKDOWN, ...SOURCES]).map((file) => readExamples(file));
  const examples = pages.flat();
  const skipped = examples.filter(({ notChecked }) => notChecked !== undefined);
  for (const { file, line, notChecked } of skipped) console.log(`skip ${file}:${line} ${notChecked}`);
  const problems = typeCheck(pages);
  for (const { file, line, message } of problems) console.log(`FAIL ${file}:${line} ${message}`);
  const name = ({ example: { file, line } }: { example: Example }): string => `${file}:${line}`;
  const failed = new Set(problems.map(name)).size;
  return { passed: examples.length - skipped.length - failed, failed };
}

function checkLinks(): { passed: number; failed: number } {
  const { broken, count } = brokenLinks(find(MARKDOWN));
  for (const { file, line, message } of broken) console.log(`FAIL ${file}:${line} ${message}`);
  return { passed: count - broken.length, failed: broken.length };
}

buildAll();
const examples = checkExamples();
const links = checkLinks();
const wrongNames = wrongExampleNames(find(MARKDOWN));
for (const message of wrongNames) console.log(`FAIL ${message}`);
console.log(`\nexamples: ${examples.passed} of ${examples.passed + examples.failed} compile`);
console.log(`links: ${links.passed} of ${links.passed + links.failed} lead somewhere`);
// A search that finds nothing is a broken search.
const empty = [examples, links].filter(({ passed, failed }) => passed + failed === 0).length;
const failed = examples.failed + links.failed + wrongNames.length + empty;
console.log(`\n${examples.passed + links.passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
