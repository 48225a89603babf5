// Cuts Inter (SIL OFL 1.1) to Latin letters, digits and signs: src/theme/ly.woff2. Run by hand when the font is updated.
import { readFileSync, writeFileSync, copyFileSync } from 'node:fs'
import subset from 'subset-font'

const from = new URL('../node_modules/@fontsource-variable/inter/', import.meta.url)
const ascii = String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i))
const signs = '\u00a0\u00a3\u00a5\u00a7\u00b0\u00b1\u00b2\u00b7\u00d7\u00e9\u00fc\u2009\u202f\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u2030\u20ac\u2190\u2191\u2192\u2193\u2197\u2198\u2212\u2264\u2265'
const whole = readFileSync(new URL('files/inter-latin-wght-normal.woff2', from))
const cut = await subset(whole, ascii + signs, { targetFormat: 'woff2', variationAxes: { wght: { min: 400, max: 600 } } })
writeFileSync(new URL('../src/theme/ly.woff2', import.meta.url), cut)
copyFileSync(new URL('LICENSE', from), new URL('../public/inter-OFL.txt', import.meta.url))
console.log(`ly.woff2: ${whole.length} -> ${cut.length} bytes`)
