/** One project a kind of test, so that `npm test` can name what it ran and what it could not run. */
const common = {
  testEnvironment: "node",
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
};
const project = (name) => ({
  ...common,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
});

module.exports = {
  // A test that hangs is to fail; one on a busy machine is not.
  testTimeout: 20_000,
  projects: ["unit", "contract", "package", "e2e", "chaos", "kill"].map(project),
};
