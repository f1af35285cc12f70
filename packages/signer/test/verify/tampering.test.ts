import {
  presignRequest,
  signRequest,
  verify,
  type HttpRequest,
  type SignOptions,
} from "@org/sts-signer/node";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { sample, type Sample } from "../support/generated-requests.ts";

const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: "a token" };
const date = new Date("2026-11-24T12:00:00Z");
const options: SignOptions = { credentials, region: "eu-west-1", service: "execute-api", date };
const check = { findKey: (id: string) => (id === "AKIDEXAMPLE" ? credentials : undefined), now: date };
const request = {
  method: "PATCH",
  hostname: "example.amazonaws.com",
  path: "/stage.v1/items%20all/~x",
  query: { name: "value", list: ["b", "a"] },
  headers: { "Content-Type": "text/plain", "X-Custom": "some value" },
  body: "the body",
};

/** Every text that is one character away, by another letter and by a flipped bit. */
function neighbours(text: string): string[] {
  const letters = Array.from(text, (character, index) => {
    const code = character.charCodeAt(0);
    const others = [
      character === "x" ? "y" : "x",
      String.fromCharCode(code ^ 1),
      String.fromCharCode(code ^ 0x20),
    ];
    return others.map((other) => text.slice(0, index) + other + text.slice(index + 1));
  });
  const shorter = Array.from(text, (_, index) => text.slice(0, index) + text.slice(index + 1));
  return [...letters.flat(), ...shorter, `${text}x`];
}

/** Those of the changed texts whose request is believed; there must be none. */
async function believed(texts: string[], change: (text: string) => HttpRequest): Promise<string[]> {
  if (texts.length === 0) throw new Error("nothing was changed");
  const found: string[] = [];
  for (const text of texts) if ((await verify(change(text), check)).ok) found.push(text);
  return found;
}

describe("a request signed in its headers", async () => {
  const signed = (await signRequest<HttpRequest>(request, options)) as HttpRequest & {
    headers: Record<string, string>;
  };
  const withHeader = (name: string, value: string) => ({
    ...signed,
    headers: { ...signed.headers, [name]: value },
  });

  test("is accepted as it is", async () => {
    expect(await verify(signed, check)).toMatchObject({ ok: true });
  });

  test("is refused after any change of one character in the method", async () => {
    expect(await believed(neighbours(signed.method), (method) => ({ ...signed, method }))).toEqual([]);
  });

  test("is refused after any change of one character in the path", async () => {
    expect(await believed(neighbours(signed.path), (path) => ({ ...signed, path }))).toEqual([]);
  });

  test("is refused after any change of one character in a parameter's name or value", async () => {
    const list = ["b", "a"];
    expect(
      await believed(neighbours("name"), (name) => ({ ...signed, query: { [name]: "value", list } })),
    ).toEqual([]);
    expect(await believed(neighbours("value"), (name) => ({ ...signed, query: { name, list } }))).toEqual([]);
    expect(await believed([""], (more) => ({ ...signed, query: { ...request.query, more } }))).toEqual([]);
  });

  test("is refused after any change of one character in a signed header", async () => {
    for (const name of ["Content-Type", "X-Custom", "host", "x-amz-date", "x-amz-security-token"]) {
      const value = signed.headers[name] ?? "";
      expect(value).not.toBe("");
      expect(await believed(neighbours(value), (changed) => withHeader(name, changed))).toEqual([]);
    }
  });

  test("is refused after any change of one character in the authorization: algorithm, key, scope, names, signature", async () => {
    // White space and commas between the fields are not signed, and are the same however they are written.
    const value = signed.headers["authorization"] ?? "";
    const bare = (text: string) => text.replaceAll(/[\s,]+/g, "");
    const changed = neighbours(value).filter((one) => bare(one) !== bare(value));
    expect(changed.length).toBeGreaterThan(4 * value.length - 30);
    expect(await believed(changed, (one) => withHeader("authorization", one))).toEqual([]);
  });

  test("is refused after any change of one character in the body", async () => {
    expect(await believed(neighbours(request.body), (body) => ({ ...signed, body }))).toEqual([]);
  });

  test("is refused without a header that was signed, and with an x-amz- header that was not", async () => {
    const { "X-Custom": _, ...less } = signed.headers;
    expect(await verify({ ...signed, headers: less }, check)).toMatchObject({ reason: "header-missing" });
    expect(await verify(withHeader("x-amz-target", "a"), check)).toMatchObject({
      reason: "header-not-signed",
    });
  });

  test("is accepted whatever happens to a header that was not signed", async () => {
    expect(await verify(withHeader("user-agent", "a"), check)).toMatchObject({ ok: true });
  });
});

describe("a request signed in its query", async () => {
  const signed = (await presignRequest<HttpRequest>(request, {
    ...options,
    expiresIn: 600,
  })) as HttpRequest & {
    query: Record<string, string>;
  };

  test("is accepted as it is", async () => {
    expect(await verify(signed, check)).toMatchObject({ ok: true });
  });

  test("is refused after any change of one character in any parameter, the signature's own among them", async () => {
    const { query } = signed;
    for (const [name, value] of Object.entries(query)) {
      if (typeof value !== "string") continue;
      const { [name]: _, ...others } = query;
      const values = neighbours(value);
      expect(
        await believed(values, (changed) => ({ ...signed, query: { ...query, [name]: changed } })),
      ).toEqual([]);
      const names = neighbours(name);
      expect(
        await believed(names, (changed) => ({ ...signed, query: { ...others, [changed]: value } })),
      ).toEqual([]);
    }
  });

  test("is refused after any change of one character in the body, and of a signed header", async () => {
    expect(await believed(neighbours(request.body), (body) => ({ ...signed, body }))).toEqual([]);
    const withCustom = (value: string) => ({ ...signed, headers: { ...signed.headers, "X-Custom": value } });
    expect(await believed(neighbours("some value"), withCustom)).toEqual([]);
  });
});

describe("generated requests", () => {
  const plain = ({ method, path, query, headers, body }: Sample) => ({
    method,
    hostname: "example.amazonaws.com",
    path,
    query,
    headers,
    body,
  });
  const optionsOf = ({ service, region, sessionToken, date }: Sample): SignOptions => ({
    credentials: { ...credentials, sessionToken },
    service,
    region,
    date,
  });

  test("are accepted when we signed them, in every kind and form", async () => {
    await fc.assert(
      fc.asyncProperty(sample, fc.constantFrom("sign", "append"), async (given, sessionToken) => {
        const settings: SignOptions = { ...optionsOf(given), sessionToken };
        const accept = {
          findKey: () => ({ ...credentials, sessionToken: given.sessionToken }),
          region: given.region,
          service: given.service,
          now: given.date,
        };
        const plainRequest = plain(given);
        expect(await verify(await signRequest(plainRequest, settings), accept)).toMatchObject({ ok: true });
        expect(await verify(await presignRequest(plainRequest, settings), accept)).toMatchObject({
          ok: true,
        });

        const hasBody = !["GET", "HEAD"].includes(given.method);
        const fetched = new Request(`https://example.amazonaws.com${given.path}?a=%C3%A9&a=+&=x&b`, {
          method: given.method,
          ...(hasBody && { body: given.body }),
        });
        expect(await verify(await signRequest(fetched, settings), accept)).toMatchObject({ ok: true });
        expect(await verify(await presignRequest(fetched, settings), accept)).toMatchObject({ ok: true });
        const [url, init] = await signRequest(fetched.url, { method: given.method }, settings);
        expect(await verify(new Request(url, init), accept)).toMatchObject({ ok: true });
      }),
      { numRuns: Number(process.env["STS_TEST_RUNS"] ?? 400) },
    );
  });

  test("are refused when one letter or digit of the path, a parameter, a header or the body is another", async () => {
    const change = (text: string, at: number) => {
      const places = [...text.matchAll(/[a-z\d]/gi)].map(({ index }) => index);
      const place = places[at % places.length];
      return place === undefined
        ? undefined
        : `${text.slice(0, place)}${text[place] === "q" ? "r" : "q"}${text.slice(place + 1)}`;
    };
    await fc.assert(
      fc.asyncProperty(
        sample,
        fc.nat(),
        fc.constantFrom("path", "query", "header", "body"),
        async (given, at, part) => {
          const signed = await signRequest(plain(given), { ...optionsOf(given), applyChecksum: false });
          const { query, headers } = given;
          const [name, value] =
            part === "query" ? (Object.entries(query)[0] ?? []) : (Object.entries(headers)[1] ?? []);
          const changed = change(
            part === "path" ? given.path : part === "body" ? given.body : [value ?? ""].flat().join(""),
            at,
          );
          // A changed escape may be the same character again, or none: `%41` and `A` are one path, and so are `/a/..` and `/b/..`.
          fc.pre(changed !== undefined && !(part === "path" && /%|\/\.\./.test(given.path)));
          const tampered =
            part === "path"
              ? { ...signed, path: changed }
              : part === "body"
                ? { ...signed, body: changed }
                : part === "query"
                  ? { ...signed, query: { ...query, [name ?? ""]: changed ?? "" } }
                  : { ...signed, headers: { ...signed.headers, [name ?? ""]: changed ?? "" } };
          const accept = {
            findKey: () => ({ ...credentials, sessionToken: given.sessionToken }),
            now: given.date,
          };
          expect(await verify(signed, accept)).toMatchObject({ ok: true });
          expect(await verify(tampered as HttpRequest, accept)).toMatchObject({ ok: false });
        },
      ),
      { numRuns: Number(process.env["STS_TEST_RUNS"] ?? 400) },
    );
  });
});
