import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { useTranslation } from 'react-i18next'
import { BadgeCheck } from 'lucide-react'
import { ly } from '../../api/http'
import { useRead, type Read } from '../../api/read'
import { STAGES, type PersonVehicles, type PersonView, type TaskPage } from '../../api/types'
import { Fresh, Page } from '../../app/shell'
import { useSession } from '../../app/session'
import { rich } from '../../text/rich'
import { useFormat } from '../../text/format'
import { Avatar, Clock, N, stageIndex, stageVar, useNarrow, useNow, usePersonName } from '../../ui'
import { Seg } from '../../ui/pop'
import { Lines, Part, Trouble } from '../../ui/states'
import { Facts } from './facts'
import { Timeline } from './timeline'
import { Value } from './value'
import './person.css'

export default function Person() {
  const { t } = useTranslation('person')
  const id = Number(useParams().id)
  const narrow = useNarrow(), nameOf = usePersonName()
  const { may } = useSession()
  const [tab, setTab] = useState<'line' | 'facts' | 'value'>('line')
  const read = useRead(`person${id}`, signal => ly.people.get_people_by_id(id, { signal }), 30_000)
  const tasks = useRead(may('task.read') ? `tasks${id}` : null, signal => ly.task.get_tasks({ person: id, state: 'all', limit: 20 }, { signal }), 30_000)
  const profile = useRead(`profile${id}`, signal => ly.profile.get_people_by_id_profile(id, { signal }), 60_000)
  const p = read.data
  const title = p ? nameOf({ id: p.id, name: p.name, phone: p.contacts.find(c => c.kind === 'phone')?.masked }) : t('common:person.nameless', { id })
  const parts = p && { line: may('timeline.read') && <Timeline key={p.id} p={p} />, facts: <Facts p={p} />, value: <Value p={p} tasks={tasks} profile={profile} /> }
  return (
    <Page h1={read.error?.status === 404} group={t('people')} back="/people" title={title} sub={<Fresh at={read.at} ms={read.ms} />}>
      {read.error?.status === 404 ? <Trouble problem={read.error} part={title} /> : (
        <Part read={read} skeleton={<><Lines n={2} height={26} /><div className="skel" style={{ height: 60, margin: '16px 0 28px' }} /><Lines n={8} /></>}>
          {d => (
            <>
              <Head p={d} name={title} profile={profile.data} />
              <Track p={d} />
              <Next tasks={tasks} />
              {parts && (narrow ? (
                <>
                  <div className="p-tabs"><Seg wide label={t('parts')} value={tab} onChange={setTab} options={(['line', 'facts', 'value'] as const).map(v => ({ value: v, label: t(`tab.${v}`) }))} /></div>
                  {parts[tab]}
                </>
              ) : <div className="p3">{parts.facts}<div className="p3-m">{parts.line}</div>{parts.value}</div>)}
            </>
          )}
        </Part>
      )}
    </Page>
  )
}

function Head({ p, name, profile }: { p: PersonView; name: string; profile?: PersonVehicles }) {
  const { t } = useTranslation('person')
  const f = useFormat()
  const kinds = profile ? [profile.path, profile.behaviour].filter(k => k !== 'none' && k !== 'lurker' && k !== 'prospect') : []
  const meta = [p.city, p.model, p.vehicles > 0 ? t('cars', { n: p.vehicles }) : undefined, p.source ? t('source', { source: p.source }) : undefined, t('seen', { when: f.when(p.seen) })]
  return (
    <header className="p-h">
      <span className="ringed"><Arcs at={stageIndex(p.stage)} size={68} /><Avatar name={p.name} size={56} /></span>
      <div className="sp">
        <h1>{name}{profile?.verified && <span className="chip water"><BadgeCheck size={13} strokeWidth={1.8} aria-hidden />{t('verified')}</span>}<span className="chip water">{t(`common:band.${p.band}`)}</span>{kinds.map(k => <span key={k} className={`chip${k === 'koc' ? ' lamp' : ''}`}>{t(`class.${k}`)}</span>)}</h1>
        <p className="meta">{meta.filter(Boolean).map(m => <span key={m}>{m}</span>)}<span className="num i3">#{p.id}</span></p>
      </div>
      <dl className="p-kpi">
        {p.balances.map(b => <div key={b.unit}><dt>{t(`unit.${b.unit}`, { defaultValue: b.unit })}</dt><dd className="num"><N v={b.amount} exact /></dd></div>)}
        <div><dt>{t('open_tasks')}</dt><dd className="num"><N v={p.tasks_open} exact /></dd></div>
      </dl>
    </header>
  )
}
/** Seven arcs round the portrait. */
function Arcs({ at, size }: { at: number; size: number }) {
  const c = size / 2, r = c - 2, whole = 2 * Math.PI * r, seg = whole / 7
  return (
    <svg width={size} height={size} className="arcs" aria-hidden>
      {STAGES.map((s, k) => <circle key={s} cx={c} cy={c} r={r} fill="none" stroke={k <= at ? stageVar(k) : 'var(--line)'} strokeWidth="3"
        strokeDasharray={`${seg - 4} ${whole - seg + 4}`} strokeDashoffset={-seg * k - 2} transform={`rotate(-90 ${c} ${c})`} />)}
    </svg>
  )
}

/** Where the newest opportunity has been: a bar per stage, as wide as the logarithm of the time spent there. */
function Track({ p }: { p: PersonView }) {
  const { t } = useTranslation('person')
  const f = useFormat(), now = useNow(60_000)
  const o = p.opportunities[0]
  if (!o || o.steps.length === 0) return null
  return (
    <section aria-label={t('track')}>
      <ol className="trk" tabIndex={0} aria-label={t('track')}>
        {o.steps.map((s, i) => {
          const ms = (s.left ? Date.parse(s.left) : now) - Date.parse(s.entered), here = !s.left
          return (
            <li key={`${s.stage}${i}`} style={{ flexGrow: 1 + Math.log10(1 + ms / 3_600_000), ['--c' as string]: stageVar(Math.max(0, stageIndex(s.stage))) }} className={here ? 'cur' : ''} aria-current={here ? 'step' : undefined}>
              <i /><b>{t(`common:stage.${s.stage}`)}</b><span title={f.exact(s.entered)}>{f.date(s.entered)}</span>
              <span className="du el">{here ? t('here', { span: f.stay(ms) }) : f.stay(ms)}</span>
            </li>
          )
        })}
      </ol>
      <p className="o-note">{t(`opportunity.${o.state}`)} · {t('opportunity.since', { when: f.date(o.opened) })} · <span className="mono">{o.trigger}</span> · {t('opportunity.touches', { n: o.touches })}{o.reason && <> · {o.reason}</>}</p>
    </section>
  )
}

/** What is owed this person next. */
function Next({ tasks }: { tasks: Read<TaskPage> }) {
  const { t, i18n } = useTranslation('person')
  const now = useNow()
  const open = (tasks.data?.items ?? []).filter(x => !x.closed).sort((a, b) => Date.parse(a.due) - Date.parse(b.due))
  const x = open[0]
  if (!x) return null
  return (
    <div className="next">
      <span className="rp warm" aria-hidden><i /><i /></span>
      <p>{rich(t(x.assignee_name ? 'next_by' : 'next', { title: i18n.language === 'zh' ? x.title_zh : x.title_en, name: x.assignee_name ?? '', more: open.length - 1 }), { b: s => <b>{s}</b> })}</p>
      <Clock opened={x.opened} due={x.due} now={now} />
      <Link className="btn sm" to={`/tasks?id=${x.id}`}>{t('to_task')}</Link>
    </div>
  )
}
