import { existsSync } from 'node:fs';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';

const known = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env.CHROMIUM ?? known.find(existsSync);
if (executablePath === undefined) {
  throw new Error(`no Chromium at ${known.join(', ')}: install one, or set CHROMIUM to the path of its binary`);
}

/** The core's tests in Chromium: every test beside the code, save those named `*.node.test.ts`. */
export default defineConfig({
  optimizeDeps: { include: ['fast-check'] },
  server: { headers: { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' } },
  test: {
    include: ['src/**/*.test.ts'],
    exclude: ['src/**/*.node.test.ts'],
    testTimeout: 120_000,
    slowTestThreshold: 10_000,
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      instances: [{ browser: 'chromium' }],
      provider: playwright({
        launchOptions: {
          executablePath,
          args: [
            '--no-sandbox',
            '--disable-quic',
            '--no-first-run',
            '--disable-background-networking',
            '--disable-component-update',
            '--disable-sync',
            '--enable-unsafe-webgpu',
          ],
        },
      }),
    },
  },
});
