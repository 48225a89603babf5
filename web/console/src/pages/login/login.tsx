/* Plain fields: the first thing seen should not wait for a library. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { Tools } from '../../app/shell'
import { useSession } from '../../app/session'
import { Mark, StillWater } from '../../ui'
import './login.css'

export default function Login() {
  const { t } = useTranslation('login')
  const { login, expired } = useSession()
  const [name, setName] = useState(''), [password, setPassword] = useState('')
  const { busy, problem, run } = useDeed()
  const send = () => run(async () => { await login(name.trim(), password) })
  const words = problem && (problem.code === 'offline' || problem.code === 'unreadable' ? t(`common:trouble.${problem.code}`) : problem.message)
  return (
    <div className="lg">
      <div className="lg-t"><Tools /></div>
      <main>
        <form onSubmit={e => { e.preventDefault(); void send() }} aria-labelledby="lg-h">
          <div className="lg-m"><Mark size={34} /></div>
          <h1 id="lg-h">{t('title')}</h1>
          <p className="i3">{t('line')}</p>
          {expired && <p className="note-line warn" role="status">{t('expired')}</p>}
          <label htmlFor="lg-n">{t('login')}</label>
          <input id="lg-n" className="in" autoComplete="username" autoCapitalize="none" autoFocus required maxLength={60} value={name} onChange={e => setName(e.target.value)} aria-invalid={!!problem} />
          <label htmlFor="lg-p">{t('password')}</label>
          <input id="lg-p" className="in" type="password" autoComplete="current-password" required maxLength={128} value={password} onChange={e => setPassword(e.target.value)} aria-invalid={!!problem} aria-describedby={problem ? 'lg-e' : undefined} />
          {problem && <p id="lg-e" className="bad" role="alert">{words}{problem.requestId && problem.status !== 401 && <span className="mono"> · {problem.requestId}</span>}</p>}
          <button type="submit" className="btn primary" disabled={busy || !name.trim() || !password}>{t(busy ? 'busy' : 'go')}</button>
        </form>
        <div className="lg-w"><StillWater /></div>
      </main>
    </div>
  )
}
