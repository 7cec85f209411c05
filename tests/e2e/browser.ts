/**
 * Finds a browser for the stories: the one named by CHROMIUM_PATH, an installed Chromium or Chrome,
 * or the Chromium that came inside an npm package, which needs nothing from the system.
 */
import { spawnSync } from 'node:child_process';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

/** What Playwright's `chromium.launch` needs. */
export interface Browser {
  executablePath: string;
  args: string[];
  env: Record<string, string>;
}

const installedNames = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Small shared memory is common in containers, and text must look the same everywhere. */
const args = ['--disable-dev-shm-usage', '--font-render-hinting=none'];

export async function findBrowser(): Promise<Browser> {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (!isExecutable(named)) throw new Error(`CHROMIUM_PATH is not a program: ${named}`);
    return { executablePath: named, args, env: environment() };
  }
  const installed = installedNames.map(findOnPath).find((path) => path !== undefined);
  if (installed) return { executablePath: installed, args, env: environment() };
  return unpackedBrowser();
}

function findOnPath(name: string): string | undefined {
  if (name.startsWith('/')) return isExecutable(name) ? name : undefined;
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function environment(more: Record<string, string> = {}): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([, value]) => value !== undefined);
  return { ...(Object.fromEntries(inherited) as Record<string, string>), ...more };
}

/** The packaged Chromium, unpacked once per version into node_modules/.cache. */
async function unpackedBrowser(): Promise<Browser> {
  if (process.platform !== 'linux') {
    throw new Error('No browser found. Install Chrome, or set CHROMIUM_PATH to one.');
  }
  const folder = await unpack();
  const executablePath = join(folder, 'chromium');
  const env: Record<string, string> = {};
  // Libraries and fonts that a bare system lacks come along; a complete system uses its own.
  if (lacksLibraries(executablePath)) env.LD_LIBRARY_PATH = join(folder, 'al2023', 'lib');
  if (!existsSync('/etc/fonts/fonts.conf')) env.FONTCONFIG_FILE = join(folder, 'fonts.conf');
  return { executablePath, args, env: environment(env) };
}

async function unpack(): Promise<string> {
  const packageDir = dirname(
    dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')),
  );
  const { version } = createRequire(import.meta.url)(join(packageDir, 'package.json')) as {
    version: string;
  };
  const cache = join(import.meta.dirname, '../../node_modules/.cache/4geeks');
  const folder = join(cache, `chromium-${version}`);
  if (existsSync(folder)) return folder;

  mkdirSync(cache, { recursive: true });
  // The package unpacks into the system's temporary folder and takes half a file for a whole one,
  // so it gets a folder of its own that is renamed when complete.
  const draft = mkdtempSync(join(cache, 'chromium-'));
  const { TMPDIR } = process.env;
  process.env.TMPDIR = draft;
  try {
    const { inflate } = await import('@sparticuz/chromium');
    const archives = ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br'];
    await Promise.all(archives.map((name) => inflate(join(packageDir, 'bin', name))));
    if (!existsSync(folder)) renameSync(draft, folder);
    writeFileSync(
      join(folder, 'fonts.conf'),
      `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>` +
        `<dir>${join(folder, 'fonts')}</dir><cachedir>${join(folder, 'fonts-cache')}</cachedir>` +
        `</fontconfig>\n`,
    );
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

function lacksLibraries(program: string): boolean {
  const { stdout, error } = spawnSync('ldd', [program], { encoding: 'utf8' });
  return error !== undefined || /not found/.test(stdout);
}
