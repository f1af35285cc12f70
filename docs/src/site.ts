// On every page: what can be scrolled can be reached with the keyboard, and nothing else becomes a stop on the way.
const boxes = document.querySelectorAll<HTMLElement>(".col-content table, .col-content pre, .tsd-signature");

const observer = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (!(target instanceof HTMLElement) || target.id !== "") continue;
    if (target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight)
      target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const box of boxes) observer.observe(box);

// A result of the search is an option with a link in it, two controls in one. The option alone does the same.
const results = document.querySelector<HTMLElement>("#tsd-search-results");
if (results) {
  new MutationObserver(() => {
    for (const link of results.querySelectorAll<HTMLAnchorElement>("a[href]")) {
      link.dataset["address"] = link.href;
      link.removeAttribute("href");
      link.removeAttribute("tabindex");
    }
  }).observe(results, { childList: true });
  results.addEventListener("click", follow);
  results.addEventListener("auxclick", follow);
}

function follow(event: MouseEvent): void {
  const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
  const address = option?.querySelector("a")?.dataset["address"];
  if (address === undefined) return;
  if (event.ctrlKey || event.metaKey || event.button === 1) window.open(address);
  else location.href = address;
}
