import { existsSync } from 'node:fs';

const known = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** How tests start Chromium. Throws where there is none. */
export function chromiumOptions(): { readonly executablePath: string; readonly args: string[] } {
  const executablePath = process.env.CHROMIUM ?? known.find(existsSync);
  if (executablePath === undefined)
    throw new Error(`no Chromium at ${known.join(', ')}: install one, or set CHROMIUM to the path of its binary`);
  return {
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
  };
}
