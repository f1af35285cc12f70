import { expect, test } from "vitest";

import { selectProxy } from "@org/sts-client/node";

const env = { HTTPS_PROXY: "http://proxy:3128" };

test.each<[url: string, env: Record<string, string>, proxy: string | undefined]>([
  ["https://sts.amazonaws.com/", {}, undefined],
  ["https://sts.amazonaws.com/", env, "http://proxy:3128"],
  ["http://sts.amazonaws.com/", env, undefined],
  ["http://sts.amazonaws.com/", { http_proxy: "proxy:80" }, "http://proxy:80"],
  ["http://sts.amazonaws.com/", { HTTP_PROXY: "http://evil", REQUEST_METHOD: "GET" }, undefined],
  [
    "https://sts.amazonaws.com/",
    { https_proxy: "http://lower", HTTPS_PROXY: "http://upper" },
    "http://lower",
  ],
  ["https://sts.amazonaws.com/", { ALL_PROXY: "http://all" }, "http://all"],
  ["https://sts.amazonaws.com/", { ...env, NO_PROXY: "*" }, undefined],
  ["https://sts.amazonaws.com/", { ...env, NO_PROXY: "amazonaws.com" }, undefined],
  ["https://sts.amazonaws.com/", { ...env, NO_PROXY: ".amazonaws.com" }, undefined],
  ["https://sts.amazonaws.com/", { ...env, NO_PROXY: "*.amazonaws.com" }, undefined],
  ["https://sts.amazonaws.com/", { ...env, NO_PROXY: "example.com,STS.amazonaws.com" }, undefined],
  [
    "https://sts.amazonaws.com/",
    { ...env, NO_PROXY: "notamazonaws.com sts.amazonaws.com.cn" },
    "http://proxy:3128",
  ],
  ["https://sts.amazonaws.com/", { ...env, NO_PROXY: "sts.amazonaws.com:443" }, undefined],
  ["https://sts.amazonaws.com/", { ...env, NO_PROXY: "sts.amazonaws.com:8443" }, "http://proxy:3128"],
  ["https://[::1]:8443/", { ...env, NO_PROXY: "[::1]" }, undefined],
  ["http://10.1.2.3:9000/", { http_proxy: "http://p", no_proxy: "10.0.0.0/8" }, undefined],
  ["http://11.1.2.3/", { http_proxy: "http://p", no_proxy: "10.0.0.0/8" }, "http://p"],
  ["http://10.1.2.3/", { http_proxy: "http://p", no_proxy: "10.1.2.3" }, undefined],
  ["http://10.1.2.3/", { http_proxy: "http://p", no_proxy: "10.1.2.0/33" }, "http://p"],
  ["http://10.1.2.3/", { http_proxy: "http://p", no_proxy: "10.1.2.0/x" }, "http://p"],
  ["http://10.1.2.3.example.com/", { http_proxy: "http://p", no_proxy: "10.0.0.0/8" }, "http://p"],
  ["http://[fd00::1]:9000/", { http_proxy: "http://p", no_proxy: "fd00::1" }, undefined],
  ["http://[fd00::1]/", { http_proxy: "http://p", no_proxy: "FD00:0:0::1" }, undefined],
  ["http://[fd00::1]/", { http_proxy: "http://p", no_proxy: "[fd00::1]" }, undefined],
  ["http://[fd00::1]/", { http_proxy: "http://p", no_proxy: "fd00::/8" }, undefined],
  ["http://[fe80::1]/", { http_proxy: "http://p", no_proxy: "fd00::/8" }, "http://p"],
  ["http://[::1]/", { http_proxy: "http://p", no_proxy: "0.0.0.0/0" }, "http://p"],
  ["https://sts.amazonaws.com./", { ...env, NO_PROXY: "amazonaws.com" }, undefined],
  ["https://sts.amazonaws.com/", { ...env, NO_PROXY: "amazonaws.com." }, undefined],
  ["https://xamazonaws.com/", { ...env, NO_PROXY: "amazonaws.com" }, "http://proxy:3128"],
])("a request to %s with %j goes through %s", (url, variables, proxy) => {
  expect(selectProxy(new URL(url), variables)).toBe(proxy);
});
