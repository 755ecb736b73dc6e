// Plain JavaScript on purpose: it must run on an old Node to be able to say so.
const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  console.error(
    `Darkroom needs Node 24 and found ${process.versions.node}. On Linux and Windows "npm ci" brings it along; elsewhere install Node 24 (https://nodejs.org) and try again.`,
  );
  process.exit(1);
}
const [name, ...rest] = process.argv.slice(2);
process.argv.splice(1, Number.POSITIVE_INFINITY, `${name}.ts`, ...rest);
await import(`./${name}.ts`);
