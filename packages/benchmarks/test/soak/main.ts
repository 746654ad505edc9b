import { soak } from "./soak.js";
import { readSoakOptions } from "./soak-options.js";
import { judge } from "./verdict.js";

try {
  const options = readSoakOptions(process.argv.slice(2));
  console.log(`${options.calls} calls over ${options.network}, ${options.wave} at a time`);
  const { report, faults } = judge(await soak(options, (line) => console.log(line)));
  console.log(report);
  process.exitCode = faults.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error instanceof RangeError ? error.message : error);
  process.exitCode = 2;
}
