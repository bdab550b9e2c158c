/**
 * Joins a worker's modules into one script that needs no import.
 *
 * A worker that may import from our own address could send a picture there inside an address (`import("…?bytes")`: policies
 * ignore what follows the question mark). A worker of one piece needs no address in its script-src, so every import is refused.
 * What is served stays readable: each module is kept as it is written, under a line that names it.
 *
 * Understands what our modules and the codecs' glue use: static imports of names, exported declarations, `export { }`,
 * `export default`; and UMD for packages that have nothing else.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, relative, resolve } from "node:path";

const IMPORT = /^import\s+([^"';]+?)\s+from\s+["']([^"']+)["'];?[ \t]*$/gm;
const DECLARATION = /^export\s+(?=(?:async\s+)?(?:function\*?|class|const|let)\s+(\w+))/gm;
const LIST = /^export\s*\{([^}]*)\};?[ \t]*$/gm;
const DEFAULT = /^export\s+default\s+(?=(?:(?:async\s+)?(?:function|class)\s+)?(\w+))/gm;

/** The text of one classic script, from the module at `entry`; `packages` says which file of a package is meant. */
export function bundle(entry, root, packages = {}) {
  const require = createRequire(resolve(root, "package.json"));
  const ids = new Map();
  const parts = [];

  const locate = (specifier, from) => {
    if (specifier in packages) return resolve(root, "node_modules", packages[specifier]);
    if (specifier.startsWith(".")) return resolve(dirname(from), specifier);
    try {
      return require.resolve(specifier);
    } catch {
      return resolve(root, "node_modules", specifier);
    }
  };

  const add = (file) => {
    if (ids.has(file)) return ids.get(file);
    const id = `m${ids.size}`;
    ids.set(file, id);
    const source = readFileSync(file, "utf8");
    const isModule = /^(?:import|export)\b/m.test(source);
    const body = isModule ? moduleBody(source, (name) => add(locate(name, file))) : umdBody(source);
    parts.push(`// ---- ${relative(root, file)}\nconst ${id} = (() => {\n${body}\n})();\n`);
    return id;
  };

  add(resolve(root, entry));
  return `// Joined by hashes/assembly/bundle.mjs from the files named below.\n(() => {\n${parts.join("\n")}})();\n`;
}

function umdBody(source) {
  return `const exports = {};\nconst require = () => ({});\nconst module = { exports };\n${source}
return Object.assign({ default: module.exports }, module.exports);`;
}

function moduleBody(source, add) {
  const exported = [];
  const imports = [];
  let body = source.replace(IMPORT, (_, clause, specifier) => {
    imports.push(importLine(clause, add(specifier)));
    return "";
  });
  body = body.replace(LIST, (_, list) => {
    for (const item of list.split(",").map((text) => text.trim()).filter(Boolean)) {
      const [local, outer = local] = item.split(/\s+as\s+/);
      exported.push(outer === local ? local : `${outer}: ${local}`);
    }
    return "";
  });
  body = body.replace(DEFAULT, (_, name) => {
    exported.push(`default: ${name}`);
    return "";
  });
  body = body.replace(DECLARATION, (_, name) => {
    exported.push(name);
    return "";
  });
  body = body.replaceAll("import.meta.url", "self.location.href");
  const left = body.match(/^(?:import|export)\b.*$/m);
  if (left) throw new Error(`the bundler does not understand: ${left[0]}`);
  return `"use strict";\n${imports.join("\n")}\n${body.trim()}\nreturn { ${exported.join(", ")} };`;
}

function importLine(clause, id) {
  if (clause.startsWith("{")) return `const ${clause.replace(/\s+as\s+/g, ": ")} = ${id};`;
  if (clause.startsWith("*")) return `const ${clause.replace(/^\*\s+as\s+/, "")} = ${id};`;
  const [name, rest] = clause.split(/,\s*(?=\{)/);
  return `const ${name} = ${id}.default;` + (rest ? ` ${importLine(rest, id)}` : "");
}
