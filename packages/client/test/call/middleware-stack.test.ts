import { GetSessionTokenCommand as AwsCommand } from "@aws-sdk/client-sts";
import { createMiddlewareStack, type Middleware, type MiddlewareStack } from "@org/sts-client";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";

type AnyStack = MiddlewareStack<object, object>;

/** A new command of the AWS SDK holds an empty stack of Smithy's making. */
const smithyStack = (): AnyStack => new AwsCommand({}).middlewareStack as unknown as AnyStack;

/** Middleware that writes its mark on the way in and out. */
function marking(mark: string): Middleware<object, object> {
  return (next) => async (args) => {
    const { trail } = args.input as { trail: string[] };
    trail.push(`>${mark}`);
    const result = await next(args);
    trail.push(`<${mark}`);
    return result;
  };
}

async function run(stack: AnyStack): Promise<string[]> {
  const trail: string[] = [];
  const handler = stack.resolve(async () => ({ response: {}, output: {} }), {});
  await handler({ input: { trail } });
  return trail;
}

// A name has its place and aliases for good: Smithy's stack forgets names, or keeps them taken, when an override or a
// removal concerns only part of an entry's names.
const options = {
  tags: fc.option(fc.uniqueArray(fc.constantFrom("T1", "T2"), { maxLength: 2 }), { nil: undefined }),
  override: fc.boolean(),
};
const ALIASES: Record<string, string[] | undefined> = { a: ["x", "y"], b: [], d: ["z"] };
const name = fc.constantFrom("a", "b", "c", "d", "e");
const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("add" as const),
      name: fc.constantFrom("a", "b", "c", undefined),
      ...options,
      step: fc.constantFrom("initialize", "serialize", "build", "finalizeRequest", "deserialize"),
      priority: fc.constantFrom("high", "normal", "low"),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("addRelativeTo" as const),
      name: fc.constantFrom("d", "e", undefined),
      ...options,
      relation: fc.constantFrom("before", "after"),
      toMiddleware: fc.oneof(name, fc.constantFrom("x", "y", "missing")),
    }),
  },
  fc.record({ do: fc.constant("remove" as const), what: fc.oneof(name, fc.constantFrom("x", "missing")) }),
  fc.record({ do: fc.constant("removeByTag" as const), what: fc.constantFrom("T1", "T2", "T3") }),
  fc.record({ do: fc.constantFrom("clone" as const, "concat" as const) }),
);

test("our middleware stack and Smithy's give the same results, list, refusals and running order for the same calls", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 14 }), async (actions) => {
      expect(await play(createMiddlewareStack(), actions, createMiddlewareStack())).toEqual(
        await play(smithyStack(), actions, smithyStack()),
      );
    }),
    { numRuns: Number(process.env["STS_TEST_RUNS"] ?? 3000) },
  );
});

function optionsOf(given: Action): never {
  const aliases = "name" in given ? ALIASES[given.name ?? ""] : undefined;
  return Object.fromEntries(
    Object.entries({ ...given, aliases }).filter(([, value]) => value !== undefined),
  ) as never;
}

type Action = (typeof action)["generate"] extends (...args: never[]) => { value: infer Value }
  ? Value
  : never;

async function play(start: AnyStack, actions: Action[], other: AnyStack): Promise<unknown[]> {
  const answers: unknown[] = [];
  let stack = start;
  other.add(marking("other"), { name: "other", step: "build" });
  for (const [index, each] of actions.entries()) {
    answers.push(
      attempt(() => {
        switch (each.do) {
          case "add":
            return stack.add(marking(`${index}`), optionsOf(each));
          case "addRelativeTo":
            return stack.addRelativeTo(marking(`${index}`), optionsOf(each));
          case "remove":
            return stack.remove(each.what);
          case "removeByTag":
            return stack.removeByTag(each.what);
          case "clone":
            stack = stack.clone();
            return "cloned";
          default:
            stack = stack.concat(other);
            return "joined";
        }
      }),
    );
  }
  answers.push(stack.identify());
  answers.push(await run(stack).catch(() => "refused"));
  return answers;
}

function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch {
    return "refused";
  }
}

test("createMiddlewareStack runs middleware by step, then priority, then the order of adding", async () => {
  const stack = createMiddlewareStack();
  stack.add(marking("deserialize"), { step: "deserialize" });
  stack.add(marking("low"), { step: "build", priority: "low" });
  stack.add(marking("first"), { step: "build" });
  stack.add(marking("second"), { step: "build" });
  stack.add(marking("high"), { step: "build", priority: "high" });
  stack.add(marking("default"));
  expect((await run(stack)).filter((mark) => mark.startsWith(">"))).toEqual([
    ">default",
    ">high",
    ">first",
    ">second",
    ">low",
    ">deserialize",
  ]);
});

test("createMiddlewareStack removes middleware by its function", () => {
  const stack = createMiddlewareStack();
  const middleware = marking("one");
  stack.add(middleware, { name: "one" });
  expect([stack.remove(middleware), stack.remove(middleware), stack.identify()]).toEqual([true, false, []]);
});

test("createMiddlewareStack names the middleware and the neighbour that is missing", () => {
  const stack = createMiddlewareStack();
  stack.addRelativeTo(marking("one"), { name: "one", relation: "after", toMiddleware: "nobody" });
  expect(() => stack.resolve(async () => ({ response: {}, output: {} }), {})).toThrow(
    "nobody is not found when adding one middleware after nobody",
  );
});

test("createMiddlewareStack takes a plugin of the AWS SDK's form and is one itself", async () => {
  const stack = createMiddlewareStack();
  stack.use({ applyToStack: (target) => target.add(marking("plugin"), { name: "plugin" }) });
  const other = createMiddlewareStack();
  other.use(stack);
  expect(await run(other)).toEqual([">plugin", "<plugin"]);
});

afterEach(() => {
  vi.restoreAllMocks();
});

test.each([
  ["ours", createMiddlewareStack],
  ["Smithy's", smithyStack],
] as const)(
  "identifyOnResolve of a middleware stack (%s) prints the list, also that of a copy",
  (_whose, create) => {
    const print = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const printed = (stack: AnyStack): unknown[][] => {
      print.mockClear();
      stack.resolve(async () => ({ response: {}, output: {} }), {});
      return print.mock.calls;
    };
    const list = ["one - initialize"];
    const stack = create();
    stack.add(marking("one"), { name: "one" });
    expect([stack.identifyOnResolve(), printed(stack)]).toEqual([false, []]);

    expect(stack.identifyOnResolve(true)).toBe(true);
    expect([stack.identifyOnResolve(), printed(stack)]).toEqual([true, [[list]]]);
    expect([stack.clone().identifyOnResolve(), printed(stack.clone())]).toEqual([true, [[list]]]);
    expect(stack.concat(create()).identifyOnResolve()).toBe(true);
    expect(create().concat(stack).identifyOnResolve()).toBe(true);
    expect(create().concat(create()).identifyOnResolve()).toBe(false);
    const target = create();
    stack.applyToStack(target);
    expect(printed(target)).toEqual([[list]]);

    expect(stack.identifyOnResolve(false)).toBe(false);
    expect([stack.identifyOnResolve(), printed(stack)]).toEqual([false, []]);
  },
);

test.each([
  ["ours", createMiddlewareStack],
  ["Smithy's", smithyStack],
] as const)(
  "a middleware stack (%s) forgets its order when it changes after it was resolved",
  async (_whose, create) => {
    const stack = create();
    stack.add(marking("one"), { name: "one" });
    expect(await run(stack)).toEqual([">one", "<one"]);
    stack.add(marking("two"), { name: "two" });
    expect(await run(stack)).toEqual([">one", ">two", "<two", "<one"]);
    stack.remove("one");
    expect(await run(stack)).toEqual([">two", "<two"]);
    stack.addRelativeTo(marking("three"), { relation: "before", toMiddleware: "two", tags: ["three"] });
    expect(await run(stack)).toEqual([">three", ">two", "<two", "<three"]);
    stack.removeByTag("three");
    expect(await run(stack)).toEqual([">two", "<two"]);
  },
);

test.each([
  ["ours", createMiddlewareStack],
  ["Smithy's", smithyStack],
] as const)(
  "a middleware stack (%s) says which name is taken, and what cannot be overridden",
  (_whose, create) => {
    const stack = create();
    stack.add(marking("one"), { name: "one", aliases: ["uno", "ein"] });
    stack.addRelativeTo(marking("two"), { name: "two", relation: "after", toMiddleware: "one" });
    const add =
      (name: string, more: object = {}) =>
      () =>
        stack.add(marking("other"), { name, ...more });
    expect(add("one")).toThrow("Duplicate middleware name 'one'");
    expect(add("uno")).toThrow("Duplicate middleware name 'uno'");
    expect(add("one", { aliases: ["x"] })).toThrow("Duplicate middleware name 'one (a.k.a. x)'");
    expect(add("one", { override: true, step: "build" })).toThrow(
      /^"one.*" .* cannot be overridden by "one"/,
    );
    expect(() =>
      stack.addRelativeTo(marking("other"), {
        name: "two",
        override: true,
        relation: "before",
        toMiddleware: "one",
      }),
    ).toThrow(/^"two" .* cannot be overridden by "two"/);
    expect(stack.identify()).toEqual(["one (a.k.a. uno,ein) - initialize", "two - after one"]);
  },
);

test("createMiddlewareStack says where the one that cannot be overridden is", () => {
  const stack = createMiddlewareStack();
  stack.add(marking("one"), { name: "one", aliases: ["uno", "ein"] });
  stack.addRelativeTo(marking("two"), { name: "two", relation: "after", toMiddleware: "one" });
  expect(() => stack.add(marking("other"), { name: "one", override: true, step: "build" })).toThrow(
    '"one (a.k.a. uno,ein)" (normal initialize) cannot be overridden by "one" (normal build)',
  );
  const before = { name: "two", override: true, relation: "before", toMiddleware: "one" } as const;
  expect(() => stack.addRelativeTo(marking("other"), before)).toThrow(
    '"two" (after one) cannot be overridden by "two" (before one)',
  );
  expect(() => stack.add(marking("other"), { aliases: ["uno"] })).toThrow(
    "Duplicate middleware name 'anonymous (a.k.a. uno)'",
  );
});
