import type { Platform } from "./platform.ts";
import { createKeyStore } from "./signing-key.ts";
import { checkChunks } from "./verify-chunks.ts";
import type { CreateVerifier, Verify, VerifyChunks, VerifyResult } from "./verify-options.ts";
import { checkRequest, checkVerifyOptions, type CheckSetup } from "./verify.ts";

/** Binds {@link Verify} to a hash. */
export function bindVerify({ hash }: Platform): Verify {
  return async function verify(request, options) {
    checkVerifyOptions(options);
    return resultOf(await checkRequest({ hash }, request, options));
  };
}

/** Binds {@link VerifyChunks} to a hash. */
export function bindVerifyChunks({ hash }: Platform): VerifyChunks {
  return async function verifyChunks(request, options) {
    checkVerifyOptions(options);
    return checkChunks({ hash }, request, options);
  };
}

/** Binds {@link CreateVerifier} to a hash. */
export function bindCreateVerifier({ hash }: Platform): CreateVerifier {
  return function createVerifier({ maxSigningKeys = 1000, ...defaults }) {
    checkVerifyOptions(defaults);
    const setup: CheckSetup = { hash, keys: createKeyStore(maxSigningKeys) };
    return {
      async verify(request, options) {
        const settings = options ? { ...defaults, ...options } : defaults;
        if (options) checkVerifyOptions(settings, options);
        return resultOf(await checkRequest(setup, request, settings));
      },
      async verifyChunks(request, options) {
        const settings = { ...defaults, ...options };
        checkVerifyOptions(settings);
        return checkChunks(setup, request, settings);
      },
    };
  };
}

function resultOf(checked: Awaited<ReturnType<typeof checkRequest>>): VerifyResult {
  return "success" in checked ? checked.success : checked;
}
