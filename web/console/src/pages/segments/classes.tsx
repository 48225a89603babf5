/* How many are of which class, and who moved between two days. */
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { useTranslation } from 'react-i18next'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import type { ClassAxisView, ClassPeopleQueryAxis, MatrixView } from './types'
import { useFormat } from '../../text/format'
import { rich } from '../../text/rich'
import { N, Sec } from '../../ui'
import { Seg } from '../../ui/pop'
import { Lines, Part } from '../../ui/states'
import { People } from './people'

const AXES = ['behaviour', 'type', 'path'] as const

export function Classes() {
  const { t } = useTranslation('segments')
  const read = useRead('classes', signal => ly.profile.get_classes({ signal }), 60_000)
  const [params, setParams] = useSearchParams()
  const [axis, name] = (params.get('of') ?? '').split('.')
  const open = AXES.find(a => a === axis) && name ? { axis: axis as ClassPeopleQueryAxis, name } : undefined
  const choose = (of?: string) => setParams(p => { const q = new URLSearchParams(p); if (of) q.set('of', of); else q.delete('of'); return q }, { replace: true })
  return (
    <>
      <Part read={read} skeleton={<Lines n={8} />}>
        {d => (
          <div className={open ? 'sg-two' : undefined}>
            <div className="sg-ax">{d.items.map(a => <Axis key={a.axis} a={a} open={params.get('of') ?? ''} choose={a.axis === 'user' ? undefined : choose} />)}</div>
            {open && (
              <aside className="sg-d" aria-label={t(`class.${open.name}`)}>
                <Sec title={t(`class.${open.name}`)} note={t(`axis.${open.axis}`)} act={<button type="button" className="lnk" onClick={() => choose()}>{t('close')}</button>}>
                  <p className="t13 i2 sg-r">{t(`rule.${open.name}`)}</p>
                  <People read={`class${open.axis}${open.name}`} load={signal => ly.profile.get_classes_people({ axis: open.axis, class: open.name, limit: 20 }, { signal })} />
                </Sec>
              </aside>
            )}
          </div>
        )}
      </Part>
      <Matrix />
    </>
  )
}

function Axis({ a, open, choose }: { a: ClassAxisView; open: string; choose?: (of?: string) => void }) {
  const { t } = useTranslation('segments')
  const most = Math.max(1, ...a.classes.map(c => c.people))
  return (
    <Sec title={t(`axis.${a.axis}`)} note={t(`axis.${a.axis}_note`)}>
      <ul className="sg-c">
        {[...a.classes].reverse().map(c => {
          const of = `${a.axis}.${c.class}`, on = open === of
          return (
            <li key={c.class} className={on ? 'on' : ''}>
              {choose ? <button type="button" className="el" aria-expanded={on} onClick={() => choose(on ? undefined : of)}>{t(`class.${c.class}`)}</button> : <span className="el">{t(`class.${c.class}`)}</span>}
              <span className="sg-b" aria-hidden><i style={{ width: `${(Math.sqrt(c.people / most)) * 100}%` }} /></span><span className="num r"><N v={c.people} exact /></span>
            </li>
          )
        })}
      </ul>
    </Sec>
  )
}

const day = (back: number) => new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai' }).format(Date.now() - back * 86_400_000)

function Matrix() {
  const { t } = useTranslation('segments')
  const [axis, setAxis] = useState<(typeof AXES)[number]>('behaviour')
  const [from, setFrom] = useState(day(28)), [to, setTo] = useState(day(0))
  const sound = from < to
  const read = useRead(sound ? `matrix${axis}${from}${to}` : null, signal => ly.profile.get_classes_matrix({ axis, from, to }, { signal }))
  return (
    <Sec title={t('matrix.title')} note={t('matrix.note')} className="sg-m">
      <div className="row wrap sg-bar">
        <Seg label={t('matrix.axis')} value={axis} onChange={setAxis} options={AXES.map(a => ({ value: a, label: t(`axis.${a}`) }))} />
        <label className="row">{t('matrix.from')}<input type="date" className="in" value={from} max={to} onChange={e => setFrom(e.target.value)} aria-invalid={!sound} /></label>
        <label className="row">{t('matrix.to')}<input type="date" className="in" value={to} max={day(0)} onChange={e => setTo(e.target.value)} aria-invalid={!sound} /></label>
      </div>
      {!sound ? <p className="t13 warn" role="alert">{t('matrix.order')}</p> : <Part read={read} skeleton={<Lines n={6} />}>{m => <Heat m={m} />}</Part>}
    </Sec>
  )
}

function Heat({ m }: { m: MatrixView }) {
  const { t } = useTranslation('segments')
  const f = useFormat()
  const at = (a: string, b: string) => m.cells.find(c => c.from === a && c.to === b)?.people ?? 0
  const rank = (c: string) => m.classes.indexOf(c)
  const sum = (keep: (d: number) => boolean) => m.cells.filter(c => keep(rank(c.to) - rank(c.from))).reduce((n, c) => n + c.people, 0)
  const most = Math.max(1, ...m.cells.filter(c => c.from !== c.to).map(c => c.people))
  if (m.people === 0) return <p className="t13 i3">{t('matrix.none')}</p>
  return (
    <>
      <p className="say sm">{rich(t('matrix.says', { up: f.full(sum(d => d > 0)), down: f.full(sum(d => d < 0)), same: f.full(sum(d => d === 0)) }), { b: s => <b className="m num">{s}</b> })}</p>
      <div className="sg-x" tabIndex={0} role="group" aria-label={t('matrix.title')}>
        <table className="mx">
          <caption className="sr">{t('matrix.caption', { from: m.from, to: m.to })}</caption>
          <thead><tr><th scope="col" className="i3">{m.from.slice(5)} ↓ {m.to.slice(5)} →</th>{m.classes.map(c => <th key={c} scope="col">{t(`class.${c}`)}</th>)}</tr></thead>
          <tbody>
            {m.classes.map(a => (
              <tr key={a}><th scope="row">{t(`class.${a}`)}</th>
                {m.classes.map(b => {
                  const n = at(a, b), share = a === b ? 0 : Math.sqrt(n / most)
                  return <td key={b} className={`num${a === b ? ' dg' : ''}${n === 0 ? ' z' : ''}`} style={share ? { ['--h' as string]: `${Math.round(share * 55)}%` } : undefined} data-way={a === b ? undefined : rank(b) > rank(a) ? 'up' : 'down'}>{n ? f.full(n) : '·'}</td>
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
