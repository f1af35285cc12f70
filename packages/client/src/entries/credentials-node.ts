/**
 * Credential providers that need files, processes or a terminal.
 *
 * @module @org/sts-client/credentials/node
 */

export { fromIni } from "../credentials/sources/from-ini.ts";
export { fromSSO } from "../credentials/sources/from-sso.ts";
export { fromLoginCredentials } from "../credentials/sources/from-login-credentials.ts";
export { fromTokenFile } from "../credentials/sources/from-token-file.ts";
export { fromProcess } from "../credentials/sources/from-process.ts";
export { fromContainerMetadata } from "../credentials/sources/from-container-metadata.ts";
export { terminalPrompt } from "../credentials/sessions/terminal-prompt.ts";
export { diskCache } from "../credentials/cache/disk-cache.ts";
export { fileStore } from "../credentials/cache/shared/file-store.ts";
export { readSharedConfig } from "../credentials/files/read-shared-config.ts";

export type { DiskCacheOptions } from "../credentials/cache/disk-cache.ts";
export type { FileStoreOptions } from "../credentials/cache/shared/file-store.ts";
export type { FromContainerMetadataOptions } from "../credentials/sources/from-container-metadata.ts";
export type { FromIniOptions } from "../credentials/sources/from-ini.ts";
export type { FromLoginCredentialsOptions } from "../credentials/sources/from-login-credentials.ts";
export type { FromProcessOptions } from "../credentials/sources/from-process.ts";
export type { FromSSOOptions } from "../credentials/sources/from-sso.ts";
export type { SignInClientConfig } from "../credentials/sources/sign-in-request.ts";
export type { FromTokenFileOptions } from "../credentials/sources/from-token-file.ts";
export type {
  SharedConfig,
  SharedConfigFile,
  SharedConfigOptions,
} from "../credentials/files/read-shared-config.ts";
export type { SharedConfigSection } from "../credentials/files/parse-shared-config.ts";
