/** Browsers have no variables and no files. The package's import map uses this instead of `load-environment.ts`. */
export async function loadEnvironment(): Promise<undefined> {}
