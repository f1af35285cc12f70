import type { Logger } from "./logger.ts";

/** The steps of a call, in running order. */
export type Step = "initialize" | "serialize" | "build" | "finalizeRequest" | "deserialize";

/** Where a middleware runs among those of its step. */
export type Priority = "high" | "normal" | "low";

/** What a middleware passes on. */
export interface HandlerArguments<Input extends object> {
  /** The command's input. */
  input: Input;
  /** The request, from the serialize step on: the plain form of Smithy's `HttpRequest`. */
  request?: unknown;
}

/** What a middleware gets back. */
export interface HandlerOutput<Output extends object> {
  /** The response: the plain form of Smithy's `HttpResponse`. */
  response: unknown;
  /** The command's output. */
  output: Output;
}

/** A step of a call, bound to everything that comes after it. */
export interface Handler<Input extends object, Output extends object> {
  /** Runs the rest of the call. */
  (args: HandlerArguments<Input>): Promise<HandlerOutput<Output>>;
}

/** What a middleware passes on from the build step on, when the request exists. */
export interface BuildHandlerArguments<Input extends object> extends HandlerArguments<Input> {
  /** The request: the plain form of Smithy's `HttpRequest`. */
  request: unknown;
}

/** A step of a call from the build step on, bound to everything that comes after it. */
export interface BuildHandler<Input extends object, Output extends object> {
  /** Runs the rest of the call. */
  (args: BuildHandlerArguments<Input>): Promise<HandlerOutput<Output>>;
}

/** The step at the end of a stack, which sends the request. */
export interface LastHandler<Input extends object, Output extends object> {
  /** Sends the request. It may leave decoding the output to an earlier step. */
  (args: BuildHandlerArguments<Input>): Promise<LastHandlerOutput<Output>>;
}

/** What a {@link LastHandler} returns. */
export interface LastHandlerOutput<Output extends object> {
  /** The response. */
  response: unknown;
  /** The command's output, if the handler decoded it itself. */
  output?: Output;
}

/** What every middleware of one call can see: the AWS SDK's fields, and anything a middleware adds. */
export interface HandlerExecutionContext {
  /** The client's logger. */
  logger?: Logger;
  /** Always `STSClient`. */
  clientName?: string;
  /** Such as `GetSessionTokenCommand`. */
  commandName?: string;
  /** Pairs that a middleware adds to the user agent. */
  userAgent?: [name: string, version?: string][];
  /** Anything else. */
  [key: string]: unknown;
}

// Method syntax: TypeScript compares the AWS SDK's types for the context in both directions.
/** Takes the next step and returns one that does more. Works in every step; middleware typed for the AWS SDK works too. */
export type Middleware<Input extends object, Output extends object> = {
  /** Wraps `next`; called once per call. */
  wrap(next: Handler<Input, Output>, context: HandlerExecutionContext): Handler<Input, Output>;
}["wrap"];

/** A {@link Middleware} of the steps `build` and `finalizeRequest`, where the request exists. */
export type BuildMiddleware<Input extends object, Output extends object> = {
  /** Wraps `next`; called once per call. */
  wrap(next: BuildHandler<Input, Output>, context: HandlerExecutionContext): BuildHandler<Input, Output>;
}["wrap"];

/** A {@link Middleware} of the step `deserialize`, which may produce the output itself. */
export type DeserializeMiddleware<Input extends object, Output extends object> = {
  /** Wraps `next`; called once per call. */
  wrap(next: LastHandler<Input, Output>, context: HandlerExecutionContext): LastHandler<Input, Output>;
}["wrap"];

/** A middleware of any step, for any inputs and outputs. */
export type AnyMiddleware = (next: never, context: never) => unknown;

/** What {@link MiddlewareStack.add} and {@link MiddlewareStack.addRelativeTo} have in common. */
export interface MiddlewareOptions {
  /** Unique name, used to place others next to it and to remove it. */
  name?: string;
  /** Other names for it. */
  aliases?: string[];
  /** Labels for {@link MiddlewareStack.removeByTag}. */
  tags?: string[];
  /** Replaces the middleware that already has the name, if it is in the same place. Default: `false`, a repeated name throws. */
  override?: boolean;
}

/** Places a middleware in a step. */
export interface AbsoluteOptions extends MiddlewareOptions {
  /** Default: `"initialize"`. */
  step?: Step;
  /** Default: `"normal"`. Equal ones run in the order they were added. */
  priority?: Priority;
}

/** {@link AbsoluteOptions} of one step. */
export type InStep<Name extends Step> = AbsoluteOptions & {
  /** The step. */
  step: Name;
};

/** Places a middleware next to another, which may be added later. */
export interface RelativeOptions extends MiddlewareOptions {
  /** Which side of the other middleware. */
  relation: "before" | "after";
  /** Name or alias of the other middleware. */
  toMiddleware: string;
}

/** Something that adds middleware to a stack; the AWS SDK's plugins work too. */
export interface Pluggable<Input extends object, Output extends object> {
  /** Adds to the stack. */
  applyToStack(stack: MiddlewareStack<Input, Output>): void;
}

/** Anything that middleware can be added to: another stack, ours or Smithy's, for any inputs and outputs. */
export interface MiddlewareTarget {
  /** Adds a middleware to a step. */
  add(middleware: never, options?: never): void;
  /** Adds a middleware next to another. */
  addRelativeTo(middleware: never, options: never): void;
}

/** A stack or plugin, ours or Smithy's, for any inputs and outputs. */
export interface AnyPluggable {
  /** Adds to the stack. */
  applyToStack(stack: never): void;
}

/** The ordered middleware of a client or command, with the methods of Smithy's interface of the same name. */
// Neither `applyToStack` nor `concat` names the type of another stack. TypeScript could not compare such a type with Smithy's:
// each would have to be assignable to the other.
export interface MiddlewareStack<Input extends object, Output extends object> {
  /** Adds a middleware to a step. @throws Error when the name is taken. */
  add(middleware: Middleware<Input, Output>, options?: AbsoluteOptions): void;
  /** Adds a middleware to the step `build`. @throws Error when the name is taken. */
  add(middleware: BuildMiddleware<Input, Output>, options: InStep<"build">): void;
  /** Adds a middleware to the step `finalizeRequest`. @throws Error when the name is taken. */
  add(middleware: BuildMiddleware<Input, Output>, options: InStep<"finalizeRequest">): void;
  /** Adds a middleware to the step `deserialize`. @throws Error when the name is taken. */
  add(middleware: DeserializeMiddleware<Input, Output>, options: InStep<"deserialize">): void;
  /** Adds a middleware next to another. @throws Error when the name is taken. */
  addRelativeTo(middleware: Middleware<Input, Output>, options: RelativeOptions): void;
  /** Adds a middleware to the step of the other. @throws Error when the name is taken. */
  addRelativeTo(middleware: AnyMiddleware, options: RelativeOptions): void;
  /** Adds the middleware of this stack to another. */
  applyToStack(stack: MiddlewareTarget): void;
  /** Lets a plugin add its middleware. */
  use(plugin: Pluggable<Input, Output>): void;
  /** Copies the stack. */
  clone(): MiddlewareStack<Input, Output>;
  /** Removes by name, alias or function. Returns whether there was one. */
  remove(toRemove: AnyMiddleware | string): boolean;
  /** Removes all that carry the tag. Returns whether there was one. */
  removeByTag(tag: string): boolean;
  /** Creates a new stack with the middleware of both. @throws Error when they share a name without `override`. */
  concat<Other extends AnyPluggable>(from: Other): Other;
  /** Lists names and places in running order. */
  identify(): string[];
  /** Returns, or sets, whether {@link MiddlewareStack.resolve} prints {@link MiddlewareStack.identify}. */
  identifyOnResolve(toggle?: boolean): boolean;
  /** Wraps a handler in all the middleware. @throws Error when a relative middleware's neighbour is missing. */
  resolve<I extends Input, O extends Output>(
    handler: LastHandler<I, O>,
    context: HandlerExecutionContext,
  ): Handler<I, O>;
}

/** Creates an empty stack. */
export function createMiddlewareStack<Input extends object, Output extends object>(): MiddlewareStack<
  Input,
  Output
> {
  return createStack([], false);
}

function createStack<Input extends object, Output extends object>(
  entries: Entry[],
  printOnResolve: boolean,
): MiddlewareStack<Input, Output> {
  let arrangement: Arrangement | undefined;
  // Kept until the entries change, because calls are frequent and changes are rare.
  const arranged = (): Arrangement => (arrangement ??= arrange(entries));

  const insert = (entry: Entry): void => {
    arrangement = undefined;
    const isTaken = (name: string): boolean => entries.some((other) => namesOf(other).includes(name));
    if (namesOf(entry).some(isTaken)) {
      if (!entry.override) throw new Error(`Duplicate middleware name '${describe(entry)}'`);
      const replaced = entries.filter(
        (other) =>
          isRelative(other) === isRelative(entry) &&
          namesOf(entry).some((name) => namesOf(other).includes(name)),
      );
      const misplaced = replaced.find((other) => placeOf(other) !== placeOf(entry));
      if (misplaced) {
        throw new Error(
          `"${describe(misplaced)}" (${placeOf(misplaced)}) cannot be overridden by "${describe(entry)}" (${placeOf(entry)})`,
        );
      }
      entries = entries.filter((other) => !replaced.includes(other));
    }
    entries.push(entry);
  };

  const removeWhere = (matches: (entry: Entry) => boolean): boolean => {
    arrangement = undefined;
    const before = entries.length;
    entries = entries.filter((entry) => !matches(entry));
    return entries.length < before;
  };

  const stack: MiddlewareStack<Input, Output> = {
    add: (middleware, options) => insert({ step: "initialize", priority: "normal", ...options, middleware }),
    addRelativeTo: (middleware, options) => insert({ ...options, middleware }),
    use: (plugin) => plugin.applyToStack(stack),
    applyToStack(stack) {
      const target = stack as MiddlewareStack<object, object>; // or Smithy's, which is the same but for its name
      for (const { middleware, ...options } of entries) {
        // An entry holds the options it was added with.
        if (isRelative(options)) target.addRelativeTo(middleware, options as RelativeOptions);
        else target.add(middleware as InnerMiddleware, options);
      }
      target.identifyOnResolve?.(printOnResolve);
    },
    clone: () => createStack([...entries], printOnResolve),
    remove: (toRemove) =>
      removeWhere((entry) =>
        typeof toRemove === "string" ? namesOf(entry).includes(toRemove) : entry.middleware === toRemove,
      ),
    removeByTag: (tag) => removeWhere(({ tags }) => tags?.includes(tag) === true),
    concat(from) {
      // The copy is for the narrower types: middleware for any input works here too.
      const both = stack.clone() as unknown as MiddlewareStack<object, object> & typeof from;
      const other = from as typeof both;
      both.use(other);
      both.identifyOnResolve(printOnResolve || other.identifyOnResolve());
      return both;
    },
    identify: () => arranged().order.map((entry) => `${describe(entry)} - ${entry.step ?? placeOf(entry)}`),
    identifyOnResolve: (toggle = printOnResolve) => (printOnResolve = toggle),
    resolve(handler, context) {
      const { order, lost } = arranged();
      if (lost) {
        throw new Error(
          `${lost.toMiddleware} is not found when adding ${describe(lost)} middleware ${placeOf(lost)}`,
        );
      }
      const resolved = order.reduceRight(
        // Each is in a place where what it needs exists.
        (next, { middleware }) => (middleware as InnerMiddleware)(next, context),
        handler as unknown as AnyHandler,
      );
      if (printOnResolve) console.log(stack.identify());
      return resolved; // the outermost middleware takes and gives what the innermost handler does
    },
  };
  return stack;
}

// Internally, nothing depends on a command's input and output.
// eslint-disable-next-line typescript/no-explicit-any
type AnyHandler = Handler<any, any>;
// eslint-disable-next-line typescript/no-explicit-any
type InnerMiddleware = Middleware<any, any>;

interface Entry extends AbsoluteOptions, Partial<RelativeOptions> {
  readonly middleware: AnyMiddleware;
}

interface Arrangement {
  /** The entries in running order. */
  readonly order: readonly Entry[];
  /** A relative entry whose neighbour is missing. */
  readonly lost: Entry | undefined;
}

function arrange(entries: readonly Entry[]): Arrangement {
  const absolute = entries.filter((entry) => !isRelative(entry));
  const relative = entries.filter(isRelative);
  const byName = new Map(
    [...absolute, ...relative].flatMap((entry) => namesOf(entry).map((name) => [name, entry])),
  );
  const neighbours = (target: Entry, side: string): Entry[] =>
    relative.filter(
      ({ relation, toMiddleware = "" }) => relation === side && byName.get(toMiddleware) === target,
    );
  // The middleware added last is nearest, on both sides.
  const expand = (entry: Entry): Entry[] => [
    ...neighbours(entry, "before").flatMap(expand),
    entry,
    ...neighbours(entry, "after").reverse().flatMap(expand),
  ];
  return {
    order: absolute.sort((a, b) => weightOf(a) - weightOf(b)).flatMap(expand),
    lost: relative.find(({ toMiddleware = "" }) => !byName.has(toMiddleware)),
  };
}

const STEPS: readonly unknown[] = ["initialize", "serialize", "build", "finalizeRequest", "deserialize"];
const PRIORITIES: readonly unknown[] = ["high", "normal", "low"];

function isRelative(entry: Partial<RelativeOptions>): boolean {
  return entry.toMiddleware !== undefined;
}

function weightOf({ step, priority }: Entry): number {
  return STEPS.indexOf(step) * PRIORITIES.length + PRIORITIES.indexOf(priority);
}

function namesOf({ name, aliases = [] }: MiddlewareOptions): string[] {
  return name ? [name, ...aliases] : aliases;
}

function placeOf({ step, priority, relation, toMiddleware }: Omit<Entry, "middleware">): string {
  return step === undefined ? `${relation} ${toMiddleware}` : `${priority} ${step}`;
}

function describe({ name = "anonymous", aliases }: MiddlewareOptions): string {
  return aliases?.length ? `${name} (a.k.a. ${aliases.join(",")})` : name;
}
