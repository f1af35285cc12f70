// Run on a terminal of its own: asks for a code and shows what came of it.
import { terminalPrompt } from "@org/sts-client/credentials/node";

const isUsed = async (code: string) => code === "111111";
const outcome = await terminalPrompt()({ serialNumber: "GAHT12345678", isUsed }).then(
  (code) => `code ${code}`,
  (error: unknown) => `failed ${(error as { code?: string }).code ?? ""}`,
);
console.log(`<<${outcome}>>`);
