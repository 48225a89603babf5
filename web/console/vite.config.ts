import { defineConfig } from 'vite'
import react from '@vitejs/plugin-react'

// `npm run dev` against a running server: LIANYI_API=http://127.0.0.1:7921
const server = process.env.LIANYI_API ?? 'http://127.0.0.1:7921'
const proxy = { '/api': server, '/v1': server }

export default defineConfig({
  plugins: [react()],
  base: '/console/',
  build: {
    target: 'es2022',
    outDir: '../dist/console',
    emptyOutDir: true,
    assetsInlineLimit: 0,               // files under assets/ carry their hash and never change; index.html is never stored
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'react', test: /node_modules[\\/](react|react-dom|scheduler)[\\/]/, priority: 30 },
            { name: 'router', test: /node_modules[\\/]react-router/, priority: 28 },
            { name: 'text', test: /node_modules[\\/](i18next|react-i18next|i18next-icu|intl-messageformat|@formatjs|html-parse-stringify|use-sync-external-store)/, priority: 27 },
            { name: 'ui', test: /(node_modules[\\/]lucide-react|src[\\/]((api|text)[\\/]\w+|ui[\\/](index|rings|states|toast|list|pop|masked))\.tsx?$)/, priority: 25, minShareCount: 3 },
            { name: 'antd', test: /node_modules[\\/](antd|@ant-design|@rc-component)[\\/]/, priority: 15, minShareCount: 3 },
          ],
        },
      },
    },
  },
  server: { port: 4178, proxy },
  preview: { port: 4179, proxy },
})
