/* The seven stages as one water: who came in during the window, what share went on, how long they stayed, who stands there now. */
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { useLive } from '../../api/live'
import { STAGES, type FunnelStage, type FunnelView } from '../../api/types'
import { useFormat } from '../../text/format'
import { N, seeded, stageVar, useWidth } from '../../ui'
import { isWarm } from '../../ui/rings'

const BANDS: [string, number][] = [['fan', 1], ['prospect', 3], ['owner_to_be', 1], ['owner', 2]]
const HEIGHT = 116
const share = (s: FunnelStage) => (s.previous ? (100 * (s.of_previous ?? 0)) / s.previous : undefined)

function half(stages: FunnelStage[]): number[] {
  const most = Math.max(2, ...stages.map(s => s.entered)), least = Math.min(...stages.filter(s => s.entered > 0).map(s => s.entered), most)
  const lo = Math.log(Math.max(.5, least * .35)), hi = Math.log(most)
  return stages.map(s => (s.entered ? 8 + ((Math.log(s.entered) - lo) / (hi - lo)) * (HEIGHT / 2 - 10) : 3))
}
/** A line along the stages at `k` of the half height, eased at the joints. */
function edge(h: number[], cw: number, cy: number, k: number, back = false): string {
  const ease = cw * .3
  const parts: string[] = []
  for (let i = 0; i < 6; i++) {
    const x = (i + 1) * cw, a = cy + k * h[i], b = cy + k * h[i + 1]
    parts.push(back ? `L${x + ease} ${b} C${x} ${b} ${x} ${a} ${x - ease} ${a}` : `L${x - ease} ${a} C${x} ${a} ${x} ${b} ${x + ease} ${b}`)
  }
  return back ? parts.reverse().join(' ') : parts.join(' ')
}

export function River({ funnel }: { funnel: FunnelView }) {
  const { t } = useTranslation('overview')
  const f = useFormat()
  const [ref, w] = useWidth<HTMLDivElement>()
  const stages = funnel.stages
  const geo = useMemo(() => {
    if (!w) return null
    const cw = w / 7, cy = HEIGHT / 2, h = half(stages)
    const path = `M0 ${cy - h[0]} ${edge(h, cw, cy, -1)} L${w} ${cy - h[6]} L${w} ${cy + h[6]} ${edge(h, cw, cy, 1, true)} L0 ${cy + h[0]} Z`
    return { cw, cy, h, path, iso: [-.72, -.44, .44, .72].map(k => `M0 ${cy + k * h[0]} ${edge(h, cw, cy, k)} L${w} ${cy + k * h[6]}`) }
  }, [w, stages])
  return (
    <section className="rv" aria-label={t('river.name')} ref={ref}>
      <div className="rv-bands">{BANDS.map(([b, n]) => <span key={b} style={{ gridColumn: `span ${n}` }}>{t(`common:band.${b}`)}</span>)}</div>
      <div className="rv-top">
        {stages.map((s, i) => (
          <div key={s.stage}>
            <span className="nm"><i style={{ background: stageVar(i) }} />{t(`common:stage.${s.stage}`)}</span>
            <span className="v num"><N v={s.entered} /></span>
          </div>
        ))}
      </div>
      <div className="rv-mid" style={{ height: HEIGHT }}>
        {geo && (
          <svg width={w} height={HEIGHT} role="img" aria-label={t('river.figure', { days: funnel.days })}>
            <defs>
              <linearGradient id="rv-g" x1="0" x2="1">
                {STAGES.slice(0, 6).map((s, i) => <stop key={s} offset={`${((i + .5) / 7) * 100}%`} stopColor={stageVar(i)} />)}
                <stop offset={`${(6 / 7) * 100}%`} stopColor={stageVar(5)} /><stop offset={`${(6 / 7) * 100}%`} stopColor={stageVar(6)} />
              </linearGradient>
              <clipPath id="rv-c"><path d={geo.path} /></clipPath>
            </defs>
            <path d={geo.path} fill="url(#rv-g)" />
            {geo.iso.map((d, i) => <path key={i} d={d} fill="none" className="iso" />)}
            <g clipPath="url(#rv-c)"><Drops geo={geo} /></g>
            {stages.slice(1).map((s, i) => <line key={s.stage} x1={geo.cw * (i + 1)} x2={geo.cw * (i + 1)} y1="0" y2={HEIGHT} stroke="var(--sheet)" strokeWidth="2" opacity=".5" />)}
          </svg>
        )}
        {stages.slice(1).map((s, i) => {
          const p = share(s)
          return <span key={s.stage} className="cv num" style={{ left: `${((i + 1) / 7) * 100}%` }} title={s.previous ? t('river.of', { n: s.of_previous ?? 0, all: s.previous }) : undefined}><b>{p == null ? '–' : `${p.toFixed(1)}%`}</b></span>
        })}
      </div>
      <div className="rv-bot num">
        {stages.map(s => (
          <div key={s.stage}>
            <span>{t('river.now')} <N v={s.now} to={`/people?stage=${s.stage}`} /></span>
            {s.stay_s != null && <span>{t('river.stay')} <b>{f.stay(s.stay_s * 1000)}</b></span>}
          </div>
        ))}
      </div>
      <p className="rv-note">{t('river.note', { days: funnel.days })}</p>
    </section>
  )
}

/** Live events fall where their person stands; only those that moved a stage say where. */
function Drops({ geo }: { geo: { cw: number; cy: number; h: number[] } }) {
  const { events } = useLive()
  return events.slice(0, 12).map(e => {
    const moved = e.effects?.find(x => x.kind === 'stage' && x.outcome === 'done')?.what
    const i = Math.max(0, STAGES.indexOf(moved as (typeof STAGES)[number]))
    const r = seeded(e.no || 1)
    const x = (i + .14 + r() * .72) * geo.cw, y = geo.cy + (r() - .5) * geo.h[i] * 1.1, size = 12 + r() * 16
    return (
      <g key={e.no} className={`drop${isWarm(e.kind) || i === 6 ? ' warm' : ''}${i < 2 ? ' pale' : ''}`} transform={`translate(${x} ${y})`}>
        <circle r={size} /><circle r={size * .58} /><circle className="c" r="1.6" />
      </g>
    )
  })
}

/** The same for a phone: bars. */
export function Falls({ funnel }: { funnel: FunnelView }) {
  const { t } = useTranslation('overview')
  const f = useFormat()
  const most = Math.log(Math.max(2, ...funnel.stages.map(s => s.entered)) + 1)
  return (
    <section className="fl" aria-label={t('river.name')}>
      {funnel.stages.map((s, i) => {
        const p = share(s)
        return (
          <div key={s.stage} className="fl-r">
            {i > 0 && <div className="fl-c num"><span className="ln" /><b>{p == null ? '–' : `${p.toFixed(1)}%`}</b></div>}
            <div className="fl-b">
              <span className="nm">{t(`common:stage.${s.stage}`)}</span>
              <span className="bar"><i style={{ width: `${Math.max(2, (Math.log(s.entered + 1) / most) * 100)}%`, background: stageVar(i) }} /></span>
              <span className="v num"><N v={s.entered} /></span>
            </div>
            <p className="sy num">{t('river.now')} <N v={s.now} to={`/people?stage=${s.stage}`} />{s.stay_s != null && <> · {t('river.stay')} {f.stay(s.stay_s * 1000)}</>}</p>
          </div>
        )
      })}
      <p className="rv-note">{t('river.note', { days: funnel.days })}</p>
    </section>
  )
}
