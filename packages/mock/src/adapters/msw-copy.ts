// What `setupStsMock` needs of msw, as one module: in the CommonJS of a package it is loaded with `require`.
export { http } from "msw";
export { setupServer } from "msw/node";
