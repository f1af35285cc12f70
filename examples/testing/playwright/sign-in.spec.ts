import { createFakeSts, createTestIssuer } from "@org/sts-mock";
import { expect, type Page, test } from "@playwright/test";

// Your own page: it trades the token of a sign-in for credentials.
const PAGE = `<!doctype html><title>App</title><output></output><script type="module">
  const parameters = new URLSearchParams({
    Action: "AssumeRoleWithWebIdentity",
    Version: "2011-06-15",
    RoleArn: "arn:aws:iam::123456789012:role/visitor",
    RoleSessionName: "tab",
    WebIdentityToken: new URL(location).searchParams.get("token"),
  });
  const response = await fetch("https://sts.eu-west-1.amazonaws.com/", { method: "POST", body: parameters });
  document.querySelector("output").textContent =
    /<(?:Arn|Code)>([^<]+)/.exec(await response.text())?.[1] ?? "no response of STS";
</script>`;

const issuer = await createTestIssuer();
const sts = createFakeSts({
  oidcProviders: [issuer.provider],
  roles: [
    {
      name: "visitor",
      trustPolicy: {
        Version: "2012-10-17",
        Statement: {
          Effect: "Allow",
          Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/oidc.example.com" },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: { "oidc.example.com:sub": "alice" } },
        },
      },
    },
  ],
});
test.afterEach(() => sts.reset());

/** Serves the page and STS; what the page asks for besides is refused, and returned. */
async function serve(page: Page): Promise<string[]> {
  const others: string[] = [];
  await page.route("**/*", (route) => {
    others.push(route.request().url());
    return route.abort();
  });
  await page.route("https://app.example.com/?*", (route) =>
    route.fulfill({ contentType: "text/html", body: PAGE }),
  );
  await page.route(
    ({ hostname }) => sts.servesHost(hostname),
    async (route) => {
      const request = route.request();
      const response = await sts.handle(
        new Request(request.url(), {
          method: request.method(),
          headers: await request.allHeaders(),
          body: request.postDataBuffer(),
        }),
      );
      if (response.type === "error") return route.abort(); // a planned network error
      const headers = Object.fromEntries(response.headers);
      return route.fulfill({ status: response.status, headers, body: await response.text() });
    },
  );
  return others;
}

for (const [sub, shown] of [
  ["alice", "arn:aws:sts::123456789012:assumed-role/visitor/tab"],
  ["mallory", "AccessDenied"],
] as const) {
  test(`the page shows ${shown} to ${sub}`, async ({ page }) => {
    const others = await serve(page);
    await page.goto(`https://app.example.com/?token=${await issuer.issueToken({ sub })}`);
    await expect(page.locator("output")).toHaveText(shown);
    expect(sts.calls()).toMatchObject([
      { operation: "AssumeRoleWithWebIdentity", host: "sts.eu-west-1.amazonaws.com" },
    ]);
    expect(others).toEqual([]); // nothing has left the machine
  });
}
