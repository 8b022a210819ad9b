import { defineConfig } from 'vitest/config';

/** Every test, in Node, save those that need a browser. */
export default defineConfig({
  test: {
    include: ['{src,test}/**/*.test.ts'],
    exclude: ['src/**/*.browser.test.ts', 'test/pages/*.test.ts'],
    testTimeout: 120_000,
    slowTestThreshold: 10_000,
  },
});
