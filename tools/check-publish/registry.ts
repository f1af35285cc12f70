// A registry on the loopback address that holds what is published to it, and passes everything else on.
import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** A running registry. */
export interface Registry {
  readonly url: string;
  /** Environment in which npm, pnpm and Bun use this registry, with caches of their own. */
  readonly environment: NodeJS.ProcessEnv;
  readonly stop: () => void;
}

/** Starts verdaccio, with everything it and the package managers store inside a folder. */
export async function startRegistry(folder: string): Promise<Registry> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const upstream = execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();
  mkdirSync(folder, { recursive: true });
  // JSON is YAML.
  const configuration = {
    storage: join(folder, "storage"),
    uplinks: { upstream: { url: upstream } },
    packages: {
      "@org/*": { access: "$all", publish: "$all" },
      "**": { access: "$all", proxy: "upstream" },
    },
    log: { type: "stdout", level: "fatal" },
  };
  writeFileSync(join(folder, "config.yaml"), JSON.stringify(configuration));
  writeFileSync(join(folder, "npmrc"), `registry=${url}\n//127.0.0.1:${port}/:_authToken=local\n`);

  const verdaccio = join(import.meta.dirname, "node_modules/verdaccio/bin/verdaccio");
  const parameters = ["--config", join(folder, "config.yaml"), "--listen", `127.0.0.1:${port}`];
  const child = spawn(process.execPath, [verdaccio, ...parameters], {
    stdio: ["ignore", "ignore", "inherit"],
    // It warns of running as root, as containers do.
    env: { ...process.env, NODE_NO_WARNINGS: "1" },
  });
  await untilItAnswers(url);
  return {
    url,
    environment: {
      ...process.env,
      npm_config_registry: url,
      NPM_CONFIG_USERCONFIG: join(folder, "npmrc"),
      // Bun finds packages by name and version in its cache, so that it must not see an earlier run's.
      BUN_INSTALL_CACHE_DIR: join(folder, "bun"),
      BUN_CONFIG_REGISTRY: url,
    },
    stop: () => child.kill(),
  };
}

async function untilItAnswers(url: string): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const answered = await fetch(`${url}-/ping`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return;
    await sleep(200);
  }
  throw new Error(`the registry at ${url} does not answer`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo; // it listens on a port, not on a pipe
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}
