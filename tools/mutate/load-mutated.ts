// Loads the mutated files before the first test. Of a file that a test loads (`await import`), everything that is computed once
// would otherwise belong to that test, and no other could notice its mutants.
for (const file of process.env["STS_MUTATE_FILES"]?.split(",") ?? []) {
  await import(new URL(`../../${file}`, import.meta.url).href);
}
