/* Cars and their periods, who is proved to own them, who lives together. */
import { useState } from 'react'
import { Link } from 'react-router'
import { BadgeCheck, Car } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import type { Read } from '../../api/read'
import type { OwnVehicle, PersonVehicles } from '../../api/types'
import { useSession } from '../../app/session'
import { useFormat } from '../../text/format'
import { Sec, usePersonName } from '../../ui'
import { Pop } from '../../ui/pop'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'

export function Vehicles({ id, read }: { id: number; read: Read<PersonVehicles> }) {
  const { t } = useTranslation('person')
  const { may } = useSession()
  const waiting = read.data?.claims.filter(c => c.state === 'waiting') ?? []
  return (
    <>
      <Sec title={t('cars_title')} act={may('people.write') && <Claim id={id} done={read.again} />}>
        <Part read={read} name={t('cars_title')} skeleton={<Lines n={2} />}>
          {d => (d.vehicles.length === 0 && waiting.length === 0 ? <p className="t13 i3">{t('vehicle.none')}</p> : (
            <ul className="car">
              {d.vehicles.map(v => <One key={`${v.vehicle}${v.from ?? ''}`} v={v} />)}
              {waiting.map(c => <li key={c.id}><Car size={14} strokeWidth={1.6} className="i3" aria-hidden /><span className="sp"><span className="num">{c.vin ?? c.vehicle.slice(0, 8)}</span><small><Link to="/segments/owners" className="warn">{t('vehicle.waiting')}</Link></small></span></li>)}
            </ul>
          ))}
        </Part>
      </Sec>
      {read.data && read.data.household.length > 0 && <Household d={read.data} me={id} />}
    </>
  )
}

function One({ v }: { v: OwnVehicle }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  const when = v.from && (v.until ? t('vehicle.period', { from: f.date(v.from), until: f.date(v.until) }) : t('vehicle.since', { when: f.date(v.from) }))
  const roles = [v.owner && !v.until && t('vehicle.role.owner'), ...v.roles.map(r => t(`vehicle.role.${r}`))].filter(Boolean)
  return (
    <li className={v.until ? 'past' : ''}>
      <Car size={14} strokeWidth={1.6} className={v.until ? 'i3' : 'waterT'} aria-hidden />
      <span className="sp"><span className="row"><span className="num">{v.vin ?? t('vehicle.no_vin')}</span>{v.verified && <span title={t('vehicle.verified')}><BadgeCheck size={14} strokeWidth={1.8} className="waterT" aria-hidden /><span className="sr">{t('vehicle.verified')}</span></span>}</span>
        <small>{[...roles, when, v.organisation, v.delegated && t('vehicle.delegated')].filter(Boolean).join(' · ')}</small></span>
    </li>
  )
}

function Household({ d, me }: { d: PersonVehicles; me: number }) {
  const { t } = useTranslation('person')
  const nameOf = usePersonName()
  return (
    <Sec title={t('household.title')}>
      <ul className="car">{d.household.map(p => <li key={p.person}><span className="sp">{p.person === me ? <b className="m">{nameOf({ id: p.person, name: p.name })}</b> : <Link to={`/people/${p.person}`} className="lnk">{nameOf({ id: p.person, name: p.name })}</Link>}</span><span className="t12 i3">{t(`household.${p.kind}`)}</span></li>)}</ul>
    </Sec>
  )
}

function Claim({ id, done }: { id: number; done: () => void }) {
  const { t } = useTranslation('person')
  const [vin, setVin] = useState(''), [evidence, setEvidence] = useState<'order' | 'registration' | 'id' | 'staff'>('registration'), [ref, setRef] = useState('')
  const { busy, problem, run, forget } = useDeed()
  const send = (close: () => void) => run(async key => {
    const a = await ly.profile.post_people_by_id_claims(id, { vin: vin.trim().toUpperCase(), evidence, ...(ref.trim() ? { reference: ref.trim() } : {}) }, { key })
    toast(t(a.state === 'approved' ? 'vehicle.claim_ok' : 'vehicle.claim_waits'))
    close(); done()
  })
  return (
    <Pop className="to-r" onOpen={() => { setVin(''); forget() }} button={(on, toggle) => <button type="button" className="lnk" aria-expanded={on} onClick={toggle}>{t('vehicle.claim')}</button>}>
      {close => (
        <form className="ask" onSubmit={e => { e.preventDefault(); if (vin.trim().length === 17) void send(close) }}>
          <label htmlFor="cl-vin">{t('common:personal.vin')}</label>
          <input className="in mono" id="cl-vin" autoFocus maxLength={17} autoComplete="off" value={vin} onChange={e => setVin(e.target.value)} aria-invalid={problem?.field === 'vin'} />
          <label htmlFor="cl-ev">{t('vehicle.evidence')}</label>
          <select className="in" id="cl-ev" value={evidence} onChange={e => setEvidence(e.target.value as typeof evidence)}>{(['registration', 'order', 'id', 'staff'] as const).map(k => <option key={k} value={k}>{t(`vehicle.ev.${k}`)}</option>)}</select>
          <label htmlFor="cl-ref">{t('vehicle.reference')}</label>
          <input className="in" id="cl-ref" maxLength={60} autoComplete="off" value={ref} onChange={e => setRef(e.target.value)} />
          {problem && <p className="bad t12" role="alert">{problem.message}</p>}
          <div className="row"><small className="i3 sp">{t('audited')}</small><button className="btn sm primary" type="submit" disabled={busy || vin.trim().length !== 17}>{t('vehicle.claim_do')}</button></div>
        </form>
      )}
    </Pop>
  )
}
