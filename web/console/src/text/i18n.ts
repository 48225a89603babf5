/* Texts: one JSON per module and language under zh/ and en/, loaded when a page needs it. Messages are ICU. */
import i18next, { type BackendModule } from 'i18next'
import ICU from 'i18next-icu'
import { initReactI18next } from 'react-i18next'
import type { Lang } from '../theme/css'

const files = import.meta.glob<Record<string, unknown>>('./{zh,en}/*.json', { import: 'default' })
const backend: BackendModule = {
  type: 'backend',
  init() {},
  read(lang, ns, done) {
    const load = files[`./${lang}/${ns}.json`]
    if (!load) return done(new Error(`no texts: ${lang}/${ns}`), null)
    load().then(m => done(null, m as never), e => done(e as Error, null))
  },
}

export function startTexts(lang: Lang, first: string[]) {
  return i18next.use(backend).use(ICU).use(initReactI18next).init({
    lng: lang, fallbackLng: false, supportedLngs: ['zh', 'en'], ns: ['common', ...first], defaultNS: 'common',
    partialBundledLanguages: true, interpolation: { escapeValue: false }, react: { useSuspense: true }, returnNull: false,
    showSupportNotice: false,
  } as never)
}
