/* How the desk is built: one page, hashed files, nothing inline, nothing from another origin. `MOCK=1 npm run dev` answers
 * the API from mock/; `API=http://127.0.0.1:8321 npm run dev` passes it on to a real server. */
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { uswdsColours } from './uswds-colours';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/* The policy the server sends too: developing under it shows early what would break there. Vite's own client needs
 * inline styles while developing, so only the preview of the built files is strict. */
export const csp =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

function mock(): Plugin {
  return {
    name: 'mock',
    async configureServer(server) {
      const { answer } = await server.ssrLoadModule('/mock/server.ts');
      server.middlewares.use(answer);
    },
    async configurePreviewServer(server) {
      const { build } = await import('esbuild');
      const out = here('node_modules/.mock.mjs');
      await build({ entryPoints: [here('mock/server.ts')], bundle: true, platform: 'node', format: 'esm', outfile: out });
      const { answer } = await import(out);
      server.middlewares.use(answer);
    },
  };
}

export default defineConfig({
  appType: 'spa',
  plugins: process.env.MOCK ? [mock()] : [],
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  resolve: { alias: { '~uswds': here('node_modules/@uswds/uswds/dist') } },
  css: {
    preprocessorOptions: {
      scss: { loadPaths: [here('node_modules/@uswds/uswds/packages')], quietDeps: true, silenceDeprecations: ['import', 'global-builtin'] },
    },
    postcss: { plugins: [uswdsColours()] },
  },
  server: process.env.API ? { proxy: { '/api': process.env.API, '/public': process.env.API } } : {},
  preview: { headers: { 'Content-Security-Policy': csp } },
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { index: here('index.html'), public: here('public.html') } },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
  },
  test: { include: ['test/**/*.test.ts'], setupFiles: ['test/setup.ts'] },
} as Parameters<typeof defineConfig>[0]);
