/* What was agreed to, with which text, where; every word behind it; and "do not contact" in one step. */
import { useState } from 'react'
import { ShieldCheck, ShieldQuestion, ShieldX } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { PersonConsent, PersonConsents } from '../../api/types'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Sec } from '../../ui'
import { Pop } from '../../ui/pop'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'

const ICON = { given: ShieldCheck, refused: ShieldX, unasked: ShieldQuestion } as const

export function Consents({ id }: { id: number }) {
  const { t } = useTranslation('person')
  const { may } = useSession()
  const [all, setAll] = useState(false), [words, setWords] = useState(false)
  const read = useRead(`consents${id}`, signal => ly.profile.get_people_by_id_consents(id, { signal }))
  const said = read.data?.items.filter(c => c.state !== 'unasked') ?? [], rest = read.data?.items.filter(c => c.state === 'unasked') ?? []
  const reach = read.data?.items.some(c => ['call', 'sms', 'wecom', 'push'].includes(c.purpose) && c.state === 'given')
  return (
    <Sec title={t('consent.title')} act={<>
      {(read.data?.history.length ?? 0) > 0 && <button type="button" className="lnk" aria-expanded={words} onClick={() => setWords(!words)}>{t('consent.proof')}</button>}
      {may('people.write') && reach && <Say id={id} consent={{ purpose: 'channels', state: 'given' }} label={t('consent.stop')} done={read.again} link />}</>}>
      <Part read={read} name={t('consent.title')} skeleton={<Lines n={4} />}>
        {d => (words ? <Words d={d} /> : (
          <>
            {said.length === 0 && <p className="t13 i3">{t('consent.none')}</p>}
            <ul className="cs">{[...said, ...(all ? rest : [])].map(c => <One key={c.purpose} id={id} c={c} done={read.again} />)}</ul>
            {rest.length > 0 && <button type="button" className="lnk t12" aria-expanded={all} onClick={() => setAll(!all)}>{t(all ? 'consent.fewer' : 'consent.unasked', { n: rest.length })}</button>}
          </>
        ))}
      </Part>
    </Sec>
  )
}

function One({ id, c, done }: { id: number; c: PersonConsent; done: () => void }) {
  const { t, i18n } = useTranslation('person')
  const f = useFormat()
  const { may } = useSession()
  const Icon = ICON[c.state]
  const name = `${i18n.language === 'zh' ? c.zh : c.en}${c.company ? ` · ${c.company}` : ''}`
  const about = [c.text_version && `${t('consent.text', { version: c.text_version })}${c.text_known ? '' : ` (${t('consent.text_unknown')})`}`, c.place && t('consent.place', { place: c.place }), c.event && `#${c.event}`].filter(Boolean).join(' · ')
  return (
    <li title={about}>
      <Icon size={14} strokeWidth={1.7} className={c.state === 'given' ? 'good' : 'i3'} aria-hidden />
      <span className="sp el">{name}{about && <span className="sr"> {about}</span>}</span>
      <span className="t12 i3 num">{c.state === 'unasked' ? t('consent.never') : t(c.state === 'given' ? 'consent.given' : 'consent.withdrawn', { when: c.at ? f.date(c.at) : '' })}</span>
      {may('people.write') && <Say id={id} consent={c} label={t(c.state === 'given' ? 'consent.take' : 'consent.give')} name={name} done={done} />}
    </li>
  )
}

type SayProps = { id: number; consent: Pick<PersonConsent, 'purpose' | 'state'>; label: string; name?: string; done: () => void; link?: boolean }
function Say({ id, consent, label, name, done, link }: SayProps) {
  const { t } = useTranslation('person')
  const give = consent.state !== 'given', key = consent.purpose.split(':')[0]
  const [open, setOpen] = useState(false), [place, setPlace] = useState('call'), [reason, setReason] = useState(''), [version, setVersion] = useState('')
  const { busy, problem, run } = useDeed()
  const texts = useRead(open && give ? `texts${key}` : null, signal => ly.profile.get_consent_texts({ purpose: key }, { signal }))
  const of = version || texts.data?.items[0]?.version || ''
  const enough = reason.trim().length >= 2 && (!give || !!of)
  const send = (close: () => void) => run(async once => {
    await ly.profile.post_people_by_id_consents(id, { purpose: consent.purpose, given: give, place, reason: reason.trim(), ...(give ? { version: of } : {}) }, { key: once })
    toast(t(give ? 'consent.kept' : 'consent.taken'))
    close(); done()
  })
  const field = `say-${consent.purpose}`
  return (
    <Pop className="to-r" onOpen={() => { setOpen(true); setReason('') }} button={(on, toggle) => <button type="button" className={link ? 'lnk' : 'lnk t12'} aria-expanded={on} aria-label={name ? `${label}: ${name}` : undefined} onClick={toggle}>{label}</button>}>
      {close => (
        <form className="ask" onSubmit={e => { e.preventDefault(); if (enough) void send(close) }}>
          {give && (texts.data && texts.data.items.length === 0 ? <p className="warn t12">{t('consent.no_text')}</p> : (
            <><label htmlFor={`${field}-v`}>{t('consent.which_text')}</label>
              <select className="in" id={`${field}-v`} value={of} onChange={e => setVersion(e.target.value)}>{texts.data?.items.map(x => <option key={x.version} value={x.version}>{x.version} · {x.zh.slice(0, 24)}</option>)}</select></>
          ))}
          <label htmlFor={`${field}-p`}>{t('consent.where')}</label>
          <select className="in" id={`${field}-p`} value={place} onChange={e => setPlace(e.target.value)}>{(['call', 'store', 'wecom', 'form'] as const).map(p => <option key={p} value={p}>{t(`consent.at.${p}`)}</option>)}</select>
          <label htmlFor={field}>{t('why')}</label>
          <input className="in" id={field} maxLength={200} value={reason} onChange={e => setReason(e.target.value)} placeholder={t('consent.why_hint')} />
          {problem && <p className="bad t12" role="alert">{problem.message}</p>}
          <div className="row"><small className="i3 sp">{t('audited')}</small><button className="btn sm primary" type="submit" disabled={busy || !enough}>{label}</button></div>
        </form>
      )}
    </Pop>
  )
}

function Words({ d }: { d: PersonConsents }) {
  const { t, i18n } = useTranslation('person')
  const f = useFormat()
  const name = (p: string) => { const k = d.items.find(c => c.purpose === p); return k ? `${i18n.language === 'zh' ? k.zh : k.en}${k.company ? ` · ${k.company}` : ''}` : p }
  return (
    <ul className="cs wd">
      {d.history.map(w => <li key={`${w.purpose}${w.event}`}><span className="sp el">{t(w.given ? 'consent.said_yes' : 'consent.said_no', { purpose: name(w.purpose) })}<small className="i3">{[w.text_version, w.place, `#${w.event}`].filter(Boolean).join(' · ')}</small></span><span className="t12 i3 num" title={f.exact(w.at)}>{f.date(w.at)}</span></li>)}
    </ul>
  )
}
