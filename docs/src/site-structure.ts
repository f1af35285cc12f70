// Where pages are, what they are called, and in which order the sidebar lists them.
import { posix } from "node:path";

import {
  DefaultTheme,
  DocumentReflection,
  KindRouter,
  type NavigationElement,
  type ProjectReflection,
  ReflectionKind,
  type Reflection,
} from "typedoc";

/** Guides as a newcomer reads them. Others follow by name. */
const GUIDES = [
  "client",
  "credentials",
  "mfa",
  "fleet",
  "operations",
  "testing",
  "signing",
  "proofs",
  "migrating",
  "runtimes",
  "bundlers",
];

/** The packages, those of most readers first. */
const PACKAGES = ["@org/sts-client", "@org/sts-signer", "@org/sts-mock", "@org/sts-protocol"];

/** Addresses of documents, as their files are named. */
const addresses = new WeakMap<Reflection, string>();

/** The repository, which has what is not on the site. */
const REPOSITORY = "https://github.com/org/sts/blob/main/";

/**
 * Calls a document as its heading does; the address stays that of its file. Links to files that are no part of the site lead to the
 * repository.
 */
export function nameDocument(document: DocumentReflection): void {
  const path = document.name.replace(/^docs\/(?:\.tmp\/)?/, "");
  addresses.set(document, path);
  document.content = document.content.map((part) => {
    if (part.kind !== "relative-link") return part;
    const target = posix.join("docs", posix.dirname(path), part.text);
    return target.startsWith("docs/") ? part : { kind: "text", text: REPOSITORY + target };
  });
  const [first] = document.content;
  const heading = /^# (.+)$/m.exec(first?.text ?? "")?.[1];
  if (heading !== undefined) document.name = heading.replaceAll("`", "");
}

/** Puts documents where their files are: `guides/credentials.html`. */
export class SiteRouter extends KindRouter {
  /** Called by typedoc. */
  protected override getIdealBaseName(reflection: Reflection): string {
    return addresses.get(reflection) ?? super.getIdealBaseName(reflection);
  }
}

/** The theme of typedoc with a sidebar of our own: guides, then each package with its import paths. */
export class SiteTheme extends DefaultTheme {
  /** Called by typedoc. */
  override buildNavigation(project: ProjectReflection): NavigationElement[] {
    const elements = super.buildNavigation(project);
    const pages = (folder: string): NavigationElement[] =>
      elements.filter(({ path = "" }) => path.startsWith(folder));
    const page = (path: string): NavigationElement[] => elements.filter((element) => element.path === path);
    const modules = elements.filter(({ kind }) => kind === ReflectionKind.Module);
    const isIn = (name: string, module: NavigationElement): boolean =>
      module.text === name || module.text.startsWith(`${name}/`);
    const releasing = page("guides/releasing.html");
    return [
      {
        text: "Guides",
        children: inOrder(pages("guides/").filter((element) => !releasing.includes(element))),
      },
      { text: "Signature explorer", path: "explorer.html", icon: ReflectionKind.Document },
      ...PACKAGES.map((name) => ({
        text: name,
        children: modules
          .filter((module) => isIn(name, module))
          .map((module) => shorten(name, withoutChildren(module))),
      })),
      {
        text: "About",
        children: [
          ...page("changelog.html"),
          ...page("size.html"),
          ...page("speed.html"),
          ...releasing,
          { text: "Decisions", children: pages("decisions/") },
        ],
      },
    ];
  }
}

/** Within its package an import path is known by its end, which fits into the sidebar. */
function shorten(name: string, module: NavigationElement): NavigationElement {
  return { ...module, text: module.text === name ? name : module.text.slice(name.length) };
}

/** A link that also opens and closes a list is two controls in one, which keyboards and screen readers do not reach. */
function withoutChildren({ text, path = "", kind, class: style }: NavigationElement): NavigationElement {
  return { text, path, ...(kind !== undefined && { kind }), ...(style !== undefined && { class: style }) };
}

function inOrder(guides: readonly NavigationElement[]): NavigationElement[] {
  const rank = ({ path = "" }: NavigationElement): number => {
    const index = GUIDES.indexOf(path.replace(/^guides\/|\.html$/g, ""));
    return index === -1 ? GUIDES.length : index;
  };
  return guides.toSorted((a, b) => rank(a) - rank(b));
}
