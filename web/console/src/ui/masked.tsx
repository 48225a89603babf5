/* Sealed data: shown in part. In full it asks for a reason, is audited, and hides itself after 30 seconds. */
import { useEffect, useState } from 'react'
import { Eye } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../api/deed'
import { ly } from '../api/http'
import type { ContactView } from '../api/types'
import { useSession } from '../app/session'
import { Pop } from './pop'

const SECONDS = 30

type Kind = ContactView['kind']
type Props = { person: number; kind: Kind; masked: string; nth?: number }
export function Masked({ person, kind, masked, nth = 0 }: Props) {
  const { t } = useTranslation('common')
  const { me, may } = useSession()
  const [shown, setShown] = useState<string>()
  const [left, setLeft] = useState(0)
  useEffect(() => {
    if (!shown) return
    const timer = setInterval(() => setLeft(n => n - 1), 1000)
    return () => clearInterval(timer)
  }, [shown])
  useEffect(() => { if (shown && left <= 0) setShown(undefined) }, [shown, left])

  const dots = /^(.*?)([•*]+)(.*)$/.exec(masked)
  if (shown) {
    return (
      <span className="mask open">
        <span className="num">{shown}</span>
        <small aria-live="polite">{t('mask.left', { n: left })} · {t('mask.by', { name: me?.name ?? '' })}</small>
      </span>
    )
  }
  return (
    <span className="mask">
      <span className="num">{dots ? <>{dots[1]}<i>{dots[2]}</i>{dots[3]}</> : masked}</span>
      {may('people.write') && (
        <Pop button={(open, toggle) => <button type="button" aria-expanded={open} aria-label={`${t('mask.show')}: ${t(`personal.${kind}`)}`} onClick={toggle}><Eye size={14} strokeWidth={1.6} aria-hidden /></button>}>
          {close => <Ask person={person} kind={kind} done={values => { close(); setShown(values[nth] ?? values[0]); setLeft(SECONDS) }} />}
        </Pop>
      )}
    </span>
  )
}

function Ask({ person, kind, done }: { person: number; kind: Kind; done: (values: string[]) => void }) {
  const { t } = useTranslation('common')
  const [reason, setReason] = useState('')
  const { busy, problem, run } = useDeed()
  const send = () => run(async () => { done((await ly.people.post_people_by_id_reveal(person, { kind, reason: reason.trim() })).values) })
  const enough = reason.trim().length >= 4
  return (
    <form className="ask" onSubmit={e => { e.preventDefault(); if (enough) void send() }}>
      <label htmlFor="why-reveal">{t('mask.reason')}</label>
      <input className="in" id="why-reveal" autoFocus value={reason} maxLength={200} onChange={e => setReason(e.target.value)} placeholder={t('mask.reason_hint')} aria-invalid={!!problem} />
      {problem && <p className="bad t12" role="alert">{problem.message}</p>}
      <div className="row"><small className="i3 sp">{t('mask.audited')}</small><button className="btn sm primary" type="submit" disabled={busy || !enough}>{t('mask.reveal')}</button></div>
    </form>
  )
}
