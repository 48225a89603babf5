import './theme/base.css'
import { StrictMode, Suspense, useEffect, useMemo, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter, Navigate, Route, Routes } from 'react-router'
import i18next from 'i18next'
import { I18nextProvider } from 'react-i18next'
import { cssVars, type Lang, type Mode } from './theme/css'
import { startTexts } from './text/i18n'
import { PrefsContext } from './app/prefs'
import { SessionProvider, useSession } from './app/session'
import { Login, pageAt, screens, warmUp } from './app/routes'
import { Trouble } from './ui/states'
import Shell from './app/shell'

const BASE = '/console'
const root = document.documentElement
const path = location.pathname.slice(BASE.length) || '/overview'
warmUp(path)

const style = document.createElement('style')
style.textContent = cssVars()
document.head.prepend(style)
const keep = (k: string, v: string) => { try { localStorage.setItem(`ly.${k}`, v) } catch { /* private mode */ } }

function App() {
  const [mode, setMode] = useState<Mode>(root.dataset.theme === 'dark' ? 'dark' : 'light')
  const [lang, setLang] = useState<Lang>(root.lang === 'en' ? 'en' : 'zh')
  useEffect(() => {
    root.dataset.theme = mode
    keep('theme', mode)
  }, [mode])
  const prefs = useMemo(() => ({
    mode, lang, setMode,
    setLang(l: Lang) {
      root.lang = l === 'en' ? 'en' : 'zh-CN'
      keep('lang', l)
      void i18next.changeLanguage(l).then(() => setLang(l))
    },
  }), [mode, lang])
  return (
    <PrefsContext value={prefs}>
      <I18nextProvider i18n={i18next}>
        <BrowserRouter basename={BASE}>
          <SessionProvider><Suspense fallback={null}><Gate /></Suspense></SessionProvider>
        </BrowserRouter>
      </I18nextProvider>
    </PrefsContext>
  )
}

/** Nobody logged in: the login page, at the address that was wanted, so that one comes back to it. */
function Gate() {
  const { me, trouble, again } = useSession()
  if (trouble) return <main className="alone"><Trouble problem={trouble} again={again} /></main>
  if (me === undefined) return null
  if (me === null) return <Login />
  return (
    <Routes>
      <Route element={<Shell />}>
        {screens.map(s => <Route key={s.path} path={s.path} element={<s.Screen />} />)}
        <Route path="*" element={<Navigate to="/overview" replace />} />
      </Route>
    </Routes>
  )
}

void startTexts(root.lang === 'en' ? 'en' : 'zh', [pageAt(path).texts]).then(() => {
  createRoot(document.getElementById('root') as HTMLElement).render(<StrictMode><App /></StrictMode>)
})
