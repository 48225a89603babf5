/* What happened, newest first, by day; effects hang under their cause; a stage entered is a milestone. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CarFront, Cog, Gift, ListChecks, MessageSquare, Smartphone, UserRound, type LucideIcon } from 'lucide-react'
import { ly } from '../../api/http'
import { usePages } from '../../api/read'
import type { EventView, PersonView, TimelinePage } from '../../api/types'
import { useFormat } from '../../text/format'
import { Empty, Sec, stageIndex, stageVar } from '../../ui'
import { Tail } from '../../ui/list'
import { Rings, isWarm, useEventName } from '../../ui/rings'
import { Lines, Part } from '../../ui/states'

const ICONS: [RegExp, LucideIcon][] = [
  [/^(vehicle|car|charge|charging|trip|fault|ota|delivery|service)/, CarFront], [/^(task|lead)/, ListChecks], [/^(points|level|benefit|referral|mall|box)/, Gift],
  [/^(message|post|comment|proposal|survey|ticket|question|answer|group|wecom)/, MessageSquare], [/^(person|consent|identity|stage|tag)/, UserRound],
]
const FILTERS = ['own', 'system', 'all'] as const
const PROPS_SHOWN = 5

export function Timeline({ p }: { p: PersonView }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  const [show, setShow] = useState<(typeof FILTERS)[number]>('own')
  const pages = usePages<EventView, TimelinePage>(`line${p.id}`, (cursor, signal) => ly.people.get_people_by_id_timeline(p.id, { cursor, limit: 50 }, { signal }))
  const steps = new Map(p.opportunities.flatMap(o => o.steps.map(s => [s.event, s.stage] as const)))
  return (
    <Sec title={t('line.title')} note={pages.ms != null && <span className="num">{t('line.note', { n: pages.data?.items.length ?? 0, ms: pages.ms })}</span>} className="tl"
      act={<span className="row" role="group" aria-label={t('line.filter')}>{FILTERS.map(x => <button key={x} type="button" className={`qb${show === x ? ' on' : ''}`} aria-pressed={show === x} onClick={() => setShow(x)}>{t(`line.${x}`)}</button>)}</span>}>
      <Part read={pages} name={t('line.title')} skeleton={<Lines n={8} />}>
        {d => {
          // What rules made hangs under its cause as rings; of itself it stands only among the system's.
          const events = d.items.filter(e => show === 'all' || (show === 'system' ? e.system : !e.system || !e.cause))
          if (d.items.length === 0) return <Empty title={t('line.none')} text={t('line.none_text')} />
          const days = group(events, e => f.day(e.at))
          return (
            <>
              {[...days].map(([day, list]) => (
                <div key={day} className="tl-d"><h3>{f.dayName(list[0].at)}</h3>
                  <ol>{list.map(e => <Item key={e.no} e={e} stage={steps.get(e.no)} />)}</ol></div>
              ))}
              <Tail pages={pages} n={d.items.length} />
            </>
          )
        }}
      </Part>
    </Sec>
  )
}
function group<T>(list: T[], by: (x: T) => string) {
  const m = new Map<string, T[]>()
  for (const x of list) m.set(by(x), [...(m.get(by(x)) ?? []), x])
  return m
}

function Item({ e, stage }: { e: EventView; stage?: string }) {
  const { t } = useTranslation('person')
  const f = useFormat(), eventName = useEventName()
  const at = stage ? stageIndex(stage as never) : -1
  const Icon = e.system ? Cog : ICONS.find(x => x[0].test(e.kind))?.[1] ?? Smartphone
  const late = Date.parse(e.received) - Date.parse(e.at) > 3_600_000
  const props = Object.entries(e.props as Record<string, unknown>)
  return (
    <li className={at >= 0 ? 'mile' : isWarm(e.kind) ? 'warm' : ''} style={at >= 0 ? { ['--c' as string]: stageVar(at) } : undefined}>
      <time className="t num" dateTime={e.at} title={f.exact(e.at)}>{f.clock(e.at)}</time>
      <span className="ic">{at >= 0 ? <i /> : <Icon size={14} strokeWidth={1.7} aria-hidden />}</span>
      <div>
        <p><b>{eventName(e)}</b>{at >= 0 && <span className="i3"> {t('line.entered', { stage: t(`common:stage.${stage}`) })}</span>}</p>
        {props.length > 0 && <Props props={props} />}
        <small>{[`#${e.no}`, e.system ? t('line.by_system') : e.source ? t('line.by_source', { n: e.source }) : '', e.cause ? t('line.cause', { n: e.cause }) : '', e.quiet ? t('line.quiet') : '', late ? t('line.late', { when: f.when(e.received) }) : ''].filter(Boolean).join(' · ')}</small>
        <Rings rings={e.rings} brief />
      </div>
    </li>
  )
}
function Props({ props }: { props: [string, unknown][] }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  const [all, setAll] = useState(false)
  const shown = all ? props : props.slice(0, PROPS_SHOWN)
  return (
    <p className="pp">
      {shown.map(([k, v]) => <span key={k}><span className="k">{k.replace(/_us$/, '')}</span> {k.endsWith('_us') && typeof v === 'number' ? f.when(new Date(v / 1000).toISOString()) : typeof v === 'string' ? v : JSON.stringify(v)}</span>)}
      {props.length > shown.length && <button type="button" className="lnk" onClick={() => setAll(true)}>{t('line.more', { n: props.length - shown.length })}</button>}
    </p>
  )
}
