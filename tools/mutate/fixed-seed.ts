import fc from "fast-check";

// The same inputs for every mutant: otherwise chance would decide which of them survive.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: 20_260_101 });
