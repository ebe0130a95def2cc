// Fills static/build/, the only folder the browser sees: the compiled style sheet, scripts, pictures and the fonts.
// Everything is written again from the sources each time, so a stale file never survives.

import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { compile } from "sass";

const source = dirname(fileURLToPath(import.meta.url));
const packages = join(source, "..", "node_modules");
const build = join(source, "build");

// Compiled first: a mistake in the style leaves the last good build alone.
const { css } = compile(join(source, "css", "site.scss"), { style: "compressed", loadPaths: [packages] });

rmSync(build, { recursive: true, force: true });
mkdirSync(join(build, "fonts"), { recursive: true });
writeFileSync(join(build, "site.css"), css);
cpSync(join(source, "js"), build, { recursive: true });
cpSync(join(source, "img"), join(build, "img"), { recursive: true });

// Files of others keep their version in the name: they are cached for good, so a new version needs a new address.
const nhsuk = join(packages, "nhsuk-frontend", "dist", "nhsuk");
cpSync(join(nhsuk, "nhsuk-frontend-10.6.1.min.js"), join(build, "nhsuk-frontend-10.6.1.min.js"));
cpSync(
  join(nhsuk, "assets", "images", "nhsuk-icon-cross.svg"),
  join(build, "nhsuk-frontend-10.6.1", "nhsuk-icon-cross.svg"),
);
const font = join(packages, "@fontsource-variable", "public-sans");
const { version } = JSON.parse(readFileSync(join(font, "package.json")));
for (const [alphabet, name] of [["latin", ""], ["latin-ext", "-extended"], ["vietnamese", "-vietnamese"]]) {
  cpSync(
    join(font, "files", `public-sans-${alphabet}-wght-normal.woff2`),
    join(build, "fonts", `public-sans${name}-${version}.woff2`),
  );
}

// Compressed once here rather than on every request; a woff2 is compressed already.
for (const name of readdirSync(build, { recursive: true })) {
  if ([".css", ".js", ".svg"].includes(extname(name))) {
    const file = join(build, name);
    writeFileSync(`${file}.br`, brotliCompressSync(readFileSync(file)));
    writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  }
}
