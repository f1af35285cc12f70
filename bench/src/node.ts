/** The Node.js that runs what is measured; `STS_BENCH_NODE` names another than the one that runs the benchmarks. */
export const NODE: string = process.env["STS_BENCH_NODE"] ?? process.execPath;
