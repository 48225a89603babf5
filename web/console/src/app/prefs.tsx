import { createContext, useContext } from 'react'
import type { Lang, Mode } from '../theme/css'

export type Prefs = { mode: Mode; lang: Lang; setMode: (m: Mode) => void; setLang: (l: Lang) => void }
export const PrefsContext = createContext<Prefs | null>(null)
export function usePrefs(): Prefs {
  const p = useContext(PrefsContext)
  if (!p) throw new Error('usePrefs outside of its provider')
  return p
}
