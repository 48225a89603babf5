import { useEffect, useState, type ReactNode } from 'react'
import { Link } from 'react-router'
import { ArrowUpRight, ChevronLeft, Timer, UserRoundPlus } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useDeed } from '../../api/deed'
import { ly } from '../../api/http'
import { useRead } from '../../api/read'
import { useTagName } from '../../api/tag_names'
import { OUTCOMES, type Outcome, type Ring, type TaskView } from '../../api/types'
import { useSession } from '../../app/session'
import { rich } from '../../text/rich'
import { useFormat } from '../../text/format'
import { Avatar, Stage, useKeys, useNarrow, usePersonName } from '../../ui'
import { Menu, Pop } from '../../ui/pop'
import { Masked } from '../../ui/masked'
import { Rings, ringText } from '../../ui/rings'
import { Lines, Part } from '../../ui/states'
import { toast } from '../../ui/toast'

type Props = { id: number; task?: TaskView; changed: (x: TaskView) => void; now: number; back?: () => void }

/** A task that is not in the list (closed, or of a later page) is read by itself. */
export function Detail({ id, task, changed, now, back }: Props) {
  const { t } = useTranslation('tasks')
  const read = useRead(task ? null : `task${id}`, signal => ly.task.get_tasks_by_id(id, { signal }))
  if (task) return <Body x={task} changed={changed} now={now} back={back} />
  return (
    <aside className="td" aria-label={t('detail')}>
      {back && <Back go={back} />}
      <Part read={read} skeleton={<Lines n={8} />}>
        {d => <Body x={d} changed={x => { read.set(() => x); changed(x) }} now={now} inside />}
      </Part>
    </aside>
  )
}
function Back({ go }: { go: () => void }) {
  const { t } = useTranslation('tasks')
  return <button type="button" className="qb back" onClick={go}><ChevronLeft size={15} aria-hidden />{t('back')}</button>
}

function Body({ x, changed, now, back, inside }: { x: TaskView; changed: (x: TaskView) => void; now: number; back?: () => void; inside?: boolean }) {
  const { t, i18n } = useTranslation('tasks')
  const nameOf = usePersonName(), narrow = useNarrow()
  const title = i18n.language === 'zh' ? x.title_zh : x.title_en
  const Heading = narrow ? 'h1' : 'h2'            // on a phone the task is the page
  const name = nameOf({ id: x.person, name: x.person_name, phone: x.phone })
  const content = (
    <>
      {back && <Back go={back} />}
      <div className="row"><span className="i3 t12">{x.clock} · {t(`role.${x.role}`, { defaultValue: x.role })}{x.rule && <> · <span className="mono">{x.rule}</span></>}</span><span className="sp" />{!narrow && <span className="t12 i3 nw"><span className="kbd">J</span> <span className="kbd">K</span> {t('walk')}</span>}</div>
      <Heading className="hd">{t('heading', { name, title })}</Heading>
      <Bar x={x} now={now} />
      {x.state === 'escalated' && !x.closed && <p className="note-line bad"><Timer size={14} strokeWidth={1.8} aria-hidden /><span>{t('escalated')}</span></p>}
      {x.escalates && <p className="note-line warn"><Timer size={14} strokeWidth={1.8} aria-hidden /><span>{rich(t('backs_up', { id: x.escalates }), { link: s => <Link className="n" to={`/tasks?id=${x.escalates}`}>{s}</Link> })}</span></p>}
      <div className="who"><Avatar name={x.person_name} size={36} />
        <div className="sp"><div className="row wrap"><b className="m el">{name}</b><Stage stage={x.stage} /></div>
          <div className="row wrap t13 i2">{x.phone && <Masked person={x.person} kind="phone" masked={x.phone} />}{[x.city, x.model].filter(Boolean).map(s => <span key={s}>{s}</span>)}</div></div>
        <Link to={`/people/${x.person}`} className="ib tip-l" aria-label={t('open_person')} data-tip={t('open_person')}><ArrowUpRight size={16} strokeWidth={1.7} aria-hidden /></Link></div>
      {x.closed ? <Done x={x} /> : <Work key={x.version} x={x} changed={changed} />}
    </>
  )
  return inside ? content : <aside className="td" aria-label={t('detail')}>{content}</aside>
}

function SubHeading({ id, children }: { id?: string; children: ReactNode }) {
  const Level = useNarrow() ? 'h2' : 'h3'
  return <Level id={id} className="sh3">{children}</Level>
}

/** From opening to now, with the warning and the due time on it. */
function Bar({ x, now }: { x: TaskView; now: number }) {
  const { t } = useTranslation('tasks')
  const f = useFormat()
  const o = Date.parse(x.opened), due = Date.parse(x.due) - o, warn = Math.min(due, Date.parse(x.warn) - o), end = x.closed ? Date.parse(x.closed) : now, used = Math.max(0, end - o)
  const span = Math.max(used, due) * 1.06, px = (ms: number) => `${Math.max(0, Math.min(100, (ms / span) * 100))}%`
  const left = due - used, late = left < 0
  return (
    <>
      <div className="big"><span className={late ? 'bad' : ''}>{rich(t(x.closed ? (late ? 'done_late' : 'done_in') : late ? 'is_late' : 'is_left', { span: f.span(x.closed && !late ? used : left) }), { b: s => <b className="num">{s}</b> })}</span><span className="t12 i3">{t('promise', { span: f.span(due) })}</span></div>
      <div className="bar" aria-hidden>
        <i className="ok" style={{ width: px(Math.min(used, warn)) }} />
        {used > warn && <i className="sn" style={{ left: px(warn), width: `calc(${px(Math.min(used, due))} - ${px(warn)})` }} />}
        {late && <i className="lt" style={{ left: px(due), width: `calc(${px(used)} - ${px(due)})` }} />}
        <u style={{ left: px(due) }} /><em style={{ left: px(used) }} className={late ? 'late' : ''} />
      </div>
      <div className="bx num"><span>{t('at_opened', { when: f.when(x.opened) })}</span><span>{t('at_warn', { when: f.clock(x.warn) })}</span><span>{t('at_due', { when: f.when(x.due) })}</span></div>
    </>
  )
}

function Done({ x }: { x: TaskView }) {
  const { t } = useTranslation('tasks')
  return <><SubHeading>{t('outcome')}</SubHeading><p>{x.outcome ? t(`out.${x.outcome}`) : t(`state.${x.state}`)}{x.assignee_name && <span className="i3"> · {x.assignee_name}</span>}</p>{x.note && <p className="i2">{x.note}</p>}</>
}

/** Outcome: pick (a tap or a digit), finish (a tap or E). Hand over: two taps. What is half written stays in this browser. */
function Work({ x, changed }: { x: TaskView; changed: (x: TaskView) => void }) {
  const { t } = useTranslation('tasks')
  const f = useFormat(), narrow = useNarrow(), tagName = useTagName()
  const { may } = useSession()
  const draft = `ly.draft.task.${x.id}`
  const [out, setOut] = useState<Outcome>()
  const [note, setNote] = useState(() => sessionStorage.getItem(draft) ?? '')
  const { busy, problem, run } = useDeed()
  const [rings, setRings] = useState<Ring[]>()
  useEffect(() => { if (note) sessionStorage.setItem(draft, note); else sessionStorage.removeItem(draft) }, [note, draft])

  async function finish() {
    if (!out || busy) return
    await run(async key => {
      const a = await ly.task.post_tasks_by_id_outcome(x.id, { outcome: out, ...(note.trim() ? { note: note.trim() } : {}) }, { key })
      sessionStorage.removeItem(draft)
      const made = a.rings.filter(r => r.outcome === 'done').map(r => ringText(r, t as never, f, tagName))
      toast(<>{t('noted', { outcome: t(`out.${out}`) })}{made.length > 0 && <span className="i3"> · {made.join(' · ')}</span>}</>)
      setRings(a.rings); setOut(undefined); setNote('')
      changed(a.task)
    })
  }
  useKeys({ e: () => void finish(), ...Object.fromEntries(OUTCOMES.map((o, i) => [String(i + 1), () => setOut(o)])) })
  if (!may('task.write')) return <p className="i3 t13 pad">{t('read_only')}</p>
  const move = (to: number) => { const n = (out ? OUTCOMES.indexOf(out) : -1) + to; setOut(OUTCOMES[(n + OUTCOMES.length) % OUTCOMES.length]) }
  return (
    <>
      <SubHeading id="outcome-h">{t('outcome')}<span className="t12 i3">{x.attempts > 0 ? t('tried', { n: x.attempts }) : narrow ? '' : t('outcome_hint')}</span></SubHeading>
      <div className="outs" role="radiogroup" aria-labelledby="outcome-h">
        {OUTCOMES.map((o, i) => (
          <button key={o} type="button" role="radio" aria-checked={out === o} tabIndex={out === o || (!out && i === 0) ? 0 : -1} className={out === o ? 'on' : ''} onClick={() => setOut(o)}
            onKeyDown={e => { const to = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key]; if (to) { e.preventDefault(); move(to); const all = e.currentTarget.parentElement?.children; (all?.[(i + to + OUTCOMES.length) % OUTCOMES.length] as HTMLElement).focus() } }}>
            {!narrow && <span className="kbd" aria-hidden>{i + 1}</span>}<span className="sp">{t(`out.${o}`)}</span><small>{t(`then.${o}`)}</small>
          </button>
        ))}
      </div>
      <textarea className="in" rows={2} maxLength={500} value={note} onChange={e => setNote(e.target.value)} placeholder={t('note_hint')} aria-label={t('note')} aria-invalid={problem?.field === 'note'} />
      {problem && <p className="bad t12" role="alert">{problem.message}{problem.requestId && <span className="mono"> · {problem.requestId}</span>}</p>}
      <Rings rings={rings} />
      <div className="row fin"><button type="button" className="btn primary" disabled={!out || busy} onClick={() => void finish()}>{t('finish')}</button><Assign x={x} changed={changed} /></div>
    </>
  )
}

function Assign({ x, changed }: { x: TaskView; changed: (x: TaskView) => void }) {
  const { t } = useTranslation('tasks')
  const { me } = useSession()
  const [asked, setAsked] = useState(false)
  const staff = useRead(asked ? 'staff' : null, signal => ly.admin.get_staff({ signal }))
  const { busy, run } = useDeed(true)
  const give = (to: number | null, name?: string) => run(async () => {
    const a = await ly.task.patch_tasks_by_id(x.id, { assignee: to }, x.version)
    toast(name ? t('given', { name }) : t('given_back'))
    changed(a)
  })
  const others = (staff.data?.items ?? []).filter(s => s.state === 'active' && s.id !== x.assignee && s.id !== me?.staff)
  const items = [
    ...(me && x.assignee !== me.staff ? [{ key: String(me.staff), label: t('take') }] : []),
    ...others.map(s => ({ key: String(s.id), label: <><Avatar name={s.name} size={20} />{s.name}</> })),
    ...(x.assignee ? [{ key: '0', label: t('give_back'), apart: true }] : []),
  ]
  const choose = (key: string) => give(key === '0' ? null : Number(key), key === '0' ? undefined : others.find(y => String(y.id) === key)?.name ?? me?.name)
  return (
    <Pop up className="menu" onOpen={() => setAsked(true)} button={(open, toggle) => (
      <button type="button" className="btn" aria-haspopup="menu" aria-expanded={open} disabled={busy} onClick={toggle}><UserRoundPlus size={14} strokeWidth={1.7} aria-hidden />{x.assignee_name ? t('hand_from', { name: x.assignee_name }) : t('hand')}</button>
    )}>
      {close => <Menu label={t('hand')} items={items} none={t('nobody_else')} choose={key => { close(); void choose(key) }} />}
    </Pop>
  )
}
