export { fromIni } from "./from-ini.ts";
export { fromTokenFile } from "./from-token-file.ts";
export { fromProcess } from "./from-process.ts";
export { fromContainerMetadata } from "./from-container-metadata.ts";
export { terminalPrompt } from "./terminal-prompt.ts";
export { diskCache } from "./disk-cache.ts";
export { readSharedConfig } from "./read-shared-config.ts";

export type { DiskCacheOptions } from "./disk-cache.ts";
export type { FromContainerMetadataOptions } from "./from-container-metadata.ts";
export type { FromIniOptions } from "./from-ini.ts";
export type { FromProcessOptions } from "./from-process.ts";
export type { FromTokenFileOptions } from "./from-token-file.ts";
export type { SharedConfig, SharedConfigFile, SharedConfigOptions } from "./read-shared-config.ts";
export type { SharedConfigSection } from "./parse-shared-config.ts";
