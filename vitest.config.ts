import { defineConfig } from 'vitest/config';

/** These put something else in the place of a module, so none may have loaded it before. */
const REPLACING = ['test/c2pa/{fetch,remote,validity}.test.ts', 'test/service/ssrf.test.ts'];

export default defineConfig({
  test: {
    globalSetup: ['test/support/build.ts'],
    pool: 'forks',
    // One more than the cores of a small machine: many tests wait for a process or a server.
    maxWorkers: 3,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        // Each process loads the engines once, which takes a quarter off the time of the whole.
        test: {
          name: 'shared',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: ['test/slow/**', ...REPLACING],
        },
      },
      { extends: true, test: { name: 'alone', include: REPLACING } },
    ],
  },
});
