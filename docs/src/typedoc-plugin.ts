// What typedoc does not do by itself: names and order of the site's pages, the landing page's charts and demo, and pages that
// work with a keyboard and a screen reader.
import { Application, Converter, type DocumentReflection, PageEvent, type ProjectReflection } from "typedoc";

import { completePage } from "./complete-page.ts";
import { findMissingTypes } from "./missing-types.ts";
import { nameDocument, SiteRouter, SiteTheme } from "./site-structure.ts";

/** Called by typedoc. */
export function load(app: Application): void {
  app.renderer.defineTheme("site", SiteTheme);
  app.renderer.defineRouter("site", SiteRouter);
  app.converter.on(Converter.EVENT_CREATE_DOCUMENT, (_: undefined, document: DocumentReflection) => {
    nameDocument(document);
  });
  app.on(Application.EVENT_VALIDATE_PROJECT, (project: ProjectReflection) => {
    for (const message of findMissingTypes(project)) app.logger.validationWarning(message);
  });
  app.renderer.on(PageEvent.END, (page: PageEvent) => {
    if (page.contents !== undefined) page.contents = completePage(page.contents, page);
  });
}
