import { defineConfig } from 'vitest/config';

/** Every test, in Node. */
export default defineConfig({
  test: { include: ['{src,test}/**/*.test.ts'], testTimeout: 120_000, slowTestThreshold: 10_000 },
});
