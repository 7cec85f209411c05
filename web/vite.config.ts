/**
 * One build for both faces (console and portal). The API process imports the
 * adapter's `build/handler.js`; in development vite serves the pages and hands
 * everything the API owns to API_URL.
 */
import adapter from '@sveltejs/adapter-node';
import { paraglideVitePlugin } from '@inlang/paraglide-js';
import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';

const apiUrl = process.env['API_URL'] ?? 'http://localhost:4000';
const ownedByApi = ['/graphql', '/sandbox-gateway', '/mailbox', '/auth', '/assets', '/invoices'];

export default defineConfig(({ command }) => ({
  plugins: [
    tailwindcss(),
    // Only while developing: in a build the plugin holds the process open for
    // half a minute, so `pnpm messages` compiles the catalogues beforehand.
    command === 'serve' && !process.env['VITEST']
      ? paraglideVitePlugin({
          project: './project.inlang',
          outdir: './src/lib/paraglide',
          strategy: ['custom-request', 'baseLocale'],
        })
      : [],
    sveltekit({
      adapter: adapter({ out: 'build', precompress: true }),
      csp: {
        mode: 'nonce',
        directives: {
          'default-src': ['self'],
          'script-src': ['self'],
          // The hash is that of an empty element, which bits-ui's code field fills by script.
          'style-src-elem': ['self', 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='],
          // Positions of popovers and a merchant's accent are style attributes.
          'style-src-attr': ['unsafe-inline'],
          'img-src': ['self', 'data:', 'blob:'],
          'font-src': ['self'],
          'connect-src': ['self'],
          'frame-src': ['self'],
          'object-src': ['none'],
          'base-uri': ['none'],
          'form-action': ['self'],
          'frame-ancestors': ['none'],
        },
      },
    }),
  ],
  build: {
    // Browsers that know light-dark(): rewritten for older ones it is resolved once at the root,
    // and a part of the page (the preview of the portal) could not have a scheme of its own.
    cssTarget: ['chrome123', 'edge123', 'firefox120', 'safari17.5'],
  },
  server: {
    proxy: Object.fromEntries(
      ownedByApi.map((path) => [path, { target: apiUrl, ws: path === '/graphql' }]),
    ),
  },
}));
