/* How the desk is built: hashed files, nothing inline, nothing from another origin. `API=http://127.0.0.1:8321 npm run dev`
 * passes the API on to a server. */
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { uswdsColours } from './uswds-colours';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  appType: 'spa',
  esbuild: { jsx: 'automatic', jsxImportSource: 'preact' },
  resolve: { alias: { '~uswds': here('node_modules/@uswds/uswds/dist') } },
  css: {
    preprocessorOptions: {
      scss: { loadPaths: [here('node_modules/@uswds/uswds/packages')], quietDeps: true, silenceDeprecations: ['import', 'global-builtin'] },
    },
    postcss: { plugins: [uswdsColours()] },
  },
  server: process.env.API ? { proxy: { '/api': process.env.API } } : {},
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: { input: { index: here('index.html'), public: here('public.html') } },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1200,
  },
  test: { include: ['test/**/*.test.{ts,tsx}'], setupFiles: ['test/setup.ts'] },
});
