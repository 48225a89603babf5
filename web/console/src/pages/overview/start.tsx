/* A fresh brand: still water, and what to do for the first drop. */
import { useState } from 'react'
import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { Copy, KeyRound } from 'lucide-react'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useSession } from '../../app/session'
import { IconButton, StillWater } from '../../ui'
import { toast } from '../../ui/toast'

export const snippet = (key: string) => `curl ${location.origin}/v1/track -u ${key}: \\
  -H 'Content-Type: application/json' \\
  -d '{"userId":"u1","event":"lead.captured","properties":{"phone":"13800000000","consent_call":true}}'`

export function Start() {
  const { t } = useTranslation('overview')
  const { may } = useSession()
  const [key, setKey] = useState<string>()
  const { busy, problem, run } = useDeed()
  const text = snippet(key ?? t('fresh.key_here'))
  const make = () => run(async () => { setKey((await ly.admin.post_keys({ name: t('fresh.key_name'), scope: 'ingest' })).key) })
  return (
    <section className="fresh-start" aria-label={t('fresh.title')}>
      <StillWater />
      <ol>
        <li>
          <h2>{t('fresh.one')}</h2><p>{t('fresh.one_text')}</p>
          {may('admin') && !key && <button type="button" className="btn primary" disabled={busy} onClick={() => void make()}><KeyRound size={14} strokeWidth={1.7} aria-hidden />{t('fresh.make')}</button>}
          {key && <p className="note-line water"><span>{t('fresh.once')} <code className="mono">{key}</code></span></p>}
          {problem && <p className="bad t13" role="alert">{problem.message}</p>}
        </li>
        <li>
          <h2>{t('fresh.two')}</h2><p>{t('fresh.two_text')}</p>
          <div className="code"><pre tabIndex={0}><code>{text}</code></pre>
            <IconButton label={t('fresh.copy')} className="tip-l" onClick={() => { void navigator.clipboard?.writeText(text).then(() => toast(t('fresh.copied'))) }}><Copy size={15} strokeWidth={1.6} /></IconButton></div>
        </li>
        <li><h2>{t('fresh.three')}</h2><p>{t('fresh.three_text')} <Link to="/live" className="lnk">{t('now.all')}</Link></p></li>
      </ol>
    </section>
  )
}
