// Elements of the result. Text is only ever set as text, so that nothing pasted can become part of the page.

/** An element with attributes and content. */
export function element(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ...content: (Node | string)[]
): HTMLElement {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...content);
  return made;
}

/** A part of the result under its heading. */
export function section(title: string, ...content: Node[]): HTMLElement {
  return element("section", {}, element("h2", {}, title), ...content);
}

/** Names with their values. A third text marks the row, in words and not by a colour alone. */
export function table(rows: readonly (readonly string[])[]): HTMLElement {
  const cells = rows.map(([name = "", value = "", mark]) => {
    const row = element("tr", mark === undefined ? {} : { class: "marked" });
    const code = element("code", {}, value);
    const note = mark === undefined ? [] : [" ", element("strong", {}, mark)];
    row.append(element("th", { scope: "row" }, name), element("td", {}, code, ...note));
    return row;
  });
  return element("table", {}, element("tbody", {}, ...cells));
}

/** A button that copies a text. */
export function button(label: string, text: string): HTMLElement {
  const made = element("button", { type: "button" }, label);
  made.addEventListener("click", () => {
    navigator.clipboard.writeText(text).then(
      () => (made.textContent = "Copied"),
      () => (made.textContent = "The browser does not allow copying here"),
    );
  });
  return made;
}
