import { readFileSync } from "node:fs";

import { AssumeRole, operations } from "@org/sts-protocol";
import { expect, test } from "vitest";

import {
  compareModel,
  type ServiceModel,
  unwantedDifferences,
  type WantedDifference,
} from "../../../../tools/check-model-compare.ts";
import { describeCases, readConformance } from "../support/read-conformance.ts";

const model = readConformance<ServiceModel>("sts-model.json", (content) => Object.keys(content.operations));

describeCases(model, "the service model", () => {
  const others = operations.filter(({ name }) => name !== "AssumeRole");
  // The suite is skipped without a model.
  const differencesOf = (tables: typeof operations): string[] => compareModel(model as ServiceModel, tables);

  test("the service model differs from the tables only where the tool's list gives a reason", () => {
    const wanted = JSON.parse(
      readFileSync(new URL("../../../../tools/check-model-differences.json", import.meta.url), "utf8"),
    ) as readonly WantedDifference[];
    expect(unwantedDifferences(differencesOf(operations), wanted)).toEqual({ unwanted: [], outdated: [] });
    expect(wanted.every(({ reason }) => reason.length > 0)).toBe(true);
  });

  test("comparing with the service model names an operation that is missing", () => {
    expect(differencesOf(others)).toContain("AssumeRole: declared: ours false, model true");
  });

  test("comparing with the service model names a member that is missing, a changed limit, a changed pattern and a lost error", () => {
    const { ExternalId: _dropped, ...input } = AssumeRole.input;
    const changed = {
      ...AssumeRole,
      input: {
        ...input,
        DurationSeconds: { kind: "integer", min: 901 },
        SerialNumber: { ...AssumeRole.input.SerialNumber, pattern: /^[\w+=/:,.@;-]*$/ },
      },
      errors: AssumeRole.errors.slice(1),
    } as const;
    expect(differencesOf([...others, changed])).toEqual(
      expect.arrayContaining([
        "AssumeRole.input.ExternalId: declared: ours false, model true",
        "AssumeRole.input.DurationSeconds: min: ours 901, model 900",
        "AssumeRole.input.DurationSeconds: max: ours undefined, model 43200",
        "AssumeRole.input.SerialNumber: pattern: ours /^[\\w+=/:,.@;-]*$/, model [\\w+=/:,.@-]*",
        expect.stringContaining("AssumeRole: errors: ours"),
      ]),
    );
  });
});
