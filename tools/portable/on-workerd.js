// workerd, without Node.js compatibility: one bundled module.
import { runSuite } from "./run-suite.js";

export default {
  async test() {
    console.log(JSON.stringify(await runSuite()));
  },
};
