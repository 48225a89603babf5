/* The owner roll as of any day, and the claims that wait for somebody to look at them. */
import { useState } from 'react'
import { Link } from 'react-router'
import { BadgeCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { usePages, useRead } from '../../api/read'
import { useNames } from '../../api/names'
import type { ClaimView, RollRow, RollView } from '../../api/types'
import { useSession } from '../../app/session'
import { rich } from '../../text/rich'
import { useFormat } from '../../text/format'
import { Empty, Sec, usePersonName } from '../../ui'
import { Tail } from '../../ui/list'
import { Pop } from '../../ui/pop'
import { Lines, Part, Rows } from '../../ui/states'
import { toast } from '../../ui/toast'

const today = () => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(Date.now())

export function Owners() {
  const { t } = useTranslation('segments')
  const [at, setAt] = useState(today())
  const past = at < today()
  // The end of that day in the brand's zone; today means now.
  const query = past ? { at: new Date(Date.parse(`${at}T00:00:00+08:00`) + 86_399_999).toISOString() } : {}
  const pages = usePages<RollRow, RollView>(`roll${at}`, (cursor, signal) => ly.profile.get_owner_roll({ ...query, limit: 50, cursor }, { signal }))
  const online = useRead('online', signal => ly.profile.get_owner_online({ signal }))
  const d = pages.data as RollView | undefined
  return (
    <>
      <Part read={pages} skeleton={<Lines n={3} height={26} />}>{() => d && <Says d={d} past={past} />}</Part>
      {online.data && online.data.vehicles > 0 && !past && <Online bound={online.data.bound} online={online.data.online} vehicles={online.data.vehicles} />}
      <Claims />
      <Sec title={t('roll.title')} note={t('roll.note')} act={<label className="row">{t('roll.at')}<input type="date" className="in" value={at} max={today()} onChange={e => e.target.value && setAt(e.target.value)} /></label>}>
        <Part read={pages} skeleton={<Rows n={6} />}>{p => (p.items.length ? <><Roll rows={p.items} /><Tail pages={pages} n={p.items.length} /></> : <Empty title={t('roll.none')} />)}</Part>
      </Sec>
    </>
  )
}

function Says({ d, past }: { d: RollView; past: boolean }) {
  const { t } = useTranslation('segments')
  const f = useFormat()
  const text = t(past ? 'roll.says_then' : 'roll.says', { when: f.day(d.at), votes: f.full(d.votes), owners: f.full(d.owners), verified: f.full(d.verified), delegated: d.delegated, fleets: d.fleets, cars: f.full(d.fleet_vehicles), blind: d.without_vin })
  return <p className="say">{rich(text, { b: s => <b className="m num">{s}</b> })}</p>
}
function Online({ bound, online, vehicles }: { bound: number; online: number; vehicles: number }) {
  const { t } = useTranslation('segments')
  const f = useFormat()
  const rate = (n: number) => f.share(n, vehicles)
  return <p className="t13 i2 sg-r">{rich(t('roll.online', { online: rate(online), bound: rate(bound) }), { b: s => <b className="m num">{s}</b> })}</p>
}

function Roll({ rows }: { rows: RollRow[] }) {
  const { t } = useTranslation('segments')
  const nameOf = usePersonName()
  const names = useNames([...new Set(rows.flatMap(r => [r.owner, r.voter]))])
  const who = (id: number) => <Link to={`/people/${id}`} className="lnk">{nameOf({ id, ...(names.get(id) ?? {}) })}</Link>
  return (
    <table className="tb" aria-label={t('roll.title')}>
      <thead><tr><th scope="col">{t('roll.owner')}</th><th scope="col">{t('roll.voter')}</th><th scope="col">{t('roll.vehicle')}</th></tr></thead>
      <tbody>{rows.map(r => (
        <tr key={r.vehicle}><td><span className="row">{who(r.owner)}{r.verified && <span title={t('roll.verified')}><BadgeCheck size={14} strokeWidth={1.8} className="waterT" aria-hidden /><span className="sr">{t('roll.verified')}</span></span>}</span></td>
          <td>{r.voter === r.owner ? <span className="i3">{t('roll.self')}</span> : who(r.voter)}</td><td className="mono i3">{r.vehicle.slice(0, 8)}</td></tr>
      ))}</tbody>
    </table>
  )
}

function Claims() {
  const { t } = useTranslation('segments')
  const read = useRead('claims', signal => ly.profile.get_claims({ limit: 50 }, { signal }), 60_000)
  if (read.data && read.data.items.length === 0) return null
  return (
    <Sec title={t('claim.title')} note={t('claim.note')}>
      <Part read={read} skeleton={<Rows n={2} />}>
        {d => <ul className="rowed sg-cl">{d.items.map(c => <Claim key={c.id} c={c} done={() => read.again()} />)}</ul>}
      </Part>
    </Sec>
  )
}

function Claim({ c, done }: { c: ClaimView; done: () => void }) {
  const { t } = useTranslation('segments')
  const f = useFormat(), nameOf = usePersonName()
  const { may } = useSession()
  const taken = c.owner != null && c.owner !== c.person
  return (
    <li>
      <div className="sp"><Link to={`/people/${c.person}`} className="m">{nameOf({ id: c.person, name: c.name })}</Link> <span className="num i2">{c.vin ?? c.vehicle.slice(0, 8)}</span>
        <p className="t12 i3">{t(`claim.evidence.${c.evidence}`)}{c.reference && ` ${c.reference}`} · {f.when(c.at)}{taken && <span className="warn"> · {t('claim.taken', { id: c.owner })}</span>}</p></div>
      {may('people.write') && <><Decide c={c} how="approve" done={done} /><Decide c={c} how="refuse" done={done} /></>}
    </li>
  )
}

function Decide({ c, how, done }: { c: ClaimView; how: 'approve' | 'refuse'; done: () => void }) {
  const { t } = useTranslation('segments')
  const [reason, setReason] = useState('')
  const { busy, problem, run } = useDeed()
  const send = () => run(async key => {
    await ly.profile.post_claims_by_id_decide(c.id, { decision: how, reason: reason.trim() }, { key })
    toast(t(`claim.${how}d`))
    done()
  })
  const id = `why-${how}-${c.id}`, enough = reason.trim().length >= 2
  return (
    <Pop className="to-l" button={(open, toggle) => <button type="button" className="btn sm" aria-expanded={open} onClick={toggle}>{t(`claim.${how}`)}</button>}>
      {() => (
        <form className="ask" onSubmit={e => { e.preventDefault(); if (enough) void send() }}>
          <label htmlFor={id}>{t('claim.why')}</label>
          <input className="in" id={id} autoFocus maxLength={200} value={reason} onChange={e => setReason(e.target.value)} placeholder={t(`claim.why_${how}`)} />
          {problem && <p className="bad t12" role="alert">{problem.message}</p>}
          <div className="row"><small className="i3 sp">{how === 'approve' && c.owner !== c.person ? t('claim.moves') : ''}</small><button className="btn sm primary" type="submit" disabled={busy || !enough}>{t(`claim.${how}`)}</button></div>
        </form>
      )}
    </Pop>
  )
}
