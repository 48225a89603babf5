import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Pages } from '../../api/read'
import type { TaskView } from '../../api/types'
import { useFormat } from '../../text/format'
import { Clock, Stage, clockState, useNarrow, usePersonName } from '../../ui'
import { Tail } from '../../ui/list'

export type Show = { pages: Pages<TaskView>; tasks: TaskView[]; now: number; current?: number; open: (id?: number) => void }
const HOURS = 3_600_000
const SHOWN = 8

/** Four columns by what is left: late, two hours, today, later. */
export function Board({ pages, tasks, now, current, open }: Show) {
  const f = useFormat()
  const left = (x: TaskView) => Date.parse(x.due) - now
  const today = f.day(new Date(now).toISOString())
  const columns = [
    { key: 'late', tasks: tasks.filter(x => left(x) < 0) },
    { key: 'soon', tasks: tasks.filter(x => left(x) >= 0 && left(x) <= 2 * HOURS) },
    { key: 'today', tasks: tasks.filter(x => left(x) > 2 * HOURS && f.day(x.due) === today) },
    { key: 'later', tasks: tasks.filter(x => left(x) > 2 * HOURS && f.day(x.due) !== today) },
  ]
  return (
    <div>
      <div className="bd">
        {columns.map(c => (
          <Column key={c.key} name={c.key} tasks={c.tasks} now={now} current={current} open={open} />
        ))}
      </div>
      {pages.data?.next && <Tail pages={pages} n={tasks.length} />}
    </div>
  )
}

function Column({ name, tasks, now, current, open }: { name: string; tasks: TaskView[]; now: number; current?: number; open: (id: number) => void }) {
  const { t } = useTranslation('tasks')
  const [all, setAll] = useState(false)
  const shown = all ? tasks : tasks.filter((x, i) => i < SHOWN || x.id === current)
  return (
    <section className={`bc ${name}${tasks.length ? '' : ' none'}`} aria-label={t(`col.${name}`)}>
      <h2><i aria-hidden />{t(`col.${name}`)}<span className="num">{tasks.length}</span></h2>
      {shown.map(x => <Card key={x.id} x={x} now={now} on={current === x.id} open={open} />)}
      {tasks.length > shown.length && <button type="button" className="qb mo" onClick={() => setAll(true)}>{t('rest', { n: tasks.length - shown.length })}</button>}
    </section>
  )
}

function Card({ x, now, on, open }: { x: TaskView; now: number; on: boolean; open: (id: number) => void }) {
  const { t, i18n } = useTranslation('tasks')
  const nameOf = usePersonName(), narrow = useNarrow()
  const limit = Math.max(1, Date.parse(x.due) - Date.parse(x.opened))
  return (
    <button type="button" className={`tc ${clockState(Date.parse(x.due) - now, limit)}${on ? ' on' : ''}`} onClick={() => open(x.id)} aria-pressed={on}>
      <span className="row"><Clock opened={x.opened} due={x.due} now={now} bare /><span className="sp" /><span className="i3 t12 num">{x.clock}</span></span>
      <span className="nm el"><b>{nameOf({ id: x.person, name: x.person_name, phone: x.phone })}</b></span>
      <span className="wy">{i18n.language === 'zh' ? x.title_zh : x.title_en}{x.attempts > 0 && <span className="i3"> · {t('tried', { n: x.attempts })}</span>}</span>
      <span className="ft"><Stage stage={x.stage} text={narrow || i18n.language === 'zh'} /><span className="sp" /><span className={`el ${x.assignee ? 'i3' : 'warn'}`}>{x.assignee_name ?? t('nobody')}</span></span>
    </button>
  )
}
