import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { chromiumOptions } from './test/chromium.ts';

const limits = { testTimeout: 120_000, slowTestThreshold: 10_000 };

/** What runs in Chromium. */
export default defineConfig({
  test: {
    projects: [
      {
        // The core: every test beside the code, save those named `*.node.test.ts`.
        optimizeDeps: { include: ['fast-check'] },
        server: {
          headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' },
        },
        test: {
          ...limits,
          name: 'core',
          include: ['src/**/*.test.ts'],
          exclude: ['src/**/*.node.test.ts'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            instances: [{ browser: 'chromium' }],
            provider: playwright({ launchOptions: chromiumOptions() }),
          },
        },
      },
      {
        // Whole pages on the built library, each test driving a Chromium of its own from Node.
        test: { ...limits, name: 'pages', include: ['test/pages/*.test.ts'] },
      },
    ],
  },
});
