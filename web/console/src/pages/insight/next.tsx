/* What to do next: at each stage, how many came further with a deed of the brand's and without, and who waits for it. */
import { useState } from 'react'
import { Link } from 'react-router'
import { useTranslation } from 'react-i18next'
import { X } from 'lucide-react'
import { ly } from '../../api/http'
import { usePages, useRead } from '../../api/read'
import type { NextActionRow, NextStage, PersonRow } from '../../api/client'
import { useFormat } from '../../text/format'
import { Empty, Sec, Stage, useNarrow, usePersonName } from '../../ui'
import { Tail } from '../../ui/list'
import { Part, Rows } from '../../ui/states'

type Who = { stage: NextStage['stage']; action: NextActionRow['action'] }
/** Counted up to this. */
const MANY = 10000

export function Next() {
  const { t } = useTranslation('insight')
  const read = useRead('next', signal => ly.people.get_funnel_next({}, { signal }))
  const [who, setWho] = useState<Who>()
  return (
    <Sec className="nx-s" title={t('next.title')} note={t('next.note')}>
      <Part read={read} name={t('next.title')} skeleton={<Rows n={4} />}>{d => {
        const stages = d.stages.filter(s => s.stays > 0 || s.now > 0)
        return stages.length === 0 ? <Empty title={t('next.none')} /> : <Stages stages={stages} who={who} choose={setWho} />
      }}</Part>
      {who && <Waiting who={who} close={() => setWho(undefined)} />}
    </Sec>
  )
}

function useWords() {
  const { t } = useTranslation('insight')
  const f = useFormat()
  const points = (x: number) => `${x > 0 ? '+' : x < 0 ? '−' : ''}${f.full(Math.abs(Math.round(x * 100)))}`
  return {
    share: f.share,
    of: (on: number, n: number) => t('next.of', { on: f.full(on), all: f.full(n) }),
    points, between: (a: NextActionRow) => t('next.between', { low: points(a.low!), high: points(a.high!) }),
    waiting: (n: number) => (n >= MANY ? t('next.many', { n: f.full(MANY) }) : f.full(n)),
  }
}

function Stages({ stages, who, choose }: { stages: NextStage[]; who?: Who; choose: (w?: Who) => void }) {
  const { t } = useTranslation('insight')
  const f = useFormat(), narrow = useNarrow(), w = useWords()
  const on = (s: NextStage, a: NextActionRow) => who?.stage === s.stage && who.action === a.action
  const people = (s: NextStage, a: NextActionRow) => (a.waiting === 0 ? <span className="i3">0</span>
    : <button type="button" className="lnk num" aria-pressed={on(s, a)} onClick={() => choose(on(s, a) ? undefined : { stage: s.stage, action: a.action })}>{w.waiting(a.waiting)}</button>)
  const best = (s: NextStage, a: NextActionRow) => s.best === a.action && <span className="chip water">{t('next.best')}</span>
  if (narrow) return (
    <ul className="rowed" aria-label={t('next.title')}>{stages.map(s => (
      <li key={s.stage}><div className="sp"><p className="row"><Stage stage={s.stage} /><span className="i3 t12 num">{t('next.now', { n: f.full(s.now) })}</span></p>
        <ul className="nx-l">{s.actions.map(a => (
          <li key={a.action}><p className="row wrap"><b className="m">{t(`next.a.${a.action}`)}</b>{best(s, a)}<span className="sp" />{people(s, a)}</p>
            <p className="t12 i3 num">{t('next.with')} {w.share(a.done_on, a.done)} · {t('next.without')} {w.share(a.without_on, a.without)}{a.more != null && <> · {t('next.more')} {w.points(a.more)}</>}</p></li>
        ))}</ul></div></li>
    ))}</ul>
  )
  return (
    <table className="tb nx-t" aria-label={t('next.title')}>
      <thead><tr><th scope="col">{t('next.stage')}</th><th scope="col">{t('next.action')}</th><th scope="col" className="r">{t('next.with')}</th><th scope="col" className="r">{t('next.without')}</th><th scope="col" className="r">{t('next.more')}</th><th scope="col" className="r">{t('next.waiting')}</th></tr></thead>
      {stages.map(s => (
        <tbody key={s.stage}>{s.actions.map((a, i) => (
          <tr key={a.action}>
            {i === 0 && <th scope="rowgroup" rowSpan={s.actions.length}><Stage stage={s.stage} /><small className="num">{t('next.now', { n: f.full(s.now) })}</small></th>}
            <td><span className="row">{t(`next.a.${a.action}`)}{best(s, a)}</span></td>
            <td className="r num" title={w.of(a.done_on, a.done)}>{w.share(a.done_on, a.done)}</td>
            <td className="r num i2" title={w.of(a.without_on, a.without)}>{w.share(a.without_on, a.without)}</td>
            <td className="r num" title={a.more != null ? w.between(a) : undefined}>{a.more != null ? w.points(a.more) : <span className="i3 t12">{t('next.few')}</span>}</td>
            <td className="r">{people(s, a)}</td>
          </tr>
        ))}</tbody>
      ))}
    </table>
  )
}

function Waiting({ who, close }: { who: Who; close: () => void }) {
  const { t } = useTranslation('insight')
  const f = useFormat(), nameOf = usePersonName()
  const pages = usePages<PersonRow>(`next ${who.stage} ${who.action}`, (cursor, signal) => ly.people.get_funnel_next_people({ ...who, cursor }, { signal }))
  const title = t('next.who', { stage: t(`common:stage.${who.stage}`), action: t(`next.did.${who.action}`) })
  return (
    <div className="nx-w"><p className="row"><b className="m sp">{title}</b><button type="button" className="btn sm" onClick={close}><X size={13} strokeWidth={1.8} aria-hidden />{t('next.close')}</button></p>
      <Part read={pages} name={title} skeleton={<Rows n={3} />}>{p => (
        <><ul className="rowed" aria-label={title}>{p.items.map(x => <li key={x.id}><Link to={`/people/${x.id}`} className="lnk">{nameOf(x)}</Link><span className="i2 sp el">{[x.city, x.model].filter(Boolean).join(' · ')}</span><span className="i3 t12 nw">{x.seen && f.when(x.seen)}</span></li>)}</ul><Tail pages={pages} n={p.items.length} /></>
      )}</Part></div>
  )
}
