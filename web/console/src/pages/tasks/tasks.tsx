/* The workbench: late first, a clock on everything, an outcome in two taps. */
import { useCallback, useEffect, useMemo } from 'react'
import { Link, useSearchParams } from 'react-router'
import { X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { ly } from '../../api/http'
import { usePages } from '../../api/read'
import type { TaskPage, TaskView } from '../../api/types'
import { Fresh, Page } from '../../app/shell'
import { rich } from '../../text/rich'
import { useFormat } from '../../text/format'
import { Empty, N, useKeys, useNarrow, useNow } from '../../ui'
import { Seg } from '../../ui/pop'
import { Part, Rows } from '../../ui/states'
import { Board } from './board'
import { Table } from './table'
import { Detail } from './detail'
import './tasks.css'

const WHOSE = ['any', 'me', 'none'] as const

export default function Tasks() {
  const { t } = useTranslation('tasks')
  const narrow = useNarrow(), now = useNow()
  const [params, setParams] = useSearchParams()
  const whose = WHOSE.find(w => w === params.get('whose')) ?? 'any', late = params.get('late') ?? undefined, clock = params.get('clock'), as = params.get('as') === 'list' ? 'list' : 'board'
  const pages = usePages<TaskView, TaskPage>(`tasks ${whose} ${late}`, (cursor, signal) => ly.task.get_tasks({ assignee: whose, late: late === undefined ? undefined : late === 'true', cursor, limit: 100 }, { signal }))
  const { again } = pages
  useEffect(() => { const timer = setInterval(() => { if (!document.hidden) again() }, 30_000); return () => clearInterval(timer) }, [again])

  const put = useCallback((change: Record<string, string | undefined>) => setParams(p => {
    const q = new URLSearchParams(p)
    for (const [k, v] of Object.entries(change)) if (v) q.set(k, v); else q.delete(k)
    return q
  }, { replace: true }), [setParams])
  const items = pages.data?.items
  const tasks: TaskView[] = useMemo(() => (items ?? []).filter(x => !clock || x.clock === clock).sort((a, b) => Date.parse(a.due) - Date.parse(b.due)), [items, clock])
  const asked = params.get('id') ? Number(params.get('id')) : undefined
  const current = tasks.find(x => x.id === asked) ?? (narrow || asked ? undefined : tasks[0])
  const at = current ? tasks.indexOf(current) : -1
  const open = useCallback((id?: number) => put({ id: id ? String(id) : undefined }), [put])
  useKeys({
    j: () => { if (tasks.length) open(tasks[Math.min(tasks.length - 1, at + 1)].id) },
    k: () => { if (tasks.length) open(tasks[Math.max(0, at - 1)].id) },
  })
  const changed = useCallback((x: TaskView) => {
    pages.set(old => ({ ...old, items: x.closed ? old.items.filter(y => y.id !== x.id) : old.items.map(y => (y.id === x.id ? x : y)) }))
    if (x.closed) open(narrow ? undefined : tasks[at + 1]?.id ?? tasks[at - 1]?.id)
  }, [pages, open, tasks, at, narrow])
  const phoneDetail = narrow && (current || asked)
  const detail = asked && !current && !pages.data ? null : asked || current ? <Detail key={current?.id ?? asked} id={(current?.id ?? asked) as number} task={current} changed={changed} now={now} back={narrow ? () => open() : undefined} /> : null

  const scope = (
    <>
      <Seg label={t('whose')} value={whose} onChange={v => put({ whose: v === 'any' ? undefined : v, id: undefined })} options={WHOSE.map(v => ({ value: v, label: t(`whose_${v}`) }))} />
      {!narrow && <span className="tk-as"><Seg label={t('as')} value={as} onChange={v => put({ as: v === 'board' ? undefined : v })} options={(['board', 'list'] as const).map(v => ({ value: v, label: t(`as_${v}`) }))} /></span>}
    </>
  )
  return (
    <Page title={t('title')} sub={<Fresh at={pages.at} ms={pages.ms} />} scope={phoneDetail ? undefined : scope}>
      {!phoneDetail && pages.data && <Sentence tasks={tasks} total={clock ? tasks.length : pages.data.total ?? tasks.length} now={now} />}
      {!phoneDetail && (clock || late) && <p className="tk-f">{clock && <Only name={clock} drop={() => put({ clock: undefined })} />}{late && <Only name={t(late === 'true' ? 'only_late' : 'only_early')} drop={() => put({ late: undefined })} />}</p>}
      {phoneDetail ? detail : (
        <Part read={pages} skeleton={<Rows n={8} />}>
          {() => (tasks.length === 0 && !asked ? <Empty title={t('empty')} text={t('empty_text')}><Link to="/settings/rules" className="btn">{t('empty_rules')}</Link></Empty> : (
            <div className={`tk-g${detail ? '' : ' wide'}`}>
              {as === 'list' && !narrow ? <Table pages={pages} tasks={tasks} now={now} current={current?.id} open={open} /> : <Board pages={pages} tasks={tasks} now={now} current={current?.id} open={open} />}
              {!narrow && detail}
            </div>
          ))}
        </Part>
      )}
    </Page>
  )
}

function Only({ name, drop }: { name: string; drop: () => void }) {
  const { t } = useTranslation('tasks')
  return <span className="chip water">{t('only', { name })}<button type="button" aria-label={t('drop', { name })} onClick={drop}><X size={13} aria-hidden /></button></span>
}

function Sentence({ tasks, total, now }: { tasks: TaskView[]; total: number; now: number }) {
  const { t } = useTranslation('tasks')
  const f = useFormat()
  const late = tasks.filter(x => Date.parse(x.due) < now).length
  const next = tasks.find(x => Date.parse(x.due) >= now)
  const soon = next && now >= Date.parse(next.warn) ? 'warn' : ''
  return (
    <h1 className="say">
      {rich(t('say', { total, late }), { total: () => <N v={total} exact />, late: x => <span className="bad" role={late ? 'alert' : undefined}>{x}</span>, n: () => <N v={late} exact to="/tasks?late=true" /> })}
      {next && <> {rich(t('say_next', { span: f.span(Date.parse(next.due) - now) }), { span: x => <span className={soon}>{x}</span> })}</>}
    </h1>
  )
}
